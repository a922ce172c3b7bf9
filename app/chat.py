"""Questions out of chats, and answers as chat completions."""

import re
import time
import uuid
from collections.abc import Callable

from fastapi import HTTPException
from fastapi.sse import format_sse_event

from app.asking import Mode, answer, segments
from app.bootstrap import Application
from app.schemas.chat import (
    Annotation,
    AnswerMessage,
    ChatChunk,
    ChatCompletion,
    ChatError,
    ChatFailure,
    ChatRequest,
    ChatUsage,
    Choice,
    ChunkChoice,
    UrlCitation,
)
from app.schemas.claims import CitationOut
from app.schemas.problem import Problem
from app.schemas.requests import Question, TurnIn
from app.streaming import Emit, Work, event
from retrieval.answers import Answer
from retrieval.models import Query

MODELS: dict[str, Mode] = {"footnote": "single", "footnote-agent": "agent"}

_MOST_TURNS = 20
_MOST_CHARS = 8000
_MARKER = re.compile(r"【(\d+)】")


def mode_of(model: str) -> Mode:
    """How a model answers. Raises 404 for one that is not there."""
    if model not in MODELS:
        raise HTTPException(404, f"There is no model {model!r}: {', '.join(MODELS)}.")
    return MODELS[model]


def question_of(request: ChatRequest) -> Question:
    """The last message as a question, after what was said before it. Raises 422 without one."""
    said = [m for m in request.messages if m.role in ("user", "assistant") and m.text.strip()]
    if not said or said[-1].role != "user":
        raise HTTPException(422, "The last message must be the user's question, as text.")
    history = [
        # Footnotes of an earlier answer number other passages.
        TurnIn(role=m.role, text=_MARKER.sub("", m.text)[:_MOST_CHARS] or "-")
        for m in said[-_MOST_TURNS - 1 : -1]
    ]
    return Question(question=said[-1].text, as_of=request.as_of, history=history)


def completion(done: Answer, model: str, base: str) -> ChatCompletion:
    """An answer as a completion. `base` is the service's address, with a slash at its end."""
    message = AnswerMessage(content=done.text, annotations=_annotations(done, base))
    return ChatCompletion(
        id=f"chatcmpl-{done.trace_id}",
        created=int(time.time()),
        model=model,
        choices=[Choice(message=message)],
        usage=_usage(done),
        citations=[CitationOut.of(citation) for citation in done.citations],
        status=done.status,
        trace_id=done.trace_id,
    )


def chunks(app: Application, asked: Query, request: ChatRequest, base: str) -> Work:
    """The work of a streamed completion: a piece for each claim, then the citations."""
    mode = mode_of(request.model)
    started, chat = int(time.time()), f"chatcmpl-{uuid.uuid4().hex}"

    def work(emit: Emit) -> None:
        def send(*choices: ChunkChoice, **more: object) -> None:
            chunk = {"id": chat, "created": started, "model": request.model, **more}
            emit(event(None, ChatChunk.model_validate({**chunk, "choices": list(choices)})))

        send(ChunkChoice(delta={"role": "assistant", "content": ""}))
        done = answer(app, asked, mode)
        _send_answer(done, base, send)
        if request.stream_options.include_usage:
            send(usage=_usage(done))
        emit(format_sse_event(data_str="[DONE]"))

    return work


def error_event(problem: Problem) -> bytes:
    """What went wrong, as OpenAI's clients expect it in a stream."""
    detail = ChatError(message=problem.detail, type=problem.title, code=problem.status)
    return event(None, ChatFailure(error=detail))


def _send_answer(done: Answer, base: str, send: Callable[..., None]) -> None:
    for segment in segments(done):
        send(ChunkChoice(delta={"content": segment.text}))
    annotations = [note.model_dump() for note in _annotations(done, base)]
    send(
        ChunkChoice(delta={"annotations": annotations}, finish_reason="stop"),
        citations=[CitationOut.of(citation) for citation in done.citations],
        status=done.status,
        trace_id=done.trace_id,
    )


def _annotations(done: Answer, base: str) -> list[Annotation]:
    """One for each marker in the text, where it stands."""
    cited = {citation.index: citation for citation in done.citations}
    return [
        Annotation(
            url_citation=UrlCitation(
                start_index=marker.start(),
                end_index=marker.end(),
                title=found.document_title,
                url=f"{base}v1/documents/{found.document_id}",
            )
        )
        for marker in _MARKER.finditer(done.text)
        if (found := cited.get(int(marker[1]))) is not None
    ]


def _usage(done: Answer) -> ChatUsage:
    read, written = done.usage.tokens_in, done.usage.tokens_out
    return ChatUsage(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)
