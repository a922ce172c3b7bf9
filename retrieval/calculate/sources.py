"""The quotable units that an operand may be taken from, with their figures read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingestion.embed import Bm25Encoder
from retrieval.answers import Operand, Statement
from retrieval.calculate.quantity import Day, Figure, Quantity, figures, row_cells
from retrieval.models import Evidence, Passage
from retrieval.notation import CURRENCIES, MONTHS

Terms = frozenset[int]

NEAR = 8
"""So many of a part's best units may bring a figure; the rows beside them may as well."""

_MONTH = re.compile(r"\b(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?", re.IGNORECASE)
_MONTHS = {name[:3]: name for name in MONTHS}


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence or table row. `table` says which table a row is of, None for a sentence.

    `quoted`: the generator quotes it already; `near`: it is among the best of its part.
    """

    passage: Passage
    start: int
    end: int
    text: str
    terms: Terms
    heading: str
    place: Terms
    figures: tuple[Figure, ...]
    table: tuple[str, ...] | None
    quoted: bool
    near: bool

    @property
    def about(self) -> Terms:
        """The words that say what it is about: a row's own, a sentence's with its headings."""
        return self.terms if self.table else self.terms | self.place

    def amounts(self, unit: str) -> list[Quantity]:
        """Its amounts in a unit."""
        return [f for f in self.figures if isinstance(f, Quantity) and f.unit == unit]

    def money(self) -> list[Quantity]:
        """Its amounts of money."""
        return [f for f in self.figures if isinstance(f, Quantity) and f.unit in CURRENCIES]

    def days(self) -> list[Day]:
        """The days that it names."""
        return [figure for figure in self.figures if isinstance(figure, Day)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A figure with the unit that it was read in; None for the question's own."""

    figure: Figure
    source: Source | None

    def operand(self) -> Operand:
        """As a calculation keeps it."""
        text, field = self.figure.text, self.figure.field
        if self.source is None:
            return Operand(text, None)
        return Operand(text, self.source.passage.number, self.source.start, self.source.end, field)


def terms(text: str, sparse: Bm25Encoder) -> Terms:
    """The stemmed content words of a text, months in full."""
    spelt = _MONTH.sub(lambda found: _MONTHS[found[1][:3].lower()], text)
    return sparse.terms(spelt)


def sources(
    evidence: Evidence, quotes: Sequence[Statement], sparse: Bm25Encoder
) -> tuple[Source, ...]:
    """Every quotable unit of the passages once, the ranked ones first, best first."""
    parts = [part for part in evidence.parts if part.sufficiency.enough]
    near = {_key(u.passage, u.start) for part in parts for u in part.units[:NEAR]}
    quoted = _texts_by_document(evidence, quotes)
    seen: dict[tuple[str, int], Source] = {}
    for passage, start, end in _spans(evidence):
        key = _key(passage, start)
        if key not in seen:
            text = passage.hit.chunk.quote(start, end)
            is_quoted = any(text in quote for quote in quoted.get(key[0], ()))
            seen[key] = _source(passage, (start, end), is_quoted, key in near, sparse)
    return tuple(seen.values())


def best(evidence: Evidence, found: Sequence[Source]) -> Iterator[Source]:
    """The best fitting unit of each part that has enough evidence."""
    by_key: Mapping[tuple[str, int], Source] = {_key(s.passage, s.start): s for s in found}
    keys = [
        _key(fitting[0].passage, fitting[0].start)
        for part in evidence.parts
        if part.sufficiency.enough and (fitting := [unit for unit in part.units if unit.fits])
    ]
    return (by_key[key] for key in dict.fromkeys(keys))


def _texts_by_document(evidence: Evidence, quotes: Sequence[Statement]) -> dict[str, list[str]]:
    documents = {passage.number: passage.hit.document.id for passage in evidence.passages}
    texts: dict[str, list[str]] = {}
    for quote in quotes:
        for number in quote.passages:
            texts.setdefault(documents[number], []).append(quote.text)
    return texts


def _spans(evidence: Evidence) -> Iterator[tuple[Passage, int, int]]:
    for unit in (unit for part in evidence.parts for unit in part.units):
        yield unit.passage, unit.start, unit.end
    for passage in evidence.passages:
        for start, end in passage.hit.chunk.quotable:
            yield passage, start, end


def _source(
    passage: Passage, span: tuple[int, int], quoted: bool, near: bool, sparse: Bm25Encoder
) -> Source:
    chunk, document = passage.hit.chunk, passage.hit.document
    text = chunk.quote(*span)
    cells = row_cells(text)
    table = (document.id, *chunk.headings, cells[0][0]) if cells else None
    heading = " ".join((document.title, *chunk.headings))
    place = terms(heading, sparse)
    return Source(
        passage,
        *span,
        text,
        terms(text, sparse),
        heading,
        place,
        figures(text),
        table,
        quoted,
        near,
    )


def _key(passage: Passage, start: int) -> tuple[str, int]:
    return passage.hit.document.id, start
