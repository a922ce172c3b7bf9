"""What a run says as a whole: known answers for the functions, and a stored run of few cases."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from app.bootstrap import Application
from eval.__main__ import cli
from eval.dataset import load_cases
from eval.metrics import Percentiles, Prices, abstention, cost, f1, percentiles
from eval.models import CaseResult
from eval.recall_picture import draw_recall
from eval.records import CaseRecord, read, record_of, write
from eval.runner import run_cases
from eval.totals import (
    agent_measures,
    agent_summary,
    latency,
    recall_by_k,
    recall_curves,
    tokens,
    totals_json,
)
from eval.totals_table import show_totals


def test_abstention_by_hand() -> None:
    found = abstention([True, True, True, False, False], [False, False, True, False, True])
    assert found.precision.mean == pytest.approx(2 / 3) and found.precision.n == 3
    assert found.recall.mean == pytest.approx(2 / 3) and found.recall.n == 3
    assert found.f1 == pytest.approx(2 / 3)
    never = abstention([False, False], [True, False])
    assert (never.precision.mean, never.recall.mean, never.f1) == (None, 0.0, None)
    with pytest.raises(ValueError, match="shorter"):
        abstention([True], [])


def test_f1_by_hand() -> None:
    assert f1(1.0, 0.5) == pytest.approx(2 / 3)
    assert f1(0.0, 0.0) == 0 and f1(None, 0.5) is None


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=20))
def test_abstention_turned_around(pairs: list[tuple[bool, bool]]) -> None:
    """Precision of one is recall of the other when decision and truth change places."""
    chose, answerable = [one for one, _ in pairs], [two for _, two in pairs]
    one = abstention(chose, answerable)
    other = abstention([not kind for kind in answerable], [not made for made in chose])
    assert one.precision.mean == other.recall.mean
    assert one.f1 == (None if other.f1 is None else pytest.approx(other.f1))
    for value in (one.precision.mean, one.recall.mean, one.f1):
        assert value is None or 0 <= value <= 1


def test_percentiles_and_cost_by_hand() -> None:
    assert percentiles([float(n) for n in range(101)]) == Percentiles(50, 95)
    assert percentiles([1.0, 2.0]) == Percentiles(1.5, 1.95)
    assert percentiles([]) is None
    assert cost(2_000_000, 500_000, Prices(0.15, 0.60)) == pytest.approx(0.6)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_percentiles_lie_among_the_values(values: list[float]) -> None:
    found = percentiles(values)
    assert found is not None
    assert min(values) <= found.p50 <= found.p95 <= max(values)


@pytest.fixture(scope="module")
def results(sample_app: Application) -> list[CaseResult]:
    cases = [case for case in load_cases() if case.split == "dev"]
    one_pass = [case for case in cases if not case.answerable][:2] + cases[:4]
    hops = [case for case in cases if case.category == "multi_hop"][:2]
    return [
        *run_cases(sample_app, one_pass, lambda _: None),
        *run_cases(sample_app, hops, lambda _: None, "agent"),
    ]


@pytest.fixture(scope="module")
def records(results: list[CaseResult]) -> list[CaseRecord]:
    return [record_of(result) for result in results]


def test_the_curve_of_a_run_is_its_recall(
    results: list[CaseResult], records: list[CaseRecord]
) -> None:
    curve = recall_by_k(records)
    at_5 = [r.recall_at_5 for r in results if r.recall_at_5 is not None]
    assert curve[5].mean == pytest.approx(sum(at_5) / len(at_5)) and curve[5].n == len(at_5)
    means = [found.mean or 0 for found in curve.values()]
    assert means == sorted(means)


def test_only_the_agent_has_agent_measures(records: list[CaseRecord]) -> None:
    assert agent_summary(records[:6]) is None
    found = agent_summary(records)
    assert found is not None and found["steps"].n == 2
    for record in records[6:]:
        measured = agent_measures(record)
        assert measured is not None
        tools = [step.tool for step in record.answer.trajectory]
        assert measured.steps == tools.count("search") + tools.count("read") > 0
        ids = {passage.chunk_id for passage in record.retrieved if record.holds_gold(passage)}
        shown = {name for step in record.answer.trajectory for name in step.chunk_ids}
        assert bool(ids & shown) or not measured.coverage


def test_every_timed_step_is_summarised(records: list[CaseRecord]) -> None:
    found = latency(records)
    assert {"search", "total"} <= set(found)
    assert found["total"] == percentiles([r.answer.timings["total"] for r in records])


def test_tokens_cost_what_they_cost(records: list[CaseRecord]) -> None:
    usage = records[0].answer.usage.model_copy(update={"tokens_in": 3000, "tokens_out": 100})
    answer = records[0].answer.model_copy(update={"usage": usage})
    spent = [records[0].model_copy(update={"answer": answer}), *records[1:]]
    assert tokens(spent, None) == {"read": 3000, "written": 100, "cost": None}
    assert tokens(spent, Prices(1.0, 10.0))["cost"] == pytest.approx(0.004)
    console = Console(width=100, record=True)
    show_totals(console, spent, Prices(1.0, 10.0))
    text = console.export_text()
    assert "3000 read, 100 written, cost 0.0040" in text
    assert "right stop" in text and "precision" in text and "p95" in text


def test_totals_and_curves_are_stored_with_the_run(
    results: list[CaseResult], records: list[CaseRecord], tmp_path: Path
) -> None:
    write(results, {}, tmp_path / "run")
    totals = json.loads((tmp_path / "run" / "totals.json").read_text())
    assert totals == json.loads(json.dumps(totals_json(read(tmp_path / "run").cases)))
    assert set(totals) == {"all", "split:dev"}
    curve = json.loads((tmp_path / "run" / "recall_by_k.json").read_text())
    assert curve["all"]["5"]["n"] == recall_by_k(records)[5].n
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    kinds = {name.split(":")[0] for name in summary}
    assert kinds == {"all", "split", "category", "format", "difficulty"}


def test_a_stored_run_is_shown(results: list[CaseResult], tmp_path: Path) -> None:
    write(results, {}, tmp_path / "run")
    picture = tmp_path / "pictures" / "recall.svg"
    command = ["show", str(tmp_path / "run"), "--by", "difficulty", "--picture", str(picture)]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 0, done.output
    assert "By difficulty" in done.output and "Recall by k" in done.output
    assert picture.read_text().startswith("<?xml")
    absent = CliRunner().invoke(cli, ["show", str(tmp_path / "none")])
    assert absent.exit_code == 1 and "python -m eval run" in absent.output


def test_a_curve_without_cases_is_not_drawn(records: list[CaseRecord], tmp_path: Path) -> None:
    unanswerable = [record for record in records if not record.case.answerable]
    draw_recall(recall_curves(unanswerable), tmp_path / "empty.png")
    assert (tmp_path / "empty.png").read_bytes().startswith(b"\x89PNG")
