"""Order passages by their best sentence.

A passage's own vector blurs what its sentences say; the best sentence's vector does not. This is
MaxP of Dai and Callan 2019 (section 3) with sentences in the place of passages and with the
default encoder in the place of a cross-encoder.
"""

from collections.abc import Sequence

from ingestion.models import ScoredChunk
from retrieval.models import PartEvidence


def rerank(hits: Sequence[ScoredChunk], evidence: PartEvidence) -> list[ScoredChunk]:
    """The hits by the rank of their best unit; those without a unit last, in their order."""
    order: dict[str, int] = {}
    for rank, unit in enumerate(evidence.units):
        order.setdefault(unit.passage.hit.chunk.id, rank)
    last = len(evidence.units)
    return sorted(hits, key=lambda hit: order.get(hit.chunk.id, last))
