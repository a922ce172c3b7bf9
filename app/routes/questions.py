"""Search and ask."""

from typing import Annotated

from fastapi import APIRouter, Body

from app.bootstrap import Application
from app.dependencies import App, Caller, query
from app.problems import RESPONSES
from app.schemas.answers import AnswerOut
from app.schemas.passages import ContextOut, PassageOut, SearchResponse, SourceSpan
from app.schemas.requests import AskRequest, SearchRequest
from ingestion.models import ScoredChunk
from retrieval.models import Query

router = APIRouter(prefix="/v1", tags=["questions"], responses=RESPONSES)

_EXAMPLE = {"question": "What is the hotel cap in London?"}


@router.post("/search", summary="Find passages")
def search(
    request: Annotated[SearchRequest, Body(examples=[{**_EXAMPLE, "limit": 3}])],
    app: App,
    caller: Caller,
) -> SearchResponse:
    """The passages that speak to a question, best first, among what the caller may read."""
    asked = query(request, app, caller)
    hits = app.rag.search(asked, request.limit)
    contexts = (_context(app, hit, asked, request.neighbours) for hit in hits)
    results = [PassageOut.of(hit, around) for hit, around in zip(hits, contexts, strict=True)]
    return SearchResponse(results=results)


@router.post("/ask", summary="Answer with checked footnotes")
def ask(
    request: Annotated[AskRequest, Body(examples=[_EXAMPLE])], app: App, caller: Caller
) -> AnswerOut:
    """An answer in which every claim carries a checked footnote, or an abstention."""
    ask_by = app.agent.ask if request.mode == "agent" else app.rag.ask
    answer = ask_by(query(request, app, caller))
    if app.questions is not None:
        app.questions.write(answer, request.mode)
    return AnswerOut.of(answer)


def _context(app: Application, hit: ScoredChunk, asked: Query, reach: int) -> ContextOut | None:
    """A passage with its neighbours, as the parsed source has them; None where not asked for,
    or where the document changed meanwhile or its text is not on this machine."""
    if not reach:
        return None
    pieces = app.rag.searcher.neighbours(hit, asked, reach, reach)
    parsed = app.manifest.parsed(hit.document.id, hit.document.version)
    if parsed is None or not pieces:
        return None
    start = min(piece.chunk.start for piece in pieces)
    end = max(piece.chunk.end for piece in pieces)
    span = SourceSpan.of(start, end)
    return ContextOut(text=parsed.text[start:end], source_span=span)
