"""A figure of the question with one of the documents: price by count, share of an amount, rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answers import Operation
from retrieval.calculate.columns import Columns
from retrieval.calculate.quantity import MEASURES, Quantity, quantities
from retrieval.calculate.sources import Chosen, Source
from retrieval.notation import CURRENCIES

Found = tuple[Operation, tuple[Chosen, ...]]

_COST = re.compile(
    r"\b(?:how much|what)\b.*\b(?:costs?|pay|prices?|come to|charged?|total|spend|bill)\b"
    r"|\bhow much (?:is|are|for|would|will)\b",
    re.IGNORECASE,
)
_AMOUNT_ASKED = re.compile(
    r"\b(?:how much|what amount|how many (?:euros|pounds|dollars))\b", re.IGNORECASE
)
_SHARE_OF = re.compile(r"(?:%|\bper ?cent) of\b", re.IGNORECASE)
_BASE = re.compile(
    r"\b(?:of|on|for|from|off|worth)(?: \w+){0,4}? (?=(?:GBP|EUR|USD|[£€$]|\d))", re.IGNORECASE
)
_EACH = r"\s*(?:/|(?:per|an?|each|every|for (?:each|every))\s)\s*(\w+)"
# Prices of a pack are no prices of a piece.
_PACK = re.compile(
    r"\b(?:packs?|packets?|box(?:es)?|sets?|pairs?|bundles?|rolls?)\b", re.IGNORECASE
)
_ALIKE = {"people": "person", "persons": "person", "heads": "person", "head": "person"}


@dataclass(frozen=True, slots=True)
class Rates:
    """Finds the documents' figure for the question's one. `best` are the best units."""

    columns: Columns
    found: Sequence[Source]
    best: Sequence[Source]

    def rest(self) -> Found | None:
        """What is left of the amount that the documents give, after the question's."""
        given = [quantity for quantity in self._given() if quantity.unit in MEASURES]
        if len(given) != 1 or not self._is_clear():
            return None
        whole = self.columns.amount(self.best[0], frozenset({given[0].unit}))
        if whole is None:
            return None
        return "difference", (Chosen(whole, self.best[0]), Chosen(given[0], None))

    def product(self) -> Found | None:
        """A price for one, by the count in the question; the price must say for one of what."""
        counts = [quantity for quantity in self._given() if quantity.unit not in CURRENCIES]
        if not _COST.search(self.columns.question) or len(counts) != 1 or not self._is_clear():
            return None
        source, count = self.best[0], counts[0]
        if count.value < 2 or not count.unit or _PACK.search(source.text):
            return None
        price = self._cell_price(source, count) if source.table else self._said_price(source, count)
        return ("product", (Chosen(price, source), Chosen(count, None))) if price else None

    def percentage(self) -> Found | None:
        """A share of the documents' amount, or the documents' share of the question's amount."""
        given = self._given()
        if len(given) != 1 or not self._is_clear():
            return None
        source, own = self.best[0], given[0]
        shares, money = source.amounts("%"), source.money()
        if own.unit == "%" and _SHARE_OF.search(self.columns.question) and not shares:
            base = self.columns.amount(source, CURRENCIES)
            return ("percentage", (Chosen(own, None), Chosen(base, source))) if base else None
        asked = _AMOUNT_ASKED.search(self.columns.question) and _BASE.search(self.columns.question)
        if own.unit in CURRENCIES and asked and len(shares) == 1 and not money:
            return "percentage", (Chosen(shares[0], source), Chosen(own, None))
        return None

    def _given(self) -> tuple[Quantity, ...]:
        return quantities(self.columns.question)

    def _is_clear(self) -> bool:
        """One best unit; of a table the row that has more of the question than any other."""
        if len(self.best) != 1 or self.best[0].table is None:
            return len(self.best) == 1
        asked = self.columns.asked()
        rows = [row for row in self.found if row.table == self.best[0].table]
        shared = [len(asked & row.terms) for row in rows]
        mine = len(asked & self.best[0].terms)
        return max(shared) == mine and shared.count(mine) == 1

    def _said_price(self, source: Source, count: Quantity) -> Quantity | None:
        price = self.columns.amount(source, CURRENCIES)
        if price is None:
            return None
        rest = source.text[source.text.find(price.text) + len(price.text) :]
        each = re.match(_EACH, rest, re.IGNORECASE)
        return price if each and self._same(each[1], count.unit) else None

    def _cell_price(self, source: Source, count: Quantity) -> Quantity | None:
        """The price in a row of the thing that is counted, or in a column "per" what is counted."""
        price = self.columns.amount(source, CURRENCIES)
        if price is None:
            return None
        each = re.search(r"\bper (\w+)", price.field, re.IGNORECASE)
        if each:
            return price if self._same(each[1], count.unit) else None
        return price if self.columns.terms(count.unit) & source.terms else None

    def _same(self, one: str, other: str) -> bool:
        """The same noun, in the singular or the plural."""
        pair = [_ALIKE.get(word.lower(), word) for word in (one, other)]
        return self.columns.terms(pair[0]) == self.columns.terms(pair[1])
