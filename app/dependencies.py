"""What routes are given: the application, and who asks."""

from typing import Annotated, cast

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app import access
from app.bootstrap import Application
from app.schemas.requests import Question
from ingestion.models import Document, SearchScope
from retrieval.clock import today
from retrieval.models import Principal, Query

_bearer = HTTPBearer(auto_error=False, description="A key from `rag keys create`, or a token.")


def application(request: Request) -> Application:
    """The wired product, built once at start-up."""
    return cast(Application, request.app.state.application)


App = Annotated[Application, Depends(application)]


def identified(
    app: App,
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> access.Caller:
    """Whoever the key or token stands for. Raises AccessDeniedError, or 429 after too many."""
    caller = app.access.caller(bearer.credentials if bearer else None)
    request.app.state.rate.check(caller.principal.name)
    return caller


Identified = Annotated[access.Caller, Depends(identified)]


def principal(caller: Identified) -> Principal:
    """Who asks."""
    return caller.principal


def writer(caller: Identified) -> Principal:
    """Who changes documents. Raises 403 for a key that only reads."""
    if not caller.writes:
        raise HTTPException(403, "This key only reads. Make one with: rag keys create --writes")
    return caller.principal


def operator(caller: Identified) -> Principal:
    """Who sees how the service does. Raises 403 for a key that does not operate."""
    if not caller.operates:
        raise HTTPException(
            403, "This key does not operate. Make one with: rag keys create --operates"
        )
    return caller.principal


Caller = Annotated[Principal, Depends(principal)]
Writer = Annotated[Principal, Depends(writer)]
Operator = Annotated[Principal, Depends(operator)]


def query(question: Question, app: Application, caller: Principal) -> Query:
    """A checked question. Raises 413 when it is longer than the settings allow."""
    limit = app.settings.max_question_chars
    if len(question.question) > limit:
        raise HTTPException(413, f"The question has more than {limit} characters; shorten it.")
    as_of = None if question.all_versions else question.as_of or today()
    history = tuple(turn.to_turn() for turn in question.history)
    filters = question.filters.to_filters()
    return Query(question.question, caller, as_of, history, filters)


def scope(caller: Principal) -> SearchScope:
    """What the caller may see, of any date."""
    return SearchScope(caller.groups)


def visible(document_id: str, app: Application, caller: Principal) -> Document | None:
    """A document that the caller may read; None whether it is hidden or not there."""
    hits = app.index.chunks(document_id, scope(caller))
    return hits[0].document if hits else None
