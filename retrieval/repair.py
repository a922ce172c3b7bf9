"""A claim that fails gives way to what its source says, in the source's own words."""

from collections.abc import Collection, Sequence

from retrieval.check import ClaimChecker
from retrieval.models import Passage, Unit
from retrieval.spans import Place, overlap

_CLOSENESS = 0.8


def repair(
    claim: str,
    cited: Sequence[Passage],
    units: Sequence[Unit],
    checker: ClaimChecker,
    said: Collection[Place],
) -> Unit | None:
    """The unit nearest to the claim in a passage that it cites; None when nothing fits.

    It must fit the question: be one of `units`, hold the kind of value that is asked for, and score
    at least 0.8 of the best of them. One that the answer has `said` already mends nothing.
    """
    nearest = {(p.hit.chunk.id, *checker.best_span(claim, p)) for p in cited}
    best = max((unit.score for unit in units), default=0.0)
    fitting = [
        unit
        for unit in units
        if place_of(unit) in nearest
        and unit.fits
        and unit.score >= _CLOSENESS * best
        and not any(overlap(place_of(unit), place) for place in said)
    ]
    return max(fitting, key=lambda unit: unit.score, default=None)


def place_of(unit: Unit) -> Place:
    """Where a unit stands in its passage."""
    return unit.passage.hit.chunk.id, unit.start, unit.end
