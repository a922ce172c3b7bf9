"""Asks a case and says, where it failed, which stage lost its answer."""

from collections.abc import Sequence
from dataclasses import replace

from app.bootstrap import Application
from eval.blame import inquire
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
