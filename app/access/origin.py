"""Requests that another web page made a visitor's browser send."""

from starlette.requests import Request

from app.access.authenticate import Access
from app.access.hosts import is_loopback

_READING = ("GET", "HEAD", "OPTIONS")


def foreign(request: Request, access: Access) -> str | None:
    """Why a request is refused as another page's, or None.

    Without keys the network is what protects the service, and a browser on it is a way around: a
    form of another page posts to it (Sec-Fetch-Site tells), and a name that another page owns is
    pointed at this machine (DNS rebinding; the Host header tells).
    """
    elsewhere = request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    if elsewhere and request.method not in _READING:
        return "Another web page sent this; use the service's own page, or its API with a key."
    host = request.url.hostname or ""
    if access.anonymous == "auto" and access.open and not is_loopback(host):
        return f"Without keys the service answers to localhost only, not to {host!r}."
    return None
