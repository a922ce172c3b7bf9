"""The groups that a case belongs to: split, category, format, difficulty."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import Literal, Protocol, TypeVar, get_args

from eval.models import CATEGORIES, EvalCase
from eval.overlap import overlap
from ingestion.embed import Bm25Encoder

Level = Literal["easy", "medium", "hard"]
By = Literal["split", "category", "format", "difficulty"]
BYS: tuple[By, ...] = get_args(By)

WORDED_ALIKE = 1 / 3
"""From this share of its terms in the gold quotes a question is worded like its passage."""

WORDED_OTHERWISE = 0.1
"""Below this share the question says it in other words."""


class _OfCase(Protocol):
    @property
    def case(self) -> EvalCase: ...


Item = TypeVar("Item", bound=_OfCase)


def level(case: EvalCase) -> Level | None:
    """How hard a case's passages are to find, told from the case alone; None without gold.

    Easy: one gold span, and a third of the question's terms stand in it. Hard: hardly a term does,
    or the gold lies in several documents or in three spans or more. No search is made, so the label
    is the same for every run; `eval/difficulty.py` measures the same by searching, and
    docs/decisions/0012-metrics.md compares the two.
    """
    if not case.gold_spans:
        return None
    shared = overlap(case.question, [gold.quote for gold in case.gold_spans], _terms())
    documents = {gold.document for gold in case.gold_spans}
    if shared < WORDED_OTHERWISE or len(documents) > 1 or len(case.gold_spans) > 2:
        return "hard"
    return "easy" if len(case.gold_spans) == 1 and shared >= WORDED_ALIKE else "medium"


def formats(case: EvalCase) -> list[str]:
    """The file types of the gold documents ("md", "pdf"), sorted; several for several documents."""
    return sorted({PurePosixPath(gold.document).suffix[1:] for gold in case.gold_spans})


def names(case: EvalCase, by: By) -> list[str]:
    """The groups of one kind that a case is in; none where it has no gold to tell by."""
    if by == "split":
        return [case.split]
    if by == "category":
        return [case.category]
    if by == "format":
        return formats(case)
    found = level(case)
    return [found] if found else []


def grouped(items: Iterable[Item], by: By) -> Mapping[str, Sequence[Item]]:
    """What has a case, by group; categories and levels in their order, the rest by name."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        for name in names(item.case, by):
            groups.setdefault(name, []).append(item)
    order = {name: place for place, name in enumerate((*CATEGORIES, *get_args(Level)))}
    return {name: groups[name] for name in sorted(groups, key=lambda n: (order.get(n, -1), n))}


@cache
def _terms() -> Bm25Encoder:
    """English whatever the index speaks: a case's label must not change with a setting."""
    return Bm25Encoder()
