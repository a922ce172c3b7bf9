"""The model planner: tool calling over an OpenAI-compatible endpoint."""

import json
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import httpx
import openai
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole, ToolCallBlock
from llama_index.llms.openai_like import OpenAILike

from retrieval.agent.notebook import Action, Finding, Finish, Notebook, ReadAction, SearchAction
from retrieval.agent.tools import Tools
from retrieval.errors import PlannerError
from retrieval.generate.openai_like import format_passages
from retrieval.models import Passage, Unit
from retrieval.prompt import Prompt

_SHOWN = 6
_MAX_QUESTION = 300


def _tool(name: str, description: str, **fields: dict[str, str]) -> dict[str, Any]:
    parameters = {"type": "object", "properties": fields, "required": list(fields)}
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}


TOOLS = [
    _tool("search_documents", "Find passages.", query={"type": "string"}),
    _tool(
        "read_document",
        "The rows or list items beside a passage.",
        passage={"type": "integer", "description": "The passage's number."},
    ),
    _tool("answer", "The passages are enough, or nothing more can be found."),
]
"""No tool takes a principal, a group or a day: the model can't widen what is searched."""


@dataclass(frozen=True, slots=True)
class _Call:
    id: str
    name: str
    arguments: str


class BadCallError(ValueError):
    """A tool call that can't be done; the message is for the model."""


class ModelPlanner:
    """Plans one run. A bad call is answered by its error once; the second ends the planning."""

    name = "model"

    def __init__(self, llm: OpenAILike, prompt: Prompt) -> None:
        self._llm = llm
        self._prompt = prompt
        self._messages: list[ChatMessage] = []
        self._passages: list[Passage] = []
        self._leads: dict[int, Unit] = {}
        self._read = 0
        self._pending: _Call | None = None

    def next(self, notebook: Notebook, tools: Tools) -> Action:
        """The model's next action; the first one is a search for the question itself.

        Raises PlannerError when the endpoint fails or calls no tool rightly twice in a row.
        """
        del tools  # The planner names what to do; the workflow does it.
        if not notebook.findings:
            return SearchAction(notebook.query.text)
        self._take_in(notebook)
        for attempt in (1, 2):
            call = self._ask(notebook)
            try:
                return self._action(call)
            except BadCallError as error:
                if attempt == 2:
                    raise PlannerError(f"The planning model failed: {error}") from error
                self._reply(call, str(error))
        raise AssertionError("unreachable")

    def _take_in(self, notebook: Notebook) -> None:
        """Tell the model what the last call found."""
        fresh = notebook.findings[self._read :]
        self._read = len(notebook.findings)
        shown = {passage.number for passage in self._passages}
        passages = [passage for finding in fresh for passage in self._number(finding)]
        found = [passage for passage in passages if passage.number not in shown]
        if not self._messages:
            user = self._prompt.fill(
                question=escape(notebook.query.text), passages=format_passages(found)
            )
            self._messages = [
                ChatMessage(role=MessageRole.SYSTEM, content=self._prompt.system),
                ChatMessage(role=MessageRole.USER, content=user),
            ]
        elif self._pending is not None:
            again = [str(p.number) for p in passages if p.number in shown]
            told = [format_passages(found)] if found else []
            told += [f"Found again: passages {', '.join(again)}."] if again else []
            nothing = "No passage." if fresh else "That was searched before; nothing new."
            self._reply(self._pending, "\n".join(told) or nothing)

    def _number(self, finding: Finding) -> list[Passage]:
        """The finding's best passages, under numbers that go on over the run."""
        known = {passage.hit.chunk.id: passage for passage in self._passages}
        leads = {unit.passage.hit.chunk.id: unit for unit in reversed(finding.units)}
        for hit in finding.ranking[:_SHOWN]:
            if hit.chunk.id not in known:
                known[hit.chunk.id] = Passage(len(self._passages) + 1, hit)
                self._passages.append(known[hit.chunk.id])
                if hit.chunk.id in leads:
                    self._leads[known[hit.chunk.id].number] = leads[hit.chunk.id]
        return [known[hit.chunk.id] for hit in finding.ranking[:_SHOWN]]

    def _ask(self, notebook: Notebook) -> _Call | None:
        try:
            response = self._llm.chat(
                self._messages,
                tools=TOOLS,
                tool_choice="auto",
                timeout=max(0.1, notebook.seconds_left()),
            )
            usage = getattr(response.raw, "usage", None)
            notebook.tokens_in += int(getattr(usage, "prompt_tokens", 0) or 0)
            notebook.tokens_out += int(getattr(usage, "completion_tokens", 0) or 0)
            self._messages.append(response.message)
            return _first_call(response)
        except (openai.OpenAIError, httpx.HTTPError) as error:
            raise PlannerError(f"The planning model failed: {error}") from error
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            # The client reads the reply's JSON without checking its shape.
            raise PlannerError(f"The planning model's reply is malformed: {error!r}.") from error

    def _action(self, call: _Call | None) -> Action:
        if call is None:
            raise BadCallError("Call one of the tools: search_documents, read_document, answer.")
        try:
            arguments = json.loads(call.arguments or "{}")
        except ValueError as error:
            raise BadCallError(f"The arguments are not JSON: {error}.") from error
        if not isinstance(arguments, dict):
            raise BadCallError("The arguments must be a JSON object.")
        self._pending = call
        match call.name:
            case "search_documents":
                return _search(arguments.get("query"))
            case "read_document":
                return self._reading(arguments.get("passage"))
            case "answer":
                return Finish("the model has what it needs")
        raise BadCallError(f"There is no tool {call.name!r}.")

    def _reading(self, number: object) -> ReadAction:
        lead = self._leads.get(number) if isinstance(number, int) else None
        if lead is None:
            raise BadCallError(f"passage must be one of {sorted(self._leads)}.")
        return ReadAction(lead)

    def _reply(self, call: _Call | None, text: str) -> None:
        if call is None:
            self._messages.append(ChatMessage(role=MessageRole.USER, content=text))
            return
        self._messages.append(
            ChatMessage(
                role=MessageRole.TOOL, content=text, additional_kwargs={"tool_call_id": call.id}
            )
        )


def _search(query: object) -> SearchAction:
    if not isinstance(query, str) or not query.strip():
        raise BadCallError("query must be a text that is not empty.")
    return SearchAction(query.strip()[:_MAX_QUESTION], "model")


def _first_call(response: ChatResponse) -> _Call | None:
    """The call to follow. The reply keeps only that one: each call needs its own answer."""
    blocks = response.message.blocks
    calls = [block for block in blocks if isinstance(block, ToolCallBlock)]
    if not calls:
        return None
    response.message.blocks = [b for b in blocks if not isinstance(b, ToolCallBlock)] + calls[:1]
    given = calls[0].tool_kwargs
    arguments = given if isinstance(given, str) else json.dumps(given)
    return _Call(str(calls[0].tool_call_id), calls[0].tool_name, arguments)
