"""The MCP server over streamable HTTP, inside the service and behind the same keys."""

from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access import AccessDeniedError, IdentityUnavailableError
from app.bootstrap import Application
from app.limits import RateLimit, too_many
from app.mcp_server import build_server
from app.problems import described, response_of
from retrieval.models import Principal

_CALLER = "footnote.caller"


class Guarded:
    """Middleware: whoever calls is identified before a message of theirs is read."""

    def __init__(self, app: ASGIApp, application: Callable[[], Application]) -> None:
        self._app = app
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Identify, count, pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            # Keys are in a file, and a token's may have to be fetched.
            access = self._application().access
            caller = await run_in_threadpool(access.caller, _bearer(request))
        except (AccessDeniedError, IdentityUnavailableError) as error:
            await response_of(described(error, request.url.path))(scope, receive, send)
            return
        rate: RateLimit = request.app.state.rate
        if refused := too_many(request, rate, caller.principal.name):
            await refused(scope, receive, send)
            return
        scope[_CALLER] = caller.principal
        await self._app(scope, receive, send)


def mounted(
    application: Callable[[], Application], max_bytes: int
) -> tuple[MCPServer[Any], ASGIApp]:
    """The server, whose session manager must run with the service, and what is mounted.

    Without sessions: every request carries its key, and any replica may answer it. The check of
    the Host header is the service's own.
    """
    server = build_server(application, _caller)
    app = server.streamable_http_app(
        streamable_http_path="/",
        stateless_http=True,
        json_response=True,
        max_request_body_size=max_bytes,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return server, Guarded(app, application)


def _caller(ctx: Context[Any, Any]) -> Principal:
    request = ctx.request_context.request
    assert request is not None
    principal = request.scope[_CALLER]
    assert isinstance(principal, Principal)
    return principal


def _bearer(request: Request) -> str | None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" and credentials.strip() else None
