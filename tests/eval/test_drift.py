"""Drift: silent on resampled data, awake for what was planted, plain about what it cannot say."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import false_discovery_control
from typer.testing import CliRunner

from app.bootstrap import Application
from app.disguise import PROJECTED
from app.operations import MINIMUM, distributions
from app.question_log import LOG_NAME, LoggedQuestion, QuestionLog, QuestionLogError
from eval.__main__ import cli
from eval.dataset import load_cases
from eval.drift.checks import ALPHA, CHECKS, RATINGS, Drift, drift
from eval.drift.page import drift_page
from eval.drift.report import drift_json, drift_markdown, metrics, write_metrics, write_report
from eval.drift.statistics import holm, mmd, shares
from eval.drift.windows import DriftError, Window, keep, windows
from eval.runner import query_of
from tests.logged import logged_question

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
Rng = np.random.Generator


def traffic(size: int, rng: Rng, topics: Sequence[int] = (0, 1, 2, 3)) -> list[LoggedQuestion]:
    """Questions of a synthetic service: topics apart, one in five abstained, one in ten failed."""
    centres = np.random.default_rng(7).normal(0, 20, (6, PROJECTED))
    rows = []
    for number in range(size):
        place = centres[rng.choice(topics)] + rng.normal(0, 15, PROJECTED)
        abstained, failed = rng.random() < 0.2, rng.random() < 0.1
        rows.append(
            logged_question(
                trace_id=f"{number}-{rng.integers(1 << 40)}",
                hash="0",
                space="s",
                vector=np.clip(np.rint(place), -127, 127).astype(np.int8).tobytes(),
                words=int(rng.poisson(9)) + 2,
                status="abstained" if abstained else "partial" if failed else "answered",
                abstain_reason="near_miss" if abstained else None,
                confidence=0.5,
                similarity=float(rng.normal(0.55, 0.12)),
                passages=30,
                degraded=int(rng.random() < 0.02),
                milliseconds=float(700 * np.exp(rng.normal(0, 0.4))),
                rating=(-1 if rng.random() < 0.1 else 1) if rng.random() < 0.4 else None,
            )
        )
    return rows


def compared(then: Sequence[LoggedQuestion], now: Sequence[LoggedQuestion]) -> Drift:
    return drift(Window("then", tuple(then)), Window("now", tuple(now)))


def alarms(found: Drift) -> set[str]:
    return {finding.check.key for finding in found.alarms}


def test_resampled_data_raise_an_alarm_in_less_than_one_of_twenty_runs() -> None:
    rng = np.random.default_rng(1)
    pool = traffic(600, rng)
    runs = 300
    false = 0
    for _ in range(runs):
        then, now = (rng.integers(0, len(pool), 100) for _ in range(2))
        false += bool(compared([pool[i] for i in then], [pool[i] for i in now]).alarms)
    # 300 runs at 5 % would give 15; the checks are stricter than that.
    assert false / runs < ALPHA, false


def test_fresh_data_of_the_same_kind_raise_no_more() -> None:
    rng = np.random.default_rng(2)
    false = sum(bool(compared(traffic(80, rng), traffic(60, rng)).alarms) for _ in range(100))
    assert false <= 5


PLANTS: dict[str, Callable[[list[LoggedQuestion], Rng], list[LoggedQuestion]]] = {
    "questions": lambda rows, rng: (
        rows[: len(rows) * 3 // 4] + traffic(len(rows) - len(rows) * 3 // 4, rng, (4,))
    ),
    "length": lambda rows, _: [replace(row, words=row.words * 2) for row in rows],
    "similarity": lambda rows, _: [replace(r, similarity=r.similarity - 0.1) for r in rows],
    "abstained": lambda rows, rng: [
        replace(row, status="abstained") if rng.random() < 0.3 else row for row in rows
    ],
    "citations": lambda rows, rng: [
        replace(row, dropped=1) if rng.random() < 0.25 else row for row in rows
    ],
    "degraded": lambda rows, rng: [
        replace(row, degraded=1) if rng.random() < 0.15 else row for row in rows
    ],
    "latency": lambda rows, _: [replace(r, milliseconds=r.milliseconds * 1.5) for r in rows],
    "slowest": lambda rows, rng: [
        replace(r, milliseconds=r.milliseconds * 6) if rng.random() < 0.12 else r for r in rows
    ],
    "feedback": lambda rows, rng: [
        replace(row, rating=row.rating and (-1 if rng.random() < 0.5 else row.rating))
        for row in rows
    ],
}


@pytest.mark.parametrize("key", list(PLANTS))
def test_what_is_planted_is_found_by_its_check_and_by_few_others(key: str) -> None:
    rng = np.random.default_rng(11)
    found = [
        alarms(compared(traffic(200, rng), PLANTS[key](traffic(200, rng), rng))) for _ in range(10)
    ]
    assert sum(key in each for each in found) >= 8
    related = {
        "latency": {"slowest"},
        "slowest": {"latency"},
        "abstained": set(),
        "questions": set(),
    }
    others = [each - {key} - related.get(key, set()) for each in found]
    assert sum(bool(each) for each in others) <= 2, others


def test_better_is_no_alarm_and_tiny_is_none_either() -> None:
    rng = np.random.default_rng(5)
    then = traffic(300, rng)
    faster = [
        replace(row, milliseconds=row.milliseconds / 3, degraded=0) for row in traffic(300, rng)
    ]
    assert not alarms(compared(then, faster)) & {"latency", "slowest", "degraded"}
    many = traffic(3000, rng)
    nudged = [replace(row, similarity=row.similarity - 0.012) for row in traffic(3000, rng)]
    (finding,) = [f for f in compared(many, nudged).findings if f.check.key == "similarity"]
    assert finding.outcome is not None and finding.outcome.effect < finding.check.least
    assert not finding.alarm


def test_a_new_key_or_embedder_is_not_compared_and_few_ratings_neither() -> None:
    rng = np.random.default_rng(3)
    then = [replace(row, rating=None) for row in traffic(60, rng)]
    now = [replace(row, space="other") for row in traffic(60, rng)]
    skipped = {f.check.key: f.skipped for f in compared(then, now).findings if f.outcome is None}
    assert set(skipped) == {"questions", "feedback"}
    assert "key or embedder" in skipped["questions"] and str(RATINGS) in skipped["feedback"]


def test_rows_without_a_vector_are_counted_and_used_for_the_other_checks() -> None:
    rng = np.random.default_rng(3)
    bare = [replace(row, space="", vector=b"") for row in traffic(150, rng)]
    then = traffic(60, rng) + bare
    found = compared(then, PLANTS["similarity"](bare, rng))
    assert alarms(found) == {"similarity"}
    assert "with a vector" in drift_json(found)["checks"]["questions"]["skipped"]
    mixed = compared(then, traffic(60, rng) + bare)
    assert mixed.findings[0].outcome is not None and not mixed.alarms
    assert "210 questions (150 without a vector)" in drift_markdown(mixed)


def test_masked_questions_that_are_new_are_named() -> None:
    rng = np.random.default_rng(9)
    then = [replace(row, wording="an old one") for row in traffic(200, rng)]
    usual = [replace(row, wording="an old one") for row in traffic(120, rng)]
    fresh = [replace(row, wording=f"new {n}") for n, row in enumerate(traffic(80, rng, (4,)))]
    novel = compared(then, usual + fresh).novel
    assert len(novel) == 5 and all(text.startswith("new") for text in novel)


def test_the_statistics_have_their_known_answers() -> None:
    rng = np.random.default_rng(0)
    same, other = rng.normal(0, 1, (2, 60, 4))
    moved = other + 1
    assert mmd(same, moved, 1)[1] == pytest.approx(0.001) and mmd(same, other, 1)[1] > 0.05
    assert mmd(same, same, 1)[0] == pytest.approx(0, abs=1e-9)
    assert distributions([1.0, 2, 3], [2.0, 3, 4])[0] == pytest.approx(1)
    difference, p = shares([True] * 8 + [False] * 2, [True] + [False] * 5)
    # scipy's own example: Fisher's exact test of [[8, 2], [1, 5]].
    assert difference == pytest.approx(1 / 6 - 0.8) and p == pytest.approx(5 / 143)
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    values = [0.001, 0.2, 0.04, 0.5]
    # Holm is never below Benjamini and Hochberg.
    assert all(h >= b for h, b in zip(holm(values), false_discovery_control(values), strict=True))


@pytest.fixture(scope="module")
def logged(sample_app: Application, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that the service's own code wrote: real questions, answered, over two months."""
    folder = tmp_path_factory.mktemp("log")
    log = QuestionLog(
        folder, "redacted", 90, sample_app.embedder, sample_app.rag.searcher.sparse.is_content
    )
    cases = [case for case in load_cases() if case.split == "dev"][:6]
    answers = [sample_app.rag.ask(query_of(case)) for case in cases]
    rng = np.random.default_rng(4)
    for number in range(2 * MINIMUM):
        answer = answers[int(rng.integers(len(answers)))]
        age = timedelta(days=20 if number % 2 else 2, seconds=number)
        log.write(replace(answer, trace_id=str(number)), "single", NOW - age)
    log.close()
    return folder / LOG_NAME


def test_windows_of_a_real_log(logged: Path, tmp_path: Path) -> None:
    then, now = windows(logged, "28d", "7d", NOW)
    assert (len(then.rows), len(now.rows)) == (MINIMUM, MINIMUM)
    assert drift(then, now).alarms == ()
    dated, _ = windows(logged, "2026-09-01..2026-09-15", "7d", NOW)
    assert dated.rows == then.rows
    keep(then, tmp_path / "kept.jsonl")
    assert "hotel" not in (tmp_path / "kept.jsonl").read_text()
    kept, _ = windows(logged, str(tmp_path / "kept.jsonl"), "7d", NOW)
    assert [row.vector for row in kept.rows] == [row.vector for row in then.rows]
    assert (
        windows(logged, str(logged), "7d", NOW)[0].rows
        == windows(logged, str(logged), "8d", NOW)[0].rows
    )


@pytest.mark.parametrize(
    ("reference", "current", "message"),
    [
        ("28d", "1d", f"current window .* 0 questions; at least {MINIMUM}.*The log has 100"),
        ("1d", "7d", f"reference window .* at least {MINIMUM}.*--reference"),
        ("28d", "soon", "'soon' is not a window"),
        ("28d", "2026-02-30..2026-03-01", "is not a window"),
        ("2026-09-01..2026-09-30", "7d", "overlap"),
    ],
)
def test_windows_that_cannot_be_compared_say_why(
    logged: Path, reference: str, current: str, message: str
) -> None:
    with pytest.raises(DriftError, match=message):
        windows(logged, reference, current, NOW)


def test_a_reference_that_is_no_log_is_refused(logged: Path, tmp_path: Path) -> None:
    broken = tmp_path / "kept.jsonl"
    broken.write_text("{}\n")
    with pytest.raises(QuestionLogError, match="not a window that was kept"):
        windows(logged, str(broken), "7d", NOW)
    with pytest.raises(QuestionLogError, match="no question log"):
        windows(logged, str(tmp_path / "absent.sqlite"), "7d", NOW)


def test_reports_say_the_same_everywhere(tmp_path: Path) -> None:
    rng = np.random.default_rng(13)
    found = compared(traffic(150, rng), PLANTS["similarity"](traffic(150, rng), rng))
    content = drift_json(found)
    assert content["drift"] and content["checks"]["similarity"]["alarm"]
    assert set(content["checks"]) == {check.key for check in CHECKS}
    assert "retrieval score" in drift_markdown(found) and "DRIFT" in drift_markdown(found)
    page = drift_page(found)
    assert "<svg" in page and "<script" not in page and 'class="alarm"' in page
    assert not re.search(r"(?:src|href)=\"https?:", page)
    for name in ("r.json", "r.md", "r.html"):
        write_report(found, tmp_path / name)
    assert json.loads((tmp_path / "r.json").read_text()) == json.loads(json.dumps(content))
    write_metrics(found, tmp_path / "drift.prom")
    lines = (tmp_path / "drift.prom").read_text().splitlines()
    assert 'footnote_drift_alarm{check="similarity"} 1.0' in lines
    assert 'footnote_drift_questions{window="current"} 150' in lines
    shown = [line for line in lines if not line.startswith("#")]
    assert all(
        re.fullmatch(r'[a-z_]+(\{[a-z]+="\w+"(,[a-z]+="\w+")*\})? [-+.e\d]+', x) for x in shown
    )
    assert len(shown) == len(metrics(found)) == len({line.split(" ")[0] for line in shown})
    types = [line for line in lines if line.startswith("# TYPE")]
    assert len(types) == len(set(types)) == 6


def test_the_command_reports_and_its_exit_code_tells(logged: Path, tmp_path: Path) -> None:
    spans = ["--log", str(logged), "--reference", "2026-09-01..2026-09-15"]
    spans += ["--current", "2026-09-20..2026-09-30"]
    out = ["--out", str(tmp_path / "r.json"), "--metrics", str(tmp_path / "m.prom")]
    quiet = CliRunner().invoke(
        cli, ["drift", *spans, *out, "--save", str(tmp_path / "k.jsonl"), "--exit-code"]
    )
    assert quiet.exit_code == 0 and "No drift" in quiet.output, quiet.output
    assert all((tmp_path / name).stat().st_size for name in ("r.json", "m.prom", "k.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "k.jsonl").read_text().splitlines()]
    slow = tmp_path / "slow.jsonl"
    slow.write_text("\n".join(json.dumps(row | {"milliseconds": 1}) for row in rows))
    spans[3] = str(slow)
    loud = CliRunner().invoke(cli, ["drift", *spans, "--exit-code"])
    assert loud.exit_code == 3 and "Drift in" in loud.output, loud.output
    few = CliRunner().invoke(
        cli, ["drift", "--log", str(logged), "--current", "2020-01-01..2020-01-02"]
    )
    assert few.exit_code == 1 and "at least" in few.output
