"""Answers as server-sent events, while a thread works; a quiet stream is kept alive."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from app.asking import Mode, answer, segments
from app.bootstrap import Application
from app.problems import described
from app.schemas.answers import AnswerOut
from app.schemas.claims import CitationOut
from app.schemas.passages import PassageOut, SearchResponse
from app.schemas.problem import Problem
from app.schemas.stream import Done, Message
from ingestion.models import ScoredChunk
from retrieval.answers import Answer
from retrieval.models import Query

HEARTBEAT_S = 10.0
_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_SHOWN = 10

Emit = Callable[[bytes], None]
Work = Callable[[Emit], None]


def event(name: str | None, body: BaseModel) -> bytes:
    """One event as it goes over the wire."""
    return format_sse_event(event=name, data_str=body.model_dump_json())


def problem_event(problem: Problem) -> bytes:
    """What went wrong, as an event."""
    return event("error", problem)


def stream(
    work: Work, path: str, failed: Callable[[Problem], bytes] = problem_event
) -> StreamingResponse:
    """What `work` emits, as it comes, from a thread of its own.

    An error is the last event: what `failed` makes of it. When the client has gone, what is still
    emitted is dropped; the work ends by its own limits.
    """
    return StreamingResponse(
        _events(work, path, failed), media_type="text/event-stream", headers=_HEADERS
    )


async def _events(
    work: Work, path: str, failed: Callable[[Problem], bytes]
) -> AsyncIterator[bytes]:
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[bytes | None]()

    def emit(item: bytes | None) -> None:
        # The service may have stopped since its client went away.
        if not loop.is_closed():
            loop.call_soon_threadsafe(queue.put_nowait, item)

    def run() -> None:
        try:
            work(emit)
        finally:
            emit(None)

    task = asyncio.create_task(run_in_threadpool(run))
    while True:
        try:
            item = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
        except TimeoutError:
            yield KEEPALIVE_COMMENT
            continue
        if item is None:
            break
        yield item
    await asyncio.wait([task])
    error = task.exception()
    if error is not None:
        yield failed(described(error, path))


def answering(app: Application, asked: Query, mode: Mode, path: str) -> StreamingResponse:
    """search_results, a message and its new citations for each claim, final_answer, done."""

    def work(emit: Emit) -> None:
        def found(hits: Sequence[ScoredChunk]) -> None:
            passages = [PassageOut.of(hit) for hit in hits[:_SHOWN]]
            emit(event("search_results", SearchResponse(results=passages)))

        done = answer(app, asked, mode, found)
        for item in _told(done):
            emit(item)
        emit(event("final_answer", AnswerOut.of(done)))
        emit(event("done", Done(trace_id=done.trace_id)))

    return stream(work, path)


def _told(done: Answer) -> Iterator[bytes]:
    """Each claim's text, followed by the footnotes that it is the first to lean on."""
    told: set[int] = set()
    citations = {citation.index: citation for citation in done.citations}
    for segment in segments(done):
        yield event("message", Message(text=segment.text))
        for index in sorted(set(segment.citations) - told):
            told.add(index)
            yield event("citation", CitationOut.of(citations[index]))
