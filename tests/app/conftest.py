"""A browser window on the service over the sample documents."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import PATIENCE_MS, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Only for this module: while it runs, no other event loop can."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about, a breach of the content security policy included.

    Empty at the end of every test; a test that provokes an error clears it.
    """
    return []


@pytest.fixture
def page(browser: Browser, live_server: str, complaints: list[str]) -> Iterator[Page]:
    """A fresh window, 1280 wide."""

    def listen(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            complaints.append(said.text)

    context = browser.new_context(
        base_url=live_server, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.on("console", listen)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []
