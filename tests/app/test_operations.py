"""Operations: what the log says of the last days, and nothing more than it can."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from app.bootstrap import Application
from app.main import create_app
from app.operations import MINIMUM, moved, periods, window
from app.question_log import LOG_NAME, LoggedQuestion, QuestionLog, stamp
from retrieval.answers import Answer
from retrieval.models import Query
from tests.logged import logged_question

NOW = datetime(2026, 9, 30, 12, 30, tzinfo=UTC)
HERE = "http://localhost"


def row(asked: datetime, **changes: object) -> LoggedQuestion:
    return logged_question(**{"trace_id": stamp(asked), "asked_at": stamp(asked), **changes})


@pytest.mark.parametrize(
    ("days", "start", "bucket", "count"),
    [(1, NOW.replace(day=29, hour=13, minute=0), "hour", 24), (7, NOW.replace(day=24), "day", 7)],
)
def test_every_question_is_in_one_period(
    days: int, start: datetime, bucket: str, count: int
) -> None:
    begin, by = window(days, NOW)
    assert (begin, by) == (start if days == 1 else start.replace(hour=0, minute=0), bucket)
    inside = [begin, begin + timedelta(minutes=59), NOW]
    rows = [row(begin - timedelta(seconds=1)), *map(row, inside)]
    found = periods(rows, begin, by, NOW)
    assert len(found) == count and found[-1].start <= NOW
    assert [period.answered for period in found] == [2, *[0] * (count - 2), 1]
    assert found[1].median_ms is None


def test_a_period_counts_what_its_rows_say() -> None:
    rows = [
        row(NOW, status="abstained", rating=-1, milliseconds=10.0),
        row(NOW, status="partial", dropped=2, degraded=1, milliseconds=20.0),
        row(NOW, rating=1, milliseconds=1000.0),
    ]
    begin, by = window(1, NOW)
    last = periods(rows, begin, by, NOW)[-1]
    assert (last.answered, last.partial, last.abstained) == (1, 1, 1)
    assert (last.degraded, last.dropped_claims, last.thumbs_up, last.thumbs_down) == (1, 2, 1, 1)
    assert last.median_ms == 20 and last.p95_ms == pytest.approx(902)


def test_a_score_that_moved_is_said_and_one_that_did_not_is_not() -> None:
    rng = np.random.default_rng(1)
    then = [row(NOW, similarity=s, confidence=s) for s in rng.normal(0.55, 0.1, 300)]
    now = [row(NOW, similarity=s - 0.1, confidence=s) for s in rng.normal(0.55, 0.1, 120)]
    lower, same = moved(then, now)
    assert (lower.score, lower.verdict) == ("similarity", "moved")
    assert lower.distance == pytest.approx(0.1, abs=0.03) and lower.p is not None
    assert (same.score, same.verdict) == ("confidence", "same")
    assert sum(same.then) == pytest.approx(1) and (same.then_count, same.now_count) == (300, 120)
    few = moved(then, now[: MINIMUM - 1])
    assert {each.verdict for each in few} == {"not enough data"} and few[0].p is None
    assert moved([], [])[0].then_median is None


def test_resampled_scores_rarely_move() -> None:
    rng = np.random.default_rng(2)
    pool = [row(NOW, similarity=s, confidence=s) for s in rng.normal(0.55, 0.12, 500)]
    runs = 100
    false = 0
    for _ in range(runs):
        then, now = (rng.integers(0, len(pool), size) for size in (200, 80))
        found = moved([pool[i] for i in then], [pool[i] for i in now])
        false += any(each.verdict == "moved" for each in found)
    # Both scores are the same here, so this is one test at half the level.
    assert false <= 5, false


@pytest.fixture(scope="module")
def answer(sample_app: Application) -> Answer:
    caller = sample_app.access.caller(None).principal
    return sample_app.rag.ask(Query("What is the hotel cap in Spain?", caller))


@pytest.fixture
def client(sample_app: Application, answer: Answer, tmp_path: Path) -> Iterator[TestClient]:
    sparse = sample_app.rag.searcher.sparse
    log = QuestionLog(tmp_path, "measures", 90, sample_app.embedder, sparse.is_content)
    now = datetime.now(UTC)
    for number, age in enumerate((0, 0, 3, 10)):
        asked = now - timedelta(days=age)
        log.write(replace(answer, trace_id=str(number)), "single", asked)
    log.rate("0", "up")
    with TestClient(
        create_app(sample_app.settings, replace(sample_app, questions=log)), HERE
    ) as client:
        yield client
    log.close()


def test_the_route_counts_the_log(client: TestClient) -> None:
    seen = client.get("/v1/operations", params={"days": 7}).json()
    assert (seen["log"], seen["bucket"], len(seen["periods"])) == ("measures", "day", 7)
    statuses = ("answered", "partial", "abstained")
    assert [sum(p[s] for s in statuses) for p in seen["periods"]] == [0, 0, 0, 1, 0, 0, 2]
    assert seen["periods"][-1]["thumbs_up"] == 1
    assert [each["then_count"] for each in seen["drift"]] == [1, 1]
    assert {each["verdict"] for each in seen["drift"]} == {"not enough data"}
    assert client.get("/v1/operations", params={"days": 31}).status_code == 422


def test_no_log_and_a_broken_one_are_said(
    client: TestClient, sample_app: Application, tmp_path: Path
) -> None:
    off = sample_app.settings.model_copy(update={"question_log": "off"})
    unlogged = replace(sample_app, settings=off, questions=None)
    with TestClient(create_app(off, unlogged), HERE) as other:
        seen = other.get("/v1/operations").json()
    assert seen["log"] == "off" and all(p["answered"] == 0 for p in seen["periods"])
    for path in tmp_path.glob(f"{LOG_NAME}*"):
        path.unlink()
    (tmp_path / LOG_NAME).write_text("no database, and long enough to be read as one" * 20)
    assert client.get("/v1/operations").status_code == 503
