"""Order passages by their best sentence.

This is MaxP of Dai and Callan 2019 (section 3) with sentences in the place of passages. A
sentence's score joins its own meaning, its passage's and the terms that it shares with the
question.
"""

from collections.abc import Sequence

from ingestion.models import ScoredChunk
from retrieval.models import Unit


def rerank(hits: Sequence[ScoredChunk], units: Sequence[Unit]) -> list[ScoredChunk]:
    """The hits by the rank of their best unit; those without a unit last, in their order."""
    order: dict[str, int] = {}
    for rank, unit in enumerate(units):
        order.setdefault(unit.passage.hit.chunk.id, rank)
    last = len(units)
    return sorted(hits, key=lambda hit: order.get(hit.chunk.id, last))
