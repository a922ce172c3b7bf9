"""Logs: one line a request, with an id, without questions, answers or secrets."""

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable

from fastapi import Request, Response

from app.metrics import Reason

_log = logging.getLogger("footnote.requests")
_REFUSALS: dict[int, Reason] = {401: "key", 413: "body", 429: "rate"}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


async def log_request(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Time a request and give it an id; a caller's own id is kept when it is harmless."""
    wanted = request.headers.get("x-request-id", "")
    request_id = wanted if _REQUEST_ID.fullmatch(wanted) else uuid.uuid4().hex
    # A mounted application would put itself in the service's place.
    metrics = request.app.state.application.metrics
    begun = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Request-ID"] = request_id
    seconds = time.perf_counter() - begun
    route = getattr(request.scope.get("route"), "path", "-")
    metrics.request(request.method, route, response.status_code, seconds)
    if refusal := _REFUSALS.get(response.status_code):
        metrics.refused(refusal)
    _log.info(
        "%s %s %d %.1fms id=%s",
        request.method,
        route,
        response.status_code,
        seconds * 1000,
        request_id,
        extra={
            "request_id": request_id,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
        },
    )
    return response
