"""Answers by quoting: no key, no download, nothing that the documents do not say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from retrieval.answers import Draft, Statement
from retrieval.calculate import Calculator
from retrieval.generate.windows import Span, WindowOptions, overlaps, windows
from retrieval.listing import MAX_ROWS, best_fitting, listed_rows, same_table, table_asked_for
from retrieval.models import Evidence, PartEvidence, Passage, Unit
from retrieval.table_row import is_row
from retrieval.values import numbers


@dataclass(frozen=True, slots=True)
class ExtractiveOptions:
    """How much to quote for each part of a question.

    A further unit is quoted when its score is at least `closeness` of the best one's, and when it
    has the numbers of the question that the best one has: the row of version 4.1 adds nothing to
    the row of the version 4.2 that was asked for. A later part is measured by its best unit that
    is not quoted yet, if that one has at least `own` of the part's best score: each side of a
    comparison says something of its own. `window` says what a quote takes along.
    """

    max_units: int = 5
    closeness: float = 0.93
    own: float = 0.8
    window: WindowOptions = field(default_factory=WindowOptions)


@dataclass(frozen=True, slots=True)
class _Quote:
    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.passage.hit.chunk.quote(self.start, self.end)


@dataclass(frozen=True, slots=True)
class ExtractiveGenerator:
    """Picks the units that answer each part, with what continues them, and quotes verbatim.

    A question for all of something that a table holds is answered by the rows of that table; what
    it asks to be worked out, by the `calculator`.
    """

    options: ExtractiveOptions = ExtractiveOptions()
    calculator: Calculator | None = None
    name: str = "extractive"
    prompt_version: str | None = None

    def generate(self, evidence: Evidence) -> Draft:
        """Quotes for every part that has enough evidence."""
        quotes: list[_Quote] = []
        for part in evidence.parts:
            if part.sufficiency.enough:
                quotes += _listed(part, evidence.passages, quotes) or self._pick(part, quotes)
        said = tuple(Statement(quote.text, (quote.passage.number,)) for quote in quotes)
        worked_out = self.calculator.statements(evidence, said) if self.calculator else ()
        return Draft(said + worked_out)

    def _pick(self, part: PartEvidence, before: Sequence[_Quote]) -> list[_Quote]:
        """The best unit and those close to it, each with its window; the best passage first."""
        best = self._anchor(part, before)
        if best is None:
            return []
        grow = windows(part, best, self.options.window)
        limit = MAX_ROWS if table_asked_for(part) else self.options.max_units
        picked: list[_Quote] = []
        for unit in self._close(part, best):
            if len(picked) < limit and not _is_quoted(unit, (*before, *picked)):
                taken = _taken(unit.passage, (*before, *picked))
                picked.append(_Quote(unit.passage, *grow.around(unit, taken)))
        order = {quote.passage.number: rank for rank, quote in reversed(list(enumerate(picked)))}
        return sorted(picked, key=lambda quote: (order[quote.passage.number], quote.start))

    def _anchor(self, part: PartEvidence, before: Sequence[_Quote]) -> Unit | None:
        best = best_fitting(part)
        if best is None:
            return None
        new = (unit for unit in part.units if unit.fits and not _is_quoted(unit, before))
        own = next(new, best)
        return own if own.score >= self.options.own * best.score else best

    def _close(self, part: PartEvidence, best: Unit) -> Iterator[Unit]:
        asked = numbers(part.question) & numbers(best.text)
        row = table_asked_for(part)
        # A score can be negative; the best unit is always close to itself.
        least = min(best.score, self.options.closeness * best.score)
        for unit in part.units:
            close = unit.fits and unit.score >= least
            if close and asked <= numbers(unit.text) and (row is None or _is_sibling(unit, row)):
                yield unit


def _listed(
    part: PartEvidence, passages: Sequence[Passage], before: Sequence[_Quote]
) -> list[_Quote]:
    """The rows of a list that the question asks for whole, less what is quoted already."""
    by_chunk = {passage.hit.chunk.id: passage for passage in passages}
    rows = listed_rows(part, [passage.hit for passage in passages])
    quotes = [_Quote(by_chunk[hit.chunk.id], start, end) for hit, start, end in rows]
    return [q for q in quotes if not overlaps((q.start, q.end), _taken(q.passage, before))]


def _is_sibling(unit: Unit, best: Unit) -> bool:
    return is_row(unit.text) and same_table(unit.passage.hit, best.passage.hit)


def _taken(passage: Passage, quotes: Sequence[_Quote]) -> list[Span]:
    """The spans of the passage's document that are quoted already."""
    document = passage.hit.document.id
    return [(q.start, q.end) for q in quotes if q.passage.hit.document.id == document]


def _is_quoted(unit: Unit, quotes: Sequence[_Quote]) -> bool:
    """The unit is in a quote already, or its very words are in one from elsewhere."""
    span = unit.start, unit.end
    return overlaps(span, _taken(unit.passage, quotes)) or any(
        unit.text in quote.text for quote in quotes
    )
