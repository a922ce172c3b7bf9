"""A real browser for the tests that need one."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

PATIENCE_MS = 30_000

_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium. While it runs, no other event loop can; without one, the tests are skipped."""
    with sync_playwright() as playwright:
        executable = _find(playwright)
        if executable is None:
            missing = "no Chromium found: `playwright install chromium`"
            if os.environ.get("CI") == "true":
                pytest.fail(missing)
            pytest.skip(missing)
        # Patience for a busy machine; what is there already is not waited for.
        expect.set_options(timeout=PATIENCE_MS)
        opened = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield opened
        opened.close()


def _find(playwright: Playwright) -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    for path in (*map(shutil.which, names), playwright.chromium.executable_path):
        if path and Path(path).exists():
            return path
    return None


def final_answer(stream: str) -> Any:
    """The answer at the end of a stream of server-sent events."""
    found = re.search(r"event: final_answer\ndata: (.*)\n", stream)
    assert found, stream[-500:]
    return json.loads(found[1])


def events(*named: tuple[str, Any]) -> str:
    """Server-sent events as the service writes them."""
    return "".join(f"event: {name}\ndata: {json.dumps(body)}\n\n" for name, body in named)
