"""A sentence with the neighbours that belong to it, as one verbatim quote."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingestion.models import Chunk
from retrieval.models import PartEvidence, Unit
from retrieval.table_row import is_row
from retrieval.values import numbers

Span = tuple[int, int]
"""Start and end, exclusive, in characters of the parsed text."""

_SENTENCE_END = re.compile(r"[.!?;)\"”’']\s*$")


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """When a neighbour joins a quote: from which share of the best unit's score.

    A sentence of the same paragraph joins from `sentence`, another list item or paragraph from
    `block`, a table row from `row`. A quote of one unit stays as it is; one that grows has at
    most `max_chars`. Chosen on `dev`; docs/decisions/0006-quoting.md has the numbers.
    """

    sentence: float = 0.5
    block: float = 0.65
    row: float = 0.93
    max_chars: int = 450


@dataclass(frozen=True, slots=True)
class Windows:
    """Grows quotes for one part of a question.

    `scores` are the part's, by chunk and span; a neighbour without one scores 0. `asked` are the
    numbers that the question and the best unit share: a row without them is another case.
    """

    options: WindowOptions
    best: float
    scores: Mapping[tuple[str, Span], float]
    asked: frozenset[str]

    def around(self, unit: Unit, taken: Sequence[Span]) -> Span:
        """The span to quote: the unit and what continues it, clear of the spans `taken`."""
        chunk = unit.passage.hit.chunk
        first = last = chunk.quotable.index((unit.start, unit.end))
        while (grown := self._grow(chunk, first, last, taken)) is not None:
            first, last = grown
        return chunk.quotable[first][0], chunk.quotable[last][1]

    def _grow(self, chunk: Chunk, first: int, last: int, taken: Sequence[Span]) -> Span | None:
        """One unit more, the next one rather than the one before; None when neither belongs."""
        spans = chunk.quotable
        if last + 1 < len(spans) and self._joins(chunk, last, last + 1, spans[last + 1]):
            span = spans[first][0], spans[last + 1][1]
            if self._has_room(span) and not overlaps(spans[last + 1], taken):
                return first, last + 1
        if first > 0 and self._joins(chunk, first - 1, first, spans[first - 1]):
            span = spans[first - 1][0], spans[last][1]
            if self._has_room(span) and not overlaps(spans[first - 1], taken):
                return first - 1, last
        return None

    def _has_room(self, span: Span) -> bool:
        return span[1] - span[0] <= self.options.max_chars

    def _joins(self, chunk: Chunk, left: int, right: int, new: Span) -> bool:
        """Whether two units that follow each other belong together, `new` being the added one."""
        before, after = chunk.quotable[left], chunk.quotable[right]
        gap, opening = chunk.quote(before[1], after[0]), chunk.quote(*before)
        row = is_row(opening)
        # What stands between two units is a heading.
        if gap.strip() or row != is_row(chunk.quote(*after)):
            return False
        share = self.scores.get((chunk.id, new), 0.0) / self.best if self.best > 0 else 0.0
        if row:
            return share >= self.options.row and self.asked <= numbers(chunk.quote(*new))
        if _runs_on(opening, chunk.quote(*after)):
            return True
        return share >= (self.options.block if "\n" in gap else self.options.sentence)


def windows(part: PartEvidence, best: Unit, options: WindowOptions) -> Windows:
    """Windows over the units of a part, measured by its best one."""
    scores = {
        (unit.passage.hit.chunk.id, (unit.start, unit.end)): unit.score for unit in part.units
    }
    asked = frozenset(numbers(part.question) & numbers(best.text))
    return Windows(options, best.score, scores, asked)


def overlaps(span: Span, others: Sequence[Span]) -> bool:
    """True when the span shares a character with one of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)


def _runs_on(text: str, after: str) -> bool:
    """True for a lead-in to a list, and for a sentence that a line's end cut in two."""
    if text.rstrip().endswith(":"):
        return True
    return _SENTENCE_END.search(text) is None and not after[:1].isupper()
