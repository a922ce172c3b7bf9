"""Which of a row's columns, or of a sentence's units, the question asks for."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.answer_type import answer_type
from retrieval.calculate.quantity import MEASURES, PERIODS, Quantity, canonical, unit_of
from retrieval.calculate.sources import Source, Terms
from retrieval.notation import CURRENCIES, NUMBER_WORDS

# Headers of numbers that name a thing or put it in order: nobody adds them up.
_LABEL = re.compile(
    r"\b(?:no|nos|nr|number|id|code|cent(?:re|er)|account|register|ref|reference|version|revision|"
    r"rev|level|step|rank|class|rating|priority|phone|room|page|clause|section|item|quarter|date|"
    r"year|row|position|pos)\b(?!.*(?:GBP|EUR|USD|%))",
    re.IGNORECASE,
)
_MONEY_WORDS = re.compile(
    r"\b(?:pay|pays|paid|cost|costs|spend|spent|prices?|budgets?|fees?|save|save[ds]|capex|opex|"
    r"money|charge[sd]?|amounts?)\b",
    re.IGNORECASE,
)
_PER_CENT = re.compile(r"\b(?:in per ?cent|percentage|per ?cent|in %)", re.IGNORECASE)
_COUNT = re.compile(rf"(?<![\w.-])(?:\d{{1,3}}|{'|'.join(NUMBER_WORDS)})(?![\w.-])", re.IGNORECASE)
_IDENTIFIER = re.compile(r"\b[A-Za-z](?=[\w-]*\d)[\w-]+")
_TIME = frozenset({"second", "minute", "hour", "night", "working day", *PERIODS})


@dataclass(frozen=True, slots=True)
class Columns:
    """Reads from the question which unit and which column it is about."""

    question: str
    terms: Callable[[str], Terms]

    def asked(self) -> Terms:
        """The question's words, without its counts: "the two" is no word of "two-line"."""
        return self.terms(_COUNT.sub(" ", self.question))

    def wanted(self) -> frozenset[str]:
        """The units that the question names: a currency, per cent, "how many days"."""
        named = unit_of_money(self.question)
        if _PER_CENT.search(self.question):
            named |= {"%"}
        if named:
            return named
        counted = re.findall(
            r"\bhow many (?:more |fewer )?((?:working |business )?\w+)|\b(\w+) of\b", self.question
        )
        units = {canonical(word) for pair in counted for word in pair if word}
        return frozenset(units & MEASURES)

    def open_to(self, quantity: Quantity) -> bool:
        """False for an amount in another unit than the question's, and for a label."""
        wanted = self.wanted()
        if quantity.field and _LABEL.search(_spaced(quantity.field)):
            return False
        return not wanted or quantity.unit in wanted

    def about(self, source: Source, items: str = "") -> bool:
        """True when a source, its title and its headings have the question's identifiers.

        Those that stand in `items` are the items' own: each has its source.
        """
        named = _identifiers(self.question) - _identifiers(items)
        return named <= _identifiers(f"{source.text} {source.heading}")

    def fields(self, row: Source) -> dict[str, Quantity]:
        """A row's columns that hold one amount to calculate with."""
        held: dict[str, list[Quantity]] = {}
        for figure in row.figures:
            if isinstance(figure, Quantity) and self.open_to(figure):
                held.setdefault(figure.field, []).append(figure)
        return {field: amounts[0] for field, amounts in held.items() if len(amounts) == 1}

    def amount(self, source: Source, units: frozenset[str]) -> Quantity | None:
        """The one amount of a source in these units, or in the column asked for."""
        if source.table is not None:
            fields = self.decide([source], frozenset(), units)
            return self.fields(source)[fields[0]] if len(fields) == 1 else None
        amounts = [f for f in source.figures if isinstance(f, Quantity) and f.unit in units]
        return amounts[0] if len(amounts) == 1 and self.open_to(amounts[0]) else None

    def decide(
        self, rows: Sequence[Source], named: Terms, units: frozenset[str] | None = None
    ) -> tuple[str, ...]:
        """The one column that the question's words point to, of those that all rows have.

        `named` are the words that told the rows apart; they say nothing about a column. Two columns
        that differ in their currency alone are one column twice. Empty where nothing decides.
        """
        held = [self.fields(row) for row in rows]
        shared = [
            field
            for field in held[0]
            if all(field in other for other in held)
            and (units is None or held[0][field].unit in units)
            and len({amounts[field].unit for amounts in held}) == 1
        ]
        kinds = self.of_kind(shared, held[0])
        if len(kinds) == 1 and (self.wanted() or self._kind()):
            return (kinds[0],)
        asked = self.asked() - named
        scores = {
            field: len(asked & frozenset.intersection(*(self.terms(h[field].words) for h in held)))
            for field in kinds
        }
        top = max(scores.values(), default=0)
        first = [field for field in kinds if scores[field] == top]
        if top == 0 or len({_without_currency(field) for field in first}) > 1:
            return ()
        different = {held[0][field].unit for field in first}
        return tuple(first) if len(different) == len(first) else ()

    def of_kind(self, fields: Sequence[str], held: dict[str, Quantity]) -> list[str]:
        """Those that hold money, or a time, where the question asks for it. Where no column names
        a currency, plain numbers under "Budget" or "Cost" are money."""
        if self._kind() == "money":
            money = [field for field in fields if held[field].unit in CURRENCIES]
            plain = [field for field in fields if not held[field].unit]
            return money or [field for field in plain if _MONEY_WORDS.search(_spaced(field))]
        if self._kind() == "period":
            return [field for field in fields if held[field].unit in _TIME]
        return list(fields)

    def _kind(self) -> str | None:
        """Money or a period, where the question asks for one."""
        if _MONEY_WORDS.search(self.question):
            return "money"
        asked = answer_type(self.question)
        return asked.name if asked and asked.name in ("money", "period") else None


def _identifiers(text: str) -> frozenset[str]:
    return frozenset(name.lower() for name in _IDENTIFIER.findall(text))


def unit_of_money(text: str) -> frozenset[str]:
    """The currencies that a text names."""
    words = re.findall(r"[£€$]|\w+", text)
    return frozenset({canonical(word) for word in words} & CURRENCIES)


def _spaced(header: str) -> str:
    return header.replace("_", " ")


def _without_currency(header: str) -> str:
    """A header's words without the currency's name."""
    words = re.findall(r"[a-z0-9]+|[£€$%]", header.lower().replace("_", " "))
    return " ".join(word for word in words if unit_of(word) not in CURRENCIES)
