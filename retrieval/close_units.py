"""Which units are near enough to the best one to be compared with it."""

from ingestion.models import Vectors
from retrieval.models import PartEvidence, Unit

CLOSENESS = 0.8
"""Share of the best unit's score from which a unit counts; chosen on the `dev` split."""

DEPTH = 10


def close_units(part: PartEvidence) -> list[Unit]:
    """The best units that state what is asked for, best first."""
    fitting = [unit for unit in part.units if unit.fits][:DEPTH]
    return [unit for unit in fitting if unit.score >= CLOSENESS * fitting[0].score]


def cosine(one: Unit, other: Unit) -> float:
    """How near two units are in meaning, each read in its passage; in [-1, 1].

    Raises ValueError for passages without vectors: only a search brings them.
    """
    return float(_vector(one) @ _vector(other))


def title(unit: Unit) -> str:
    """The title of the document that a unit stands in."""
    return unit.passage.hit.document.title


def _vector(unit: Unit) -> Vectors:
    hit = unit.passage.hit
    if hit.vectors is None:
        raise ValueError("The passage has no vectors; take it from a search.")
    row: Vectors = hit.vectors.sentences[hit.chunk.quotable.index((unit.start, unit.end))]
    return row
