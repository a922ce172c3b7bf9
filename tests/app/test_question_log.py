"""The question log: measures by default, no wording by accident, never in the way of an answer."""

import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from app.bootstrap import Application, build_question_log
from app.disguise import PROJECTED, Disguise
from app.main import create_app
from app.question_log import KEY_NAME, LOG_NAME, QuestionLog, QuestionLogError, Wording, read_log
from app.redaction import redact
from ingestion.embed import Bm25Encoder
from retrieval.answers import Answer
from retrieval.models import Query

QUESTION = "What is the hotel cap in Spain for Anna Meyer?"
HERE = "http://localhost"


def log_in(
    folder: Path, app: Application, wording: Wording = "hashed", days: int = 90
) -> QuestionLog:
    return QuestionLog(folder, wording, days, app.embedder, app.rag.searcher.sparse.is_content)


@pytest.fixture(scope="module")
def answer(sample_app: Application) -> Answer:
    return sample_app.rag.ask(Query(QUESTION, sample_app.access.caller(None).principal))


@pytest.fixture
def client(sample_app: Application, tmp_path: Path) -> Iterator[TestClient]:
    logged = replace(sample_app, questions=log_in(tmp_path, sample_app))
    with TestClient(create_app(sample_app.settings, logged), HERE) as client:
        yield client


def test_by_default_only_measures_are_kept_and_an_answer_can_be_rated(
    sample_app: Application, tmp_path: Path, answer: Answer
) -> None:
    assert sample_app.settings.question_log == "measures"
    log = log_in(tmp_path, sample_app, "measures")
    log.write(answer, "single")
    assert log.rate(answer.trace_id, "down")
    (row,) = read_log(tmp_path / LOG_NAME)
    assert (row.hash, row.wording, row.space, row.vector) == (None, None, "", b"")
    assert (row.status, row.citations, row.rating) == (answer.status, len(answer.citations), -1)
    assert not (tmp_path / KEY_NAME).exists()


def test_levels_share_a_log_of_before(
    sample_app: Application, tmp_path: Path, answer: Answer
) -> None:
    for number, level in enumerate(("hashed", "measures")):
        log = log_in(tmp_path, sample_app, level)  # type: ignore[arg-type]
        log.write(replace(answer, trace_id=str(number)), "single")
        log.close()
    assert [bool(row.vector) for row in read_log(tmp_path / LOG_NAME)] == [True, False]


def test_off_keeps_nothing(sample_app: Application, tmp_path: Path) -> None:
    off = sample_app.settings.model_copy(update={"question_log": "off", "data_dir": tmp_path})
    assert build_question_log(off, sample_app.embedder, sample_app.rag.searcher.sparse) is None
    unlogged = replace(sample_app, settings=off, questions=None)
    with TestClient(create_app(off, unlogged), HERE) as client:
        given = client.post("/v1/ask", json={"question": QUESTION}).json()
        rated = client.post("/v1/feedback", json={"trace_id": given["trace_id"], "rating": "up"})
    assert rated.status_code == 404 and "QUESTION_LOG" in rated.json()["detail"]
    assert not (tmp_path / LOG_NAME).exists()


def test_both_modes_of_answering_write_a_row(
    client: TestClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        given = [
            client.post("/v1/ask", json={"question": QUESTION, "mode": mode}).json()
            for mode in ("single", "agent")
        ]
    rows = {row.trace_id: row for row in read_log(tmp_path / LOG_NAME)}
    assert set(rows) == {each["trace_id"] for each in given}
    for each, mode in zip(given, ("single", "agent"), strict=True):
        row = rows[each["trace_id"]]
        assert (row.mode, row.status) == (mode, each["status"])
        assert row.abstain_reason == each["abstain_reason"]
        assert row.citations == len(each["citations"]) and row.claims == len(each["claims"])
        assert row.confidence == each["evidence"]["confidence"]
        assert row.similarity == each["evidence"]["similarity"]
        assert row.milliseconds == pytest.approx(each["timings"]["total"], abs=0.1)
        assert len(row.vector) == PROJECTED and row.words == len(QUESTION.split())
        assert row.wording is None and row.rating is None
    assert len({row.hash for row in rows.values()}) == 1
    for path in tmp_path.iterdir():
        assert b"hotel" not in path.read_bytes() and b"Meyer" not in path.read_bytes()
    assert "hotel" not in caplog.text


def test_a_thumb_is_kept_with_its_answer(client: TestClient, tmp_path: Path) -> None:
    trace_id = client.post("/v1/ask", json={"question": QUESTION}).json()["trace_id"]
    for rating in ("up", "down"):
        body = {"trace_id": trace_id, "rating": rating}
        assert client.post("/v1/feedback", json=body).status_code == 204
    (row,) = read_log(tmp_path / LOG_NAME)
    assert row.rating == -1
    unknown = client.post("/v1/feedback", json={"trace_id": "no-such", "rating": "up"})
    assert unknown.status_code == 404
    assert unknown.headers["content-type"] == "application/problem+json"
    wrong = client.post("/v1/feedback", json={"trace_id": trace_id, "rating": "sideways"})
    assert wrong.status_code == 422


def test_redacted_keeps_wording_without_who_and_which(
    sample_app: Application, answer: Answer, tmp_path: Path
) -> None:
    log = log_in(tmp_path, sample_app, "redacted")
    log.write(answer, "single")
    (row,) = read_log(tmp_path / LOG_NAME)
    assert row.hash is None and row.wording == "What is the hotel cap in [name] for [name]?"


def test_old_rows_go(sample_app: Application, answer: Answer, tmp_path: Path) -> None:
    log = log_in(tmp_path, sample_app, days=30)
    now = datetime(2026, 9, 1, 12, tzinfo=UTC)
    for number, age in enumerate((31, 29, 0)):
        log.write(replace(answer, trace_id=str(number)), "single", now - timedelta(days=age))
    assert [row.trace_id for row in read_log(tmp_path / LOG_NAME)] == ["1", "2"]


def test_a_log_that_cannot_be_written_is_reported_once_and_harms_no_answer(
    sample_app: Application, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / LOG_NAME).write_text("this is no database, and long enough to be read as one" * 20)
    logged = replace(sample_app, questions=log_in(tmp_path, sample_app))
    with TestClient(create_app(sample_app.settings, logged), HERE) as client:
        for _ in range(2):
            given = client.post("/v1/ask", json={"question": QUESTION})
            assert given.status_code == 200 and given.json()["answer"]
        rated = client.post("/v1/feedback", json={"trace_id": "x", "rating": "up"})
    assert rated.status_code == 503
    reports = [record for record in caplog.records if record.name == "app.question_log"]
    assert len(reports) == 1 and "not logged" in reports[0].getMessage()
    assert "hotel" not in caplog.text


def test_only_the_owner_reads_the_key_and_another_key_is_another_space(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one = Disguise.load(tmp_path / KEY_NAME)
    two = Disguise.load(tmp_path / "other" / KEY_NAME)
    assert (tmp_path / KEY_NAME).stat().st_mode & 0o077 == 0
    assert Disguise.load(tmp_path / KEY_NAME) == one != two
    assert one.hashed("Is  it me?") == one.hashed("is it ME?") != two.hashed("Is it me?")
    assert len({one.space("a"), one.space("b"), two.space("a")}) == 3
    (tmp_path / KEY_NAME).write_bytes(b"short")
    with pytest.raises(ValueError, match="not a key"):
        Disguise.load(tmp_path / KEY_NAME)


def test_a_projection_keeps_who_is_near_whom() -> None:
    rng = np.random.default_rng(3)
    centres = rng.standard_normal((2, 384))
    points = np.repeat(centres, 20, axis=0) + 0.5 * rng.standard_normal((40, 384))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    disguise = Disguise(b"k" * 32)
    flat = np.array([disguise.projected(p) for p in points.astype(np.float32)], dtype=np.float64)
    distances = np.linalg.norm(flat[:, None] - flat[None], axis=2)
    same = np.arange(40)[:, None] // 20 == np.arange(40)[None] // 20
    assert distances[same].max() < distances[~same].min()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Did anna@x.example ask about RK-4092?", "Did [e-mail] ask about [id]?"),
        ("Call +49 30 123-456 or see https://a.b/c?d=1", "[name] [number] or see [url]"),
        ("Is Dr Ada O'Neill-Smith in HR?", "Is [name] in HR?"),
        ("What does MCALLISTER earn?", "What does [name] earn?"),
        # What it cannot catch: see the module's docstring.
        ("does anna meyer earn twenty thousand?", "does anna meyer earn twenty thousand?"),
    ],
)
def test_redaction(text: str, masked: str) -> None:
    assert redact(text, Bm25Encoder().is_content) == masked


def test_no_log_and_a_broken_log_say_so(tmp_path: Path) -> None:
    with pytest.raises(QuestionLogError, match="QUESTION_LOG"):
        read_log(tmp_path / LOG_NAME)
    with sqlite3.connect(tmp_path / "other.sqlite") as db:
        db.execute("CREATE TABLE something (id TEXT)")
    with pytest.raises(QuestionLogError, match="not a question log"):
        read_log(tmp_path / "other.sqlite")
