"""What a run prints and writes."""

import pytest
from rich.console import Console

from app.bootstrap import Application
from eval.dataset import load_cases
from eval.groups import By, formats
from eval.models import CaseResult
from eval.records import record_of
from eval.report import show
from eval.runner import run_cases


@pytest.fixture(scope="module")
def results(sample_app: Application) -> list[CaseResult]:
    cases = [case for case in load_cases() if case.split == "dev"]
    chosen = [case for case in cases if not case.answerable][:4] + cases[:8]
    return run_cases(sample_app, chosen, lambda _: None)


def shown(results: list[CaseResult], *, failures: bool = False, by: By = "category") -> str:
    console = Console(width=120, record=True)
    show(console, results, [record_of(result) for result in results], failures=failures, by=by)
    return console.export_text()


def test_categories_are_listed_and_failures_only_when_asked_for(
    results: list[CaseResult],
) -> None:
    brief, full = shown(results), shown(results, failures=True)
    assert all(result.case.category in brief for result in results)
    failed = [r for r in results if (r.correct is False) or not (r.case.answerable or r.abstained)]
    assert failed
    assert all(result.case.id in full for result in failed)
    assert "--failures names them" in brief and "--failures names them" not in full


def test_cases_are_listed_by_what_is_asked_for(results: list[CaseResult]) -> None:
    by_format, by_level = shown(results, by="format"), shown(results, by="difficulty")
    assert all(f" {name} " in by_format for r in results for name in formats(r.case))
    assert "By format" in by_format and "By difficulty" in by_level
    assert results[0].case.category not in by_format
