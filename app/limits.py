"""How much one caller, and all of them together, may ask for."""

import asyncio
import math
import time
from collections.abc import Callable

from fastapi import HTTPException
from fastapi.responses import JSONResponse
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.metrics import Metrics
from app.problems import problem
from app.settings import Settings

_WORK = ("/v1/ask", "/v1/search", "/v1/chat/completions")
_UPLOADS = "/v1/documents"
_MB = 1024 * 1024
_RETRY_AFTER_S = 2


def body_limit(path: str, settings: Settings) -> int:
    """Most bytes of a request; a form is a little larger than its file."""
    uploads = path.startswith(_UPLOADS)
    return (settings.max_file_mb + 1) * _MB if uploads else settings.max_body_kb * 1024


def oversized(request: Request, settings: Settings) -> JSONResponse | None:
    """The refusal of a body whose declared length is too much; None for others.

    A body that declares none is cut off while it is read, by the framework.
    """
    declared = request.headers.get("content-length", "")
    limit = body_limit(request.url.path, settings)
    if not declared.isdecimal() or int(declared) <= limit:
        return None
    return problem(request, 413, "Too large", f"The request has more than {limit} bytes.")


class RateLimit:
    """So many requests a minute for each caller, over a moving window; 0: any number."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, caller: str) -> int:
        """Count one request; the seconds to wait before the next, when there were too many."""
        if self._item is None or self._limiter.hit(self._item, caller):
            return 0
        free_at = self._limiter.get_window_stats(self._item, caller).reset_time
        return max(1, math.ceil(free_at - time.time()))

    def check(self, caller: str) -> None:
        """Count one request. Raises 429 with the seconds to wait, when there were too many."""
        if wait := self.wait(caller):
            headers = {"Retry-After": str(wait)}
            raise HTTPException(429, f"Too many requests in a minute; wait {wait} s.", headers)


def too_many(request: Request, rate: RateLimit, caller: str) -> JSONResponse | None:
    """As `check`, where no exception is turned into a response."""
    wait = rate.wait(caller)
    if not wait:
        return None
    detail = f"Too many requests in a minute; wait {wait} s."
    response = problem(request, 429, "Too many requests", detail)
    response.headers["Retry-After"] = str(wait)
    return response


class LoadShedding:
    """Middleware: `slots` questions are worked on at a time, `queue` more wait; others get 503.

    A queue without an end would let every caller wait for ever; who is told at once can come back.
    A slot is held until the last byte of a stream.
    """

    def __init__(
        self, app: ASGIApp, slots: int, queue: int, metrics: Callable[[], Metrics]
    ) -> None:
        self._app = app
        self._slots = asyncio.Semaphore(slots)
        self._queue = queue
        self._waiting = 0
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a slot, or refuse."""
        if scope["type"] != "http" or scope["path"] not in _WORK:
            await self._app(scope, receive, send)
            return
        metrics = self._metrics()
        if self._slots.locked() and self._waiting >= self._queue:
            metrics.refused("places")
            await self._refuse(scope, receive, send)
            return
        with metrics.waiting.track_inprogress():
            self._waiting += 1
            try:
                await self._slots.acquire()
            finally:
                self._waiting -= 1
        with metrics.working.track_inprogress():
            try:
                await self._app(scope, receive, send)
            finally:
                self._slots.release()

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = "All places are taken; try again in a moment."
        response = problem(Request(scope), 503, "Busy", detail)
        MutableHeaders(raw=response.raw_headers)["Retry-After"] = str(_RETRY_AFTER_S)
        await response(scope, receive, send)
