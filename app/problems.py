"""Errors over HTTP: RFC 9457 problem details, with what to do next."""

import logging
import sqlite3

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.access import AccessDeniedError, IdentityUnavailableError
from app.question_log import QuestionLogError
from app.schemas.problem import Problem
from ingestion.errors import (
    IndexLockedError,
    IndexUnavailableError,
    IngestionError,
    UnreadableDocumentError,
)

_log = logging.getLogger(__name__)

_STATUS: dict[type[IngestionError], tuple[int, str]] = {
    UnreadableDocumentError: (422, "The document cannot be read"),
    IndexLockedError: (409, "Another ingestion is running"),
    IndexUnavailableError: (503, "The index does not answer"),
}

_CONTENT = {"application/problem+json": {"schema": Problem.model_json_schema()}}

RESPONSES: dict[int | str, dict[str, object]] = {
    "4XX": {"content": _CONTENT, "description": "The request is at fault; `detail` says how."},
    "5XX": {"content": _CONTENT, "description": "The service is at fault; try again later."},
}


def problem(request: Request, status: int, title: str, detail: str) -> JSONResponse:
    """One problem as a response."""
    return response_of(
        Problem(title=title, status=status, detail=detail, instance=request.url.path)
    )


def described(error: BaseException, path: str) -> Problem:
    """An error as a problem; one that nobody expected goes to the log, and only there."""
    if isinstance(error, AccessDeniedError):
        status, title, detail = 401, "Not signed in", str(error)
    elif isinstance(error, IdentityUnavailableError):
        status, title, detail = 503, "The caller cannot be checked", str(error)
    elif isinstance(error, QuestionLogError):
        status, title, detail = 503, "The question log does not answer", str(error)
    elif isinstance(error, IngestionError):
        fallback = (500, "The documents cannot be used")
        (status, title), detail = _STATUS.get(type(error), fallback), str(error)
    elif isinstance(error, sqlite3.Error):
        _log.error("a file of the data folder failed at %s: %s", path, error)
        status, title = 503, "A file of the service cannot be used"
        detail = f"{error}. Whoever runs the service sees more with: rag doctor"
    else:
        _log.error("unexpected error at %s", path, exc_info=error)
        status, title = 500, "Unexpected error"
        detail = "The log of the service has the details."
    return Problem(title=title, status=status, detail=detail, instance=path)


def install(app: FastAPI) -> None:
    """Turn every error of the application into a problem."""

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> JSONResponse:
        response = problem(request, error.status_code, _title(error.status_code), str(error.detail))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        # The offending input itself is not repeated: it may be long or secret.
        faults = (
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        return problem(request, 422, "The request is not valid", "; ".join(faults))

    @app.exception_handler(AccessDeniedError)
    @app.exception_handler(IdentityUnavailableError)
    @app.exception_handler(IngestionError)
    @app.exception_handler(QuestionLogError)
    @app.exception_handler(sqlite3.Error)
    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> JSONResponse:
        return response_of(described(error, request.url.path))


def _title(status: int) -> str:
    titles = {403: "Not allowed", 404: "Not found", 405: "Method not allowed", 413: "Too large"}
    return titles.get(status, "The request failed")


def response_of(body: Problem) -> JSONResponse:
    """A problem as a response; who is not signed in learns how."""
    headers = {"WWW-Authenticate": "Bearer"} if body.status == 401 else None
    media = "application/problem+json"
    return JSONResponse(body.model_dump(), body.status, headers, media_type=media)
