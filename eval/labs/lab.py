"""What a lab is."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap import Application
from eval.labs.bench import Bench, Change
from eval.models import Category, EvalCase, Stage

LESSONS = Path(__file__).with_name("lessons")

MOST = 36
"""A lab asks so many cases at most: more would take longer than a lesson may."""


@dataclass(frozen=True, slots=True)
class Move:
    """`measure` goes up or down (`sign` 1 or -1) by at least `least`."""

    measure: str
    sign: int
    least: float


@dataclass(frozen=True, slots=True)
class Lab:
    """A planted fault with what it does.

    `broken` opens the application with the fault. `moves` are the measures that it moves, `holds`
    those that it does not. `blamed` is the stage that is blamed for most of the cases that it
    costs, None where it costs none. `categories` are the cases that are asked, of all if empty;
    `unanswerable` includes questions without an answer. `control` is what the healthy application
    has too, where the lab needs more than that.
    """

    name: str
    title: str
    broken: Callable[[Bench, Application], AbstractContextManager[Application]]
    moves: tuple[Move, ...]
    holds: tuple[str, ...]
    blamed: Stage | None
    categories: tuple[Category, ...] = ()
    unanswerable: bool = False
    control: Change | None = None

    @property
    def lesson(self) -> str:
        """The text, with places for the numbers of a run."""
        return (LESSONS / f"{self.name}.md").read_text(encoding="utf-8")

    def select(self, cases: Sequence[EvalCase], documents: Sequence[str]) -> list[EvalCase]:
        """The dev cases that rest on these documents only, spread over the categories."""
        known = set(documents)
        fitting = [case for case in cases if case.split == "dev" and _documents(case) <= known]
        if self.categories:
            fitting = [case for case in fitting if case.category in self.categories]
        if not self.unanswerable:
            fitting = [case for case in fitting if case.answerable and case.gold_spans]
        step = max(1.0, len(fitting) / MOST)
        return [fitting[int(place * step)] for place in range(min(len(fitting), MOST))]


def changed(change: Change) -> Callable[[Bench, Application], AbstractContextManager[Application]]:
    """A fault on a question's way: the healthy index serves, a step over it is another."""
    return lambda _, app: nullcontext(change(app))


def _documents(case: EvalCase) -> set[str]:
    return {gold.document for gold in case.gold_spans} | set(case.forbidden_documents)
