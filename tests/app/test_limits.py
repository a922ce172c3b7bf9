"""What one caller, and all of them together, may ask for."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.bootstrap import Application
from app.limits import LoadShedding, RateLimit
from app.main import create_app
from app.metrics import Metrics


@pytest.fixture
def strict(scratch_app: Application) -> Iterator[TestClient]:
    """The service with small limits."""
    limits = {"rate_per_minute": 3, "max_body_kb": 2, "max_question_chars": 100}
    settings = scratch_app.settings.model_copy(update=limits)
    app = replace(scratch_app, settings=settings)
    with TestClient(create_app(settings, app), "http://localhost") as client:
        yield client


def test_each_caller_has_a_rate_of_its_own() -> None:
    rate = RateLimit(2)
    rate.check("hanna")
    rate.check("hanna")
    rate.check("sam")
    with pytest.raises(HTTPException) as refused:
        rate.check("hanna")
    assert refused.value.status_code == 429 and refused.value.headers
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 60
    for _ in range(50):
        RateLimit(0).check("hanna")


def test_too_many_requests_are_told_when_to_come_back(strict: TestClient) -> None:
    codes = [strict.get("/v1/me").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    refused = strict.get("/v1/me")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert int(refused.headers["Retry-After"]) >= 1
    assert strict.get("/health").status_code == 200


def test_a_large_body_is_refused_and_an_upload_has_its_own_limit(strict: TestClient) -> None:
    refused = strict.post("/v1/ask", json={"question": "x" * 5000})
    assert refused.status_code == 413
    assert refused.headers["Content-Type"] == "application/problem+json"
    long = strict.post("/v1/ask", json={"question": "x" * 200})
    assert long.status_code == 413 and "shorten it" in long.json()["detail"]
    file = ("large.md", b"# Large\n\n" + b"Some words of a large file. " * 200)
    uploaded = strict.post("/v1/documents", files={"file": file})
    assert uploaded.status_code == 201
    document = uploaded.json()["document"]["id"]
    assert strict.app.state.application.ingestion.remove_exclusively(document) is None  # type: ignore[attr-defined]


async def _statuses(slots: int, queue: int, callers: int) -> list[int]:
    """The statuses of callers who all come at once, while each takes a while."""
    busy = most = 0

    async def slow(_: Scope, __: Receive, send: Send) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.05)
        busy -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    metrics = Metrics()
    transport = httpx.ASGITransport(LoadShedding(slow, slots, queue, lambda: metrics))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        answers = await asyncio.gather(*(client.post("/v1/ask") for _ in range(callers)))
        aside = await asyncio.gather(*(client.get("/health") for _ in range(callers)))
    assert most >= min(slots, callers) and all(other.is_success for other in aside)
    shed = [a for a in answers if a.status_code == 503]
    assert all(int(a.headers["Retry-After"]) > 0 for a in shed)
    return [a.status_code for a in answers]


@pytest.mark.parametrize(
    ("slots", "queue", "callers", "served"), [(2, 3, 10, 5), (1, 0, 4, 1), (4, 32, 20, 20)]
)
def test_who_finds_no_place_is_told_at_once(
    slots: int, queue: int, callers: int, served: int
) -> None:
    codes = asyncio.run(_statuses(slots, queue, callers))
    assert codes.count(200) == served and codes.count(503) == callers - served
