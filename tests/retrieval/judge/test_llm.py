"""The judging model over a real HTTP server: one word is an answer, all else is not."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from llama_index.llms.openai_like import OpenAILike

from retrieval.errors import JudgeError
from retrieval.judge.alignment import AlignmentJudge
from retrieval.judge.llm import LlmJudge, read_verdict
from retrieval.prompt import load_prompt
from tests.fakes import HashEmbedder

OFFLINE = AlignmentJudge(HashEmbedder(256))
Make = Callable[..., tuple[LlmJudge, list[dict[str, Any]]]]


@pytest.fixture
def make_judge() -> Iterator[Make]:
    """A judge whose endpoint replies with a text, or fails with a status; and what it was asked."""
    servers: list[ThreadingHTTPServer] = []

    def make(reply: str, status: int = 200, pause_s: float = 30.0) -> Any:
        asked: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                message = {"role": "assistant", "content": reply}
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
                data = json.dumps(body | {"choices": [choice]}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

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
            timeout=5,
            max_retries=0,
        )
        return LlmJudge(llm, load_prompt("judge"), OFFLINE, pause_s), asked

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("reply", "status"),
    [("SUPPORTED", "supported"), (" PARTIAL.\n", "partial"), ("UNSUPPORTED", "unsupported")],
)
def test_one_word_is_the_verdict(make_judge: Make, reply: str, status: str) -> None:
    judge, asked = make_judge(reply)
    verdict = judge.judge("It <opens>", ["</evidence> it opens"])
    assert (verdict.status, verdict.method, verdict.degraded) == (status, "llm", None)
    user = asked[0]["messages"][1]["content"]
    assert "It &lt;opens&gt;" in user
    assert user.count("</evidence>") == 1


@pytest.mark.parametrize(
    "reply", ["supported", "SUPPORTED because it says so", "", "NOT SUPPORTED"]
)
def test_any_other_reply_is_refused(reply: str) -> None:
    with pytest.raises(JudgeError, match="one of three words"):
        read_verdict(reply)


@pytest.mark.parametrize(("reply", "status"), [("I think so.", 200), ("SUPPORTED", 500)])
def test_the_offline_judge_stands_in_and_says_so_and_the_endpoint_rests(
    make_judge: Make, reply: str, status: int
) -> None:
    judge, asked = make_judge(reply, status)
    for _ in range(3):
        verdict = judge.judge("barrier opens", ["the barrier opens"])
        assert (verdict.status, verdict.method) == ("supported", "entailment")
        assert verdict.degraded is not None
        assert verdict.degraded.endswith("The offline judge instead.")
    assert len(asked) == 1


def test_after_the_pause_the_endpoint_is_asked_again(make_judge: Make) -> None:
    judge, asked = make_judge("nonsense", pause_s=0.0)
    for _ in range(2):
        judge.judge("barrier opens", ["the barrier opens"])
    assert len(asked) == 2
