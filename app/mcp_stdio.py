"""The MCP server on standard input and output: a child of the program whose model uses it."""

from app.bootstrap import Application
from app.mcp_server import build_server
from retrieval.models import Principal


def serve(app: Application, groups: tuple[str, ...] | None) -> None:
    """Answer until standard input ends: for a member of `groups`, else for the holder of MCP_KEY.

    Whoever starts it can read the data folder anyway, so groups may be chosen as on the command
    line. Raises AccessDeniedError for a key that does not hold.
    """
    key = app.settings.mcp_key
    if groups is not None:
        principal = Principal("command line", groups)
    elif key is not None:
        principal = app.access.caller(key.get_secret_value()).principal
    else:
        principal = Principal("command line", app.settings.default_groups)
    build_server(lambda: app, lambda _: principal).run("stdio")
