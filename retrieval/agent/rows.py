"""Rows of a table that stand beside each other, and those of them that a question means."""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingestion.models import Chunk, ScoredChunk

_CELL = re.compile(r"(?P<key>[^:|\n]{1,80}): (?P<value>[^|\n]+?) *(?:\||$)")
_NEGATION = re.compile(
    r"\b(?:not|no|never|cannot|without|except"
    r"|(?:ca|do|does|did|is|are|was|were|has|have|must|should|need)n['’]?t)\b",
    re.IGNORECASE,
)

Terms = Callable[[str], frozenset[int]]
"""The content terms of a text, stemmed."""

SELECTIVE = 0.75
"""A term in more than this share of the rows does not tell them apart."""

CLOSE = 0.45
"""A row is meant when it has at least this share of the best row's weight."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row where it stands."""

    hit: ScoredChunk
    start: int
    end: int
    text: str


def cells(text: str) -> dict[str, str]:
    """A table row's cells by column; empty for running text (fewer than two cells)."""
    if " | " not in text:
        return {}
    found = {cell["key"].strip(): cell["value"].strip() for cell in _CELL.finditer(text)}
    return found if len(found) >= 2 else {}


def siblings(chunks: Sequence[ScoredChunk], lead: Chunk, text: str) -> list[Item]:
    """The rows of a unit's table; none when the unit is no row."""
    columns = set(cells(text))
    items: dict[int, Item] = {}
    for hit in chunks:
        if hit.chunk.headings != lead.headings:
            continue
        for start, end in hit.chunk.quotable:
            quote = hit.chunk.quote(start, end)
            if _is_like(set(cells(quote)), columns):
                items.setdefault(start, Item(hit, start, end, quote))
    return [items[start] for start in sorted(items)]


def _is_like(columns: set[str], others: set[str]) -> bool:
    """Rows of one table: an empty cell is left out of a row, so most columns are enough."""
    return bool(others) and len(columns & others) >= len(columns | others) / 2


def meant(question: str, items: Sequence[Item], terms: Terms) -> list[Item]:
    """The rows that a question means, in their order.

    A term of the question that some rows have and others have not tells them apart, unless it
    only repeats its column's name. Weighted by its rarity among the rows (Sparck Jones 1972), it
    selects; a question with a negation means the rows without it. When no term tells them apart,
    all are meant.
    """
    rows = [cells(item.text) for item in items]
    bags = [
        frozenset().union(
            *(terms(value) - terms(column.replace("_", " ")) for column, value in row.items())
        )
        for row in rows
    ]
    counts = Counter(term for bag in bags for term in bag)
    weights = {
        term: math.log(len(items) / counts[term])
        for term in terms(question)
        if 0 < counts[term] <= SELECTIVE * len(items)
    }
    scores = [sum(weights[term] for term in bag if term in weights) for bag in bags]
    best = max(scores, default=0.0)
    if best == 0:
        return list(items)
    selected = [score >= CLOSE * best for score in scores]
    if _NEGATION.search(question):
        selected = [score == 0 for score in scores]
    return [item for item, chosen in zip(items, selected, strict=True) if chosen]
