"""What a run prints and writes."""

import pytest
from rich.console import Console

from app.bootstrap import Application
from eval.dataset import load_cases
from eval.models import CaseResult
from eval.report import show
from eval.runner import run_cases


@pytest.fixture(scope="module")
def results(sample_app: Application) -> list[CaseResult]:
    cases = [case for case in load_cases() if case.split == "dev"]
    chosen = [case for case in cases if not case.answerable][:4] + cases[:8]
    return run_cases(sample_app, chosen, lambda _: None)


def shown(results: list[CaseResult], *, failures: bool = False) -> str:
    console = Console(width=120, record=True)
    show(console, results, failures=failures)
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
