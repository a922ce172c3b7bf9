"""What OpenAI's clients call."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.asking import answer
from app.chat import MODELS, chunks, completion, error_event, mode_of, question_of
from app.dependencies import App, Caller, query
from app.problems import RESPONSES
from app.schemas.chat import ChatCompletion, ChatRequest, ModelCard, ModelList
from app.streaming import stream

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"], responses=RESPONSES)

_STREAMED: dict[int | str, dict[str, Any]] = {
    200: {"model": ChatCompletion, "content": {"text/event-stream": {}}}
}


@router.get("/models", summary="The ways of answering, as models")
def models(_: Caller) -> ModelList:
    """footnote answers in one pass, footnote-agent in several searches."""
    return ModelList(data=[ModelCard(id=name) for name in MODELS])


@router.get("/models/{model}", summary="One way of answering")
def model(model: str, _: Caller) -> ModelCard:
    """A model that is there, or 404."""
    mode_of(model)
    return ModelCard(id=model)


@router.post(
    "/chat/completions",
    summary="Answer the last message of a chat",
    responses=_STREAMED,
    response_model=None,
)
def complete(
    request: ChatRequest, app: App, caller: Caller, http: Request
) -> ChatCompletion | Response:
    """The answer with its footnotes: as annotations, and as citations beside the choices."""
    mode, base = mode_of(request.model), str(http.base_url)
    asked = query(question_of(request), app, caller)
    if request.stream:
        return stream(chunks(app, asked, request, base), http.url.path, error_event)
    return completion(answer(app, asked, mode), request.model, base)
