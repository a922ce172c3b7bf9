"""Answers by quoting: no key, no download, nothing that the documents do not say."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.calculate import Calculator
from retrieval.check import numbers
from retrieval.models import Draft, Evidence, PartEvidence, Statement, Unit


@dataclass(frozen=True, slots=True)
class ExtractiveOptions:
    """How much to quote for each part of a question.

    A further unit is quoted when its score is at least `closeness` of the best one's, and when it
    has the numbers of the question that the best one has: the row of version 4.1 adds nothing to
    the row of the version 4.2 that was asked for.
    """

    max_units: int = 4
    closeness: float = 0.88


@dataclass(frozen=True, slots=True)
class ExtractiveGenerator:
    """Picks the units that answer each part, orders them by document, quotes them verbatim."""

    options: ExtractiveOptions = ExtractiveOptions()
    calculator: Calculator | None = None
    name: str = "extractive"
    prompt_version: str | None = None

    def generate(self, evidence: Evidence) -> Draft:
        """Quotes for every part that has enough evidence."""
        units: list[Unit] = []
        for part in evidence.parts:
            if part.sufficiency.enough:
                units += [unit for unit in self._pick(part) if not _repeats(unit, units)]
        quotes = tuple(Statement(unit.text, (unit.passage.number,)) for unit in units)
        worked_out = self.calculator.statements(evidence, quotes) if self.calculator else ()
        return Draft(quotes + worked_out)

    def _pick(self, part: PartEvidence) -> list[Unit]:
        fitting = [unit for unit in part.units if unit.fits]
        best = fitting[0]
        picked = [best]
        asked = numbers(part.question) & numbers(best.text)
        for unit in fitting[1:]:
            if len(picked) == self.options.max_units:
                break
            if unit.score < self.options.closeness * best.score:
                break
            if asked <= numbers(unit.text) and not _repeats(unit, picked):
                picked.append(unit)
        order = {unit.passage.number: rank for rank, unit in reversed(list(enumerate(picked)))}
        return sorted(picked, key=lambda unit: (order[unit.passage.number], unit.start))


def _repeats(unit: Unit, others: Sequence[Unit]) -> bool:
    return any(unit.text == other.text for other in others)
