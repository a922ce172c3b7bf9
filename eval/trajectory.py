"""Measures of how the agent went about a case, from the steps that it took.

Plain functions over a trajectory: `Answer.trajectory` as the pipeline gives it, or as stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.schemas.answers import StepOut
from eval.metrics import FOUND, covered
from eval.models import Span
from retrieval.answers import Step

AnyStep = Step | StepOut
_CALLS = ("search", "read")


@dataclass(frozen=True, slots=True)
class AgentMeasures:
    """One case; None where a measure does not apply.

    `steps`: searches and readings; `redundant`: share of searches that could bring nothing new;
    `right_stop`: it ended as the case wants; `coverage`: share of gold spans that the steps showed.
    """

    steps: int
    redundant: float | None
    right_stop: bool
    coverage: float | None


def calls(trajectory: Sequence[AnyStep]) -> int:
    """How often a tool was called: searches and readings. Plans and verdicts call none."""
    return sum(step.tool in _CALLS for step in trajectory)


def redundant_searches(trajectory: Sequence[AnyStep]) -> float | None:
    """Share of searches that brought nothing new, in [0, 1]; None when there was no search.

    A search is redundant when its words were searched for before, in whatever order or case, or
    when it found passages and every one had been shown by an earlier step. One that found nothing
    under new words is not: that there is nothing had to be seen.
    """
    asked: set[tuple[str, ...]] = set()
    seen: set[str] = set()
    searches = redundant = 0
    for step in trajectory:
        if step.tool == "search":
            words = _words(step.input)
            known = bool(step.chunk_ids) and seen.issuperset(step.chunk_ids)
            searches += 1
            redundant += words in asked or known
            asked.add(words)
        seen.update(step.chunk_ids)
    return redundant / searches if searches else None


def plan_coverage(
    gold: Sequence[Span], trajectory: Sequence[AnyStep], places: Mapping[str, Span]
) -> float | None:
    """Share of gold spans that the passages of all steps together cover; None without gold.

    `places` gives a passage's span by its id. A step notes its best passages only, and an answer
    keeps no passage of a search that it did not build on: a passage without a place counts as not
    seen, so this is a lower bound.
    """
    if not gold:
        return None
    shown = [places[name] for step in trajectory for name in step.chunk_ids if name in places]
    return sum(covered(span, shown) >= FOUND for span in gold) / len(gold)


def right_stop(*, answerable: bool, abstained: bool, coverage: float | None) -> bool:
    """True when the agent stopped where it should have.

    For what the documents do not answer: it abstained. Else: it did not abstain, and by then its
    steps had shown every gold span (`coverage` 1, or None where the case has no gold).
    """
    if not answerable:
        return abstained
    return not abstained and coverage in (None, 1.0)


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted(text.lower().replace("?", " ").split()))
