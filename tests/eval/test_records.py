"""A run is written to files and read back."""

import json
from pathlib import Path

import pytest

from app.bootstrap import Application
from eval.dataset import CaseError, load_cases
from eval.measures import summarise, values_of
from eval.models import CaseResult
from eval.records import newest, read, summary_json, write
from eval.runner import run_cases


@pytest.fixture(scope="module")
def results(sample_app: Application) -> list[CaseResult]:
    cases = [case for case in load_cases() if case.split == "dev"]
    chosen = [case for case in cases if not case.answerable][:4] + cases[:8]
    return run_cases(sample_app, chosen, lambda _: None)


def test_files_hold_every_case_and_the_summary(results: list[CaseResult], tmp_path: Path) -> None:
    write(results, {"split": "dev"}, tmp_path)
    lines = (tmp_path / "cases.jsonl").read_text().splitlines()
    assert [json.loads(line)["case"]["id"] for line in lines] == [r.case.id for r in results]
    risk = json.loads((tmp_path / "risk_coverage.json").read_text())
    assert (risk["cases"], risk["unanswerable"]) == (len(results), 4)
    assert risk["points"][-1]["coverage"] == 1
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary == json.loads(json.dumps(summary_json(results)))
    measured = [r.recall_at_5 for r in results if r.recall_at_5 is not None]
    assert summarise(results)["recall_at_5"].mean == pytest.approx(sum(measured) / len(measured))


def test_a_run_is_read_as_it_was_written(results: list[CaseResult], tmp_path: Path) -> None:
    write(results, {"split": "dev"}, tmp_path / "20260101T000000Z")
    found = read(newest(tmp_path))
    assert found.name == "20260101T000000Z" and found.config == {"split": "dev"}
    assert [record.case for record in found.cases] == [result.case for result in results]
    for record, result in zip(found.cases, results, strict=True):
        assert record.measures == values_of(result)
        assert [p.chunk_id for p in record.retrieved] == [h.chunk.id for h in result.answer.ranked]
        hits = any(record.holds_gold(passage) for passage in record.retrieved[:5])
        assert hits or not result.recall_at_5


def test_no_run_and_a_broken_run_say_what_to_do(results: list[CaseResult], tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="python -m eval run"):
        newest(tmp_path)
    with pytest.raises(CaseError, match="python -m eval run"):
        read(tmp_path / "absent")
    write(results[:1], {}, tmp_path / "run")
    (tmp_path / "run" / "cases.jsonl").write_text("{}\n")
    with pytest.raises(CaseError, match="Run it again"):
        read(tmp_path / "run")
