"""The model planner against a real HTTP server that speaks the protocol, well and badly."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from llama_index.llms.openai_like import OpenAILike

from retrieval.agent.model_planner import TOOLS, ModelPlanner
from retrieval.agent.notebook import Limits
from retrieval.answers import Answer
from retrieval.models import Principal, Query
from retrieval.prompt import load_prompt
from tests.retrieval.agent.conftest import MakeAgent

HOP = "When is the laptop of Petra Vogt replaced?"
Reply = dict[str, Any] | int | str
Ask = Callable[..., tuple[Answer, list[dict[str, Any]]]]


def call(name: str, arguments: str = "{}", number: int = 1) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": f"c{number}", "type": "function", "function": function}],
    }


def search(query: str) -> dict[str, Any]:
    return call("search_documents", json.dumps({"query": query}))


@pytest.fixture
def ask(make_agent: MakeAgent) -> Iterator[Ask]:
    """Asks with a model that sends these replies in turn; also returns the requests it got."""
    servers: list[ThreadingHTTPServer] = []

    def run(*replies: Reply, limits: Limits | None = None) -> tuple[Answer, list[dict[str, Any]]]:
        left, requests = list(replies), []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                reply = left.pop(0)
                if isinstance(reply, int):
                    self.send_response(reply)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                sent = (
                    reply
                    if isinstance(reply, str)
                    else json.dumps(
                        {
                            "id": "1",
                            "object": "chat.completion",
                            "created": 1,
                            "model": "m",
                            "choices": [{"index": 0, "message": reply, "finish_reason": "stop"}],
                            "usage": {
                                "prompt_tokens": 100,
                                "completion_tokens": 10,
                                "total_tokens": 110,
                            },
                        }
                    )
                )
                body = sent.encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        llm = OpenAILike(
            model="m",
            api_base=f"http://127.0.0.1:{server.server_port}/v1",
            api_key="k",
            is_chat_model=True,
            is_function_calling_model=True,
            timeout=5.0,
            max_retries=0,
        )
        agent = make_agent(limits, partial(ModelPlanner, llm, load_prompt("plan")))
        return agent.ask(Query(HOP, Principal("p", ("staff",)))), requests

    yield run
    for server in servers:
        server.shutdown()
        server.server_close()


def told(request: dict[str, Any]) -> str:
    return str(request["messages"][-1]["content"])


def test_it_searches_until_the_model_has_enough(ask: Ask) -> None:
    answer, requests = ask(search("Corvid 14 B replaced"), call("answer", number=2))
    assert [step.tool for step in answer.trajectory] == [
        "plan", "search", "search", "judge", "finish",
    ]  # fmt: skip
    assert "The Corvid 14 B is replaced on 2027-03-01." in answer.text
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (200, 20)
    assert [tool["function"]["name"] for tool in requests[0]["tools"]] == [
        "search_documents", "read_document", "answer",
    ]  # fmt: skip
    result = requests[1]["messages"][-1]
    assert (result["role"], result["tool_call_id"]) == ("tool", "c1")
    assert "Found again: passages" in result["content"]
    assert "<passage number=" in requests[0]["messages"][1]["content"]


def test_it_reads_the_rows_beside_a_passage(ask: Ask) -> None:
    answer, _ = ask(call("read_document", '{"passage": 1}'), call("answer", number=2))
    assert "read" in [step.tool for step in answer.trajectory]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (call("delete_document", '{"id": 1}'), "no tool 'delete_document'"),
        (call("search_documents", '{"query": ""}'), "query must be"),
        (call("search_documents", "{broken"), "not JSON"),
        (call("search_documents", "[1]"), "JSON object"),
        (call("read_document", '{"passage": 99}'), "passage must be one of"),
        ({"role": "assistant", "content": "The laptop is replaced soon."}, "Call one of the tools"),
    ],
)
def test_a_bad_call_is_answered_with_its_error_once(
    ask: Ask, bad: dict[str, Any], message: str
) -> None:
    answer, requests = ask(bad, call("answer", number=2))
    assert message in told(requests[1])
    assert "the model has what it needs" in [step.decision for step in answer.trajectory]
    twice, requests = ask(bad, bad)
    assert len(requests) == 2
    decisions = [step.decision for step in twice.trajectory]
    assert "the rules plan from here" in decisions
    assert "bridge Corvid 14 B" in " ".join(decisions)


@pytest.mark.parametrize("status", [401, 500])
def test_without_the_model_the_rules_plan(ask: Ask, status: int) -> None:
    answer, _ = ask(status)
    assert "the rules plan from here" in [step.decision for step in answer.trajectory]
    assert answer.status in ("answered", "partial")


def test_a_malformed_reply_is_no_crash(ask: Ask) -> None:
    answer, _ = ask('{"id": "1", "choices": []}')
    assert "the rules plan from here" in [step.decision for step in answer.trajectory]


def test_a_repeated_search_is_not_made_and_the_model_is_told(ask: Ask) -> None:
    again = search(f"replaced {HOP.replace(' replaced?', '')}")
    answer, requests = ask(again, call("answer", number=2))
    assert [step.tool for step in answer.trajectory].count("search") == 1
    assert "searched before" in told(requests[1])


def test_tokens_are_bounded(ask: Ask) -> None:
    replies = [search(f"Corvid {number}") for number in range(5)]
    answer, requests = ask(*replies, limits=Limits(max_steps=50, max_tokens=250))
    assert len(requests) == 3
    assert "the limit of 250 tokens is reached" in [step.decision for step in answer.trajectory]


def test_no_tool_takes_who_asks_or_the_day() -> None:
    fields = {name for tool in TOOLS for name in tool["function"]["parameters"]["properties"]}
    assert fields == {"query", "passage"}
