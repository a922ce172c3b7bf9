"""Every example of docs/api.md works as it is written."""

import json
import re
from pathlib import Path

import httpx
import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```http\n(GET|POST) (\S+)\n(.*?)```", PAGE, flags=re.DOTALL)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize(("method", "path", "body"), EXAMPLES)
def test_an_example_works(live_server: str, method: str, path: str, body: str) -> None:
    content = json.loads(body) if body else None
    response = httpx.request(method, f"{live_server}{path}", json=content, timeout=60)
    assert response.status_code == 200, response.text


def test_every_route_is_named(live_server: str) -> None:
    paths = httpx.get(f"{live_server}/openapi.json").json()["paths"]
    for path in paths:
        stem = path.split("{")[0].rstrip("/")
        assert stem in PAGE or stem == "/health", path
