"""Alternatives that a question does not choose between: sites, products, regions, plans."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ingestion.embed import Bm25Encoder
from retrieval.amounts import differing, values
from retrieval.answers import Finding
from retrieval.close_units import close_units, cosine, title
from retrieval.models import Evidence, PartEvidence, Unit
from retrieval.notation import ANY_MONTH

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_NUMBER = re.compile(r"\b\d[\d.,]*\b")
_EDITION = re.compile(
    rf"\d|\b(?:{ANY_MONTH}|first|second|third|fourth|old|new|draft)\b",
    re.IGNORECASE,
)
_LONGEST_LABEL = 2


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Finds parallel units under different labels, none of which the question names.

    Chosen on the `dev` split (docs/decisions/0007-notes.md): sentences of parallel documents are
    about the same thing when their vectors' cosine is at least `alike`; more than `most`
    alternatives are a list and no choice.
    """

    sparse: Bm25Encoder
    alike: float = 0.45
    most: int = 6

    def find(self, evidence: Evidence, part: PartEvidence) -> Finding | None:
        """The largest set of alternatives among the units close to the best."""
        hits = [*evidence.ranked, *(passage.hit for passage in evidence.passages)]
        labels = labels_of_titles(hit.document.title for hit in hits)
        if self._names_one(evidence.question, labels):
            return None
        found = [self._options(unit, part.units, labels) for unit in close_units(part)]
        options = max(found, key=len, default={})
        chosen = self._names_one(evidence.question, options)
        if chosen or not 1 < len(options) <= self.most:
            return None
        named = "; ".join(_option(label, unit) for label, unit in options.items())
        return Finding("ambiguous", f"It depends: {named}.", tuple(options.values()))

    def _options(
        self, unit: Unit, units: Sequence[Unit], labels: frozenset[str]
    ) -> Mapping[str, Unit]:
        """Label and unit of each alternative to a unit, itself first; empty where it has none."""
        rows = _rows_beside(unit, units)
        if len(labels.intersection(rows)) > 1:
            return rows
        options: dict[str, Unit] = {}
        for other in units:
            pair = self._parallel(unit, other)
            if pair:
                options.setdefault(pair[0], unit)
                options.setdefault(pair[1], other)
        return options

    def _parallel(self, one: Unit, other: Unit) -> tuple[str, str] | None:
        """Labels of two sentences, or of the documents of two sentences about the same thing."""
        if one.passage.hit.document.id == other.passage.hit.document.id:
            if cells(one.text) or not differing(one.text, other.text):
                return None
            return contrast(_NUMBER.sub("#", one.text), _NUMBER.sub("#", other.text))
        labels = contrast(title(one), title(other))
        alike = labels and other.fits and cosine(one, other) >= self.alike
        return labels if alike and one.text != other.text else None

    def _names_one(self, question: str, labels: Iterable[str]) -> bool:
        asked = self.sparse.terms(question)
        return any(asked & self.sparse.terms(label) for label in labels)


def contrast(one: str, other: str, *, editions: bool = False) -> tuple[str, str] | None:
    """The words in which two texts differ, where all the others are the same.

    "Fire plan, Leeds" and "Fire plan, Kassel" differ in Leeds and Kassel. None where they differ
    in more than one place, from the first word on, share fewer than two words, or where a number, a
    month or an ordinal tells them apart: then they are two editions and not two things, unless
    `editions` are wanted.
    """
    ours, theirs = _WORD.findall(one), _WORD.findall(other)
    start = _shared(ours, theirs)
    end = _shared(ours[start:][::-1], theirs[start:][::-1])
    labels = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    if not start or start + end < 2:
        return None
    if not all(0 < len(label) <= _LONGEST_LABEL for label in labels):
        return None
    if not editions and any(_EDITION.search(" ".join(label)) for label in labels):
        return None
    return " ".join(labels[0]), " ".join(labels[1])


def labels_of_titles(titles: Iterable[str]) -> frozenset[str]:
    """The names that tell documents with parallel titles apart."""
    pairs = combinations(sorted(set(titles)), 2)
    found = (contrast(*pair) for pair in pairs)
    labels = (label for pair in found if pair for label in pair)
    return frozenset(label for label in labels if label[0].isupper())


def cells(row: str) -> tuple[tuple[str, str], ...]:
    """Column and value of each cell of a table row; empty for what is not a row."""
    pairs = [cell.partition(": ") for cell in row.strip().split(" | ")]
    if len(pairs) < 2 or not all(separator for _, separator, _ in pairs):
        return ()
    return tuple((column, value) for column, _, value in pairs)


def _rows_beside(unit: Unit, units: Sequence[Unit]) -> Mapping[str, Unit]:
    """The rows of the unit's table by their first cell, itself first; empty for a sentence."""
    row = cells(unit.text)
    if not row:
        return {}
    rows = {row[0][1]: unit}
    for other in units:
        beside = cells(other.text)
        if beside and beside[0][0] == row[0][0] and _place(other) == _place(unit):
            rows.setdefault(beside[0][1], other)
    return rows


def _place(unit: Unit) -> tuple[str, tuple[str, ...]]:
    return unit.passage.hit.document.id, unit.passage.hit.chunk.headings


def _option(label: str, unit: Unit) -> str:
    row = cells(unit.text)
    if row:
        return f"{label}, {row[1][1]}"
    found = values(unit.text)
    return f"{label}, {found[0].text}" if len(found) == 1 else label


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left.lower() != right.lower():
            break
        count += 1
    return count
