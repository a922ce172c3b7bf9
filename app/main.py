"""The HTTP service."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from app import problems
from app.bootstrap import Application, build
from app.observability import configure_logging, log_request
from app.routes import documents, feedback, health, questions
from app.settings import Settings

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
        configure_logging(settings.log_level)
        owned = application is None
        running = application or build(settings)
        if owned:
            running.ingestion.open()
        app.state.application = running
        yield
        if owned:
            running.close()

    app = FastAPI(
        title="Footnote",
        summary="Answers from your documents, every claim with a checked footnote.",
        version="0.1.0",
        lifespan=lifespan,
    )
    problems.install(app)
    for routes in (questions, feedback, documents, health):
        app.include_router(routes.router)
    app.mount("/page", StaticFiles(directory=PAGE), name="page")

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(PAGE / "index.html")

    @app.middleware("http")
    async def guard(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await log_request(request, call_next)
        if not request.url.path.startswith(_UNGUARDED):
            response.headers.update(_SECURITY_HEADERS)
        return response

    return app
