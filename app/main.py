"""The HTTP service."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from app import problems
from app.access.origin import foreign
from app.bootstrap import Application, build
from app.limits import LoadShedding, RateLimit, body_limit, oversized
from app.logs import configure_logging
from app.mcp_http import mounted
from app.observability import log_request
from app.routes import (
    chat,
    documents,
    feedback,
    health,
    identity,
    operations,
    questions,
    tasks,
)
from app.settings import Settings
from app.worker import Worker

PAGE = Path(__file__).parent / "page"

_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# FastAPI's own documentation pages load their scripts from elsewhere; the policy is for the page.
_UNGUARDED = ("/docs", "/redoc")


def create_app(settings: Settings, application: Application | None = None) -> FastAPI:
    """The service over `application`, or over one that it builds itself and closes at the end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        owned = application is None
        running = application or build(settings)
        if owned:
            running.ingestion.open()
        app.state.application = running
        running.metrics.build(app.version, settings.generator, settings.embedding_model)
        app.state.worker = Worker(
            running.tasks, running.ingestion, running.uploads, running.metrics
        )
        app.state.worker.start()
        async with tools.session_manager.run():
            yield
        await run_in_threadpool(app.state.worker.stop)
        if owned:
            running.close()

    # Before the MCP library, which would install a handler of its own.
    configure_logging(settings)
    tools, guarded = mounted(lambda: app.state.application, settings.max_body_kb * 1024)
    app = FastAPI(
        title="Footnote",
        summary="Answers from your documents, every claim with a checked footnote.",
        version="0.1.0",
        lifespan=lifespan,
    )
    app.state.rate = RateLimit(settings.rate_per_minute)
    problems.install(app)
    parts = (questions, chat, feedback, documents, tasks, identity, operations, health)
    for routes in parts:
        limit = body_limit(routes.router.prefix, settings)
        app.include_router(routes.router, max_body_size=limit)
    app.mount("/mcp", guarded)
    app.mount("/page", StaticFiles(directory=PAGE), name="page")

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(PAGE / "index.html")

    app.add_middleware(
        LoadShedding,
        slots=settings.max_concurrent_questions,
        queue=settings.max_waiting_questions,
        metrics=lambda: app.state.application.metrics,
    )

    # Added last, so outermost: what is refused further in is counted, logged and named too.
    @app.middleware("http")
    async def guard(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        admitted = partial(_admitted, call_next=call_next, settings=settings)
        response = await log_request(request, admitted)
        if not request.url.path.startswith(_UNGUARDED):
            response.headers.update(_SECURITY_HEADERS)
        return response

    return app


async def _admitted(
    request: Request, call_next: Callable[[Request], Awaitable[Response]], settings: Settings
) -> Response:
    running: Application = request.app.state.application
    if reason := foreign(request, running.access):
        running.metrics.refused("origin")
        return problems.problem(request, 403, "Not allowed", reason)
    try:
        return oversized(request, settings) or await call_next(request)
    # Further out an error has no id, is not counted and carries no policy.
    except Exception as error:  # noqa: BLE001
        return problems.response_of(problems.described(error, request.url.path))
