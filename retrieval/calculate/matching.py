"""Which row or sentence each of a question's items means."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.calculate.asked import Item
from retrieval.calculate.columns import Columns
from retrieval.calculate.sources import Source, Terms


@dataclass(frozen=True, slots=True)
class Matching:
    """Meets items with sources. `as_of` is today for "this year" and "the next one"."""

    columns: Columns
    as_of: date | None

    def own(self, items: Sequence[Item]) -> list[Terms]:
        """Each item's words that the others do not have: "Leeds" of "the Leeds canteen"."""
        words = [self.columns.terms(item.text) for item in items]
        return [
            mine - frozenset[int]().union(*(other for other in words if other is not mine))
            for mine in words
        ]

    def meet(self, items: Sequence[Item], rows: Sequence[Source]) -> list[Source] | None:
        """A row for each item, no row twice; None where an item has none or several."""
        if any(item.when for item in items):
            met = [self._in_time(item, rows) for item in items]
        else:
            met = self._by_words(self.own(items), rows)
        texts = " ".join(item.text for item in items)
        sure = [row for row in met if row is not None and self.columns.about(row, texts)]
        distinct = {(row.passage.hit.document.id, row.start) for row in sure}
        if len(distinct) != len(items):
            return None
        # Rows that are the same but for the items: the budget of Quality in one place, and not of
        # Sales in the other.
        matter = self.columns.asked() - self.columns.terms(texts)
        shared = {matter & row.terms for row in sure if row.table}
        return sure if len(shared) < 2 or any(item.when for item in items) else None

    def _by_words(self, own: Sequence[Terms], rows: Sequence[Source]) -> list[Source | None]:
        asked = self.columns.asked()
        weights = _weights(rows)
        named = [
            [row for row in rows if names(mine, row.about) and _strong(mine, row, weights)]
            for mine in own
        ]
        # A row that two items name tells of both, and is neither's.
        met: list[Source | None] = []
        for mine, candidates in zip(own, named, strict=True):
            alone = [row for row in candidates if sum(row in other for other in named) == 1]
            scored = [(_strength(mine, row, weights), len(asked & row.about)) for row in alone]
            first = max(scored, default=None)
            met.append(alone[scored.index(first)] if first and scored.count(first) == 1 else None)
        return met

    def _in_time(self, item: Item, rows: Sequence[Source]) -> Source | None:
        """The row whose two dates hold today, or the one after it or before it."""
        spans = sorted(
            (row.days()[0].value, row.days()[1].value, index)
            for index, row in enumerate(rows)
            if len(row.days()) == 2
        )
        today = self.as_of
        holding = [n for n, span in enumerate(spans) if today and span[0] <= today <= span[1]]
        if len(holding) != 1 or not item.when:
            return None
        place = holding[0] + {"this": 0, "next": 1, "last": -1}[item.when]
        return rows[spans[place][2]] if 0 <= place < len(spans) else None


def names(mine: Terms, words: Terms) -> bool:
    """At least half of an item's words."""
    return bool(mine) and 2 * len(mine & words) >= len(mine)


def _weights(rows: Sequence[Source]) -> dict[int, float]:
    """Inverse document frequency of words over the rows (Sparck Jones 1972): what all rows have
    tells none of them from the others."""
    count: dict[int, int] = {}
    for row in rows:
        for term in row.about:
            count[term] = count.get(term, 0) + 1
    return {term: math.log(len(rows) / n) for term, n in count.items()}


def _strength(mine: Terms, row: Source, weights: dict[int, float]) -> float:
    return sum(weights[term] for term in sorted(mine & row.about))


def _strong(mine: Terms, row: Source, weights: dict[int, float]) -> bool:
    """Half of what the item's words weigh in these rows."""
    whole = sum(weights.get(term, 0.0) for term in mine)
    return whole > 0 and 2 * _strength(mine, row, weights) >= whole
