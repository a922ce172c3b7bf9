"""Two statements about the same thing with different values."""

from dataclasses import dataclass

from retrieval.alternatives import contrast
from retrieval.amounts import Value, asked_kinds, differing
from retrieval.answers import Finding
from retrieval.close_units import close_units, cosine, title
from retrieval.models import PartEvidence, Unit


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Finds two units that contradict each other in the value that a question asks for.

    Chosen on the `dev` split; docs/decisions/0007-notes.md has the numbers.

    Two units speak about the same thing when they share as much with the question as each other:
    their coverage is at least `shared` and at most `coverage_gap` apart, their late interaction at
    most `late_gap`; and when the cosine of their vectors is at least `alike`. One of them is among
    the best `anchors`; within one document it is the very best.
    """

    alike: float = 0.45
    shared: float = 0.1
    coverage_gap: float = 0.03
    late_gap: float = 0.08
    anchors: int = 2

    def find(self, part: PartEvidence) -> Finding | None:
        """One of the best units, and one that states another value of the kind asked for."""
        kinds = asked_kinds(part.question)
        close = close_units(part)
        for rank, one in enumerate(close[: self.anchors]):
            for other in close[rank + 1 :]:
                pair = self._contradicting(one, other, kinds)
                if pair and (one is part.units[0] or _document(one) != _document(other)):
                    return Finding("conflict", _sentence(one, other, pair), (one, other))
        return None

    def _contradicting(
        self, one: Unit, other: Unit, kinds: frozenset[str]
    ) -> tuple[Value, Value] | None:
        """The two values; None where the units agree, or speak about different things."""
        if _parallel(one, other):
            return None
        pair = differing(one.text, other.text)
        if pair is None or pair[0].kind not in kinds:
            return None
        alike = (
            min(one.coverage, other.coverage) >= self.shared
            and abs(one.coverage - other.coverage) <= self.coverage_gap
            and abs(one.late - other.late) <= self.late_gap
            and cosine(one, other) >= self.alike
        )
        return pair if alike else None


def _parallel(one: Unit, other: Unit) -> bool:
    """Rows or sentences of one section, and editions or siblings of a document, may differ."""
    if _document(one) == _document(other):
        return one.passage.hit.chunk.headings[:1] == other.passage.hit.chunk.headings[:1]
    return contrast(title(one), title(other), editions=True) is not None


def _sentence(one: Unit, other: Unit, pair: tuple[Value, Value]) -> str:
    names = title(one), title(other)
    if _document(one) == _document(other):
        names = _section(one), _section(other)
        return (
            f"{title(one)} disagrees with itself: “{names[0]}” says {pair[0].text}, "
            f"“{names[1]}” says {pair[1].text}."
        )
    newer = _newer(one, other)
    more = f" {title(newer)} is the newer one." if newer else ""
    return (
        f"The documents disagree: {names[0]} says {pair[0].text}, "
        f"{names[1]} says {pair[1].text}.{more}"
    )


def _newer(one: Unit, other: Unit) -> Unit | None:
    """The unit whose document is in force since later; None where one of them has no day."""
    ours, theirs = (unit.passage.hit.document.effective_from for unit in (one, other))
    if ours is None or theirs is None or ours == theirs:
        return None
    return one if ours > theirs else other


def _document(unit: Unit) -> str:
    return unit.passage.hit.document.id


def _section(unit: Unit) -> str:
    return " > ".join(unit.passage.hit.chunk.headings[-1:])
