"""Errors over HTTP: RFC 9457 problem details, with what to do next."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

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

RESPONSES: dict[int | str, dict[str, object]] = {
    "4XX": {"model": Problem, "description": "The request is at fault; `detail` says how."},
    "5XX": {"model": Problem, "description": "The service is at fault; try again later."},
}


def problem(request: Request, status: int, title: str, detail: str) -> JSONResponse:
    """One problem as a response."""
    body = Problem(title=title, status=status, detail=detail, instance=request.url.path)
    return JSONResponse(body.model_dump(), status, media_type="application/problem+json")


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

    @app.exception_handler(IngestionError)
    def ingestion_error(request: Request, error: IngestionError) -> JSONResponse:
        status, title = _STATUS.get(type(error), (500, "The documents cannot be used"))
        return problem(request, status, title, str(error))

    @app.exception_handler(QuestionLogError)
    def question_log_error(request: Request, error: QuestionLogError) -> JSONResponse:
        return problem(request, 503, "The question log does not answer", str(error))

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        _log.error("unexpected error at %s", request.url.path, exc_info=error)
        return problem(request, 500, "Unexpected error", "The log of the service has the details.")


def _title(status: int) -> str:
    titles = {404: "Not found", 405: "Method not allowed", 413: "Too large"}
    return titles.get(status, "The request failed")
