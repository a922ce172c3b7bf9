"""What the cases are like: a row for each, and their distribution by category."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from statistics import mean, median

from app.bootstrap import Application
from eval.dataset import GoldFinder
from eval.difficulty import Difficulty, difficulty
from eval.models import CATEGORIES, EvalCase
from eval.overlap import overlap, rare_phrases


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case by numbers. `hops` is its number of gold documents, `words` its question's length.

    `overlap` and `difficulty` are None where there is no gold passage.
    """

    case: EvalCase
    hops: int
    words: int
    formats: tuple[str, ...]
    overlap: float | None
    rare: tuple[str, ...]
    difficulty: Difficulty | None


def describe(
    app: Application, cases: Sequence[EvalCase], on_case: Callable[[EvalCase], object]
) -> list[CaseRow]:
    """A row for each case, in order. Raises CaseError for a quote that is not verbatim."""
    finder = GoldFinder(app)
    rows = []
    for case in cases:
        spans = finder.spans(case)
        quotes = [gold.quote for gold in case.gold_spans]
        documents = {gold.document for gold in case.gold_spans}
        sparse = app.rag.searcher.sparse
        rows.append(
            CaseRow(
                case=case,
                hops=len(documents),
                words=len(case.question.split()),
                formats=tuple(sorted({PurePosixPath(uri).suffix[1:] for uri in documents})),
                overlap=overlap(case.question, quotes, sparse) if quotes else None,
                rare=tuple(rare_phrases(case.question, quotes, finder.texts, sparse)),
                difficulty=difficulty(app, case, spans) if spans else None,
            )
        )
        on_case(case)
    return rows


def by_category(rows: Iterable[CaseRow]) -> dict[str, list[CaseRow]]:
    """The rows of every category that has any, in the taxonomy's order, then all of them."""
    listed = list(rows)
    groups: dict[str, list[CaseRow]] = {
        category: [row for row in listed if row.case.category == category]
        for category in CATEGORIES
    }
    return {**{name: found for name, found in groups.items() if found}, "all": listed}


def summary(rows: Sequence[CaseRow]) -> Mapping[str, float | int | None]:
    """One line of the table: counts, medians, and recall@5 by each way of searching."""
    overlaps = [row.overlap for row in rows if row.overlap is not None]
    levels = [asdict(row.difficulty) for row in rows if row.difficulty is not None]
    ways = ("bm25", "dense", "hybrid", "reranked")
    return {
        "dev": sum(row.case.split == "dev" for row in rows),
        "test": sum(row.case.split == "test" for row in rows),
        "documents": len({gold.document for row in rows for gold in row.case.gold_spans}),
        "hops": mean(row.hops for row in rows),
        "words": round(median(row.words for row in rows)),
        "overlap": mean(overlaps) if overlaps else None,
        "rare": sum(bool(row.rare) for row in rows),
        **{way: mean(level[way] for level in levels) if levels else None for way in ways},
    }


def summaries(rows: Sequence[CaseRow]) -> dict[str, Mapping[str, float | int | None]]:
    """The line of every category, then that of all cases."""
    return {name: summary(members) for name, members in by_category(rows).items()}


def formats(rows: Iterable[CaseRow]) -> dict[str, int]:
    """How many cases rest on each format, the most first."""
    return dict(Counter(name for row in rows for name in row.formats).most_common())
