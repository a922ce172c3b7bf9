"""Search and ask."""

from typing import Annotated

from fastapi import APIRouter, Body

from app.dependencies import App, Caller, query
from app.problems import RESPONSES
from app.schemas import AnswerOut, AskRequest, PassageOut, SearchRequest, SearchResponse

router = APIRouter(prefix="/v1", tags=["questions"], responses=RESPONSES)

_EXAMPLE = {"question": "What is the hotel cap in London?"}


@router.post("/search", summary="Find passages")
def search(
    request: Annotated[SearchRequest, Body(examples=[{**_EXAMPLE, "limit": 3}])],
    app: App,
    caller: Caller,
) -> SearchResponse:
    """The passages that speak to a question, best first, among what the caller may read."""
    hits = app.rag.search(query(request, app, caller), request.limit)
    return SearchResponse(results=[PassageOut.of(hit) for hit in hits])


@router.post("/ask", summary="Answer with checked footnotes")
def ask(
    request: Annotated[AskRequest, Body(examples=[_EXAMPLE])], app: App, caller: Caller
) -> AnswerOut:
    """An answer in which every claim carries a checked footnote, or an abstention."""
    ask_by = app.agent.ask if request.mode == "agent" else app.rag.ask
    return AnswerOut.of(ask_by(query(request, app, caller)))
