"""Asks cases and says of every failed one which stage lost its answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.bootstrap import Application
from eval.blame import inquire
from eval.dataset import GoldFinder
from eval.models import CaseResult, EvalCase, Span
from eval.runner import Mode, measure, query_of
from eval.trace import trace


def blamed_case(
    app: Application, case: EvalCase, gold: Sequence[Span], mode: Mode = "single"
) -> CaseResult:
    """As `run_case`, with the blame where the case failed."""
    found = trace(app, query_of(case), mode)
    result = measure(app, case, gold, found.answer)
    inquest = inquire(app, result, found, mode)
    return replace(result, blame=inquest.blame) if inquest else result


def run_blamed(
    app: Application,
    cases: Sequence[EvalCase],
    on_case: Callable[[EvalCase], object],
    mode: Mode = "single",
) -> list[CaseResult]:
    """As `run_cases`, with the blame of every failed case."""
    gold = GoldFinder(app)
    results = []
    for case in cases:
        results.append(blamed_case(app, case, gold.spans(case), mode))
        on_case(case)
    return results
