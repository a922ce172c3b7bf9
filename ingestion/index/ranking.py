"""How both stores are asked to rank, and how ties are settled. Why: docs/decisions/0003."""

from collections.abc import Iterable

from ingestion.models import ScoredChunk

RRF_K = 60
"""Rank constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009, section 2)."""

TIE_ROOM = 8
"""Asked for beyond the limit, so that the store's cut does not fall between equal scores.

First here and third there scores like third here and first there. A rank is given once in each
list, so of the chunks that share the same three ranks at most three can tie, and few others meet.
"""


def candidates(limit: int) -> int:
    """How many points each side of the fusion contributes."""
    return max(4 * limit, 40)


def settle_ties(hits: Iterable[ScoredChunk], limit: int) -> list[ScoredChunk]:
    """The best `limit`, equal scores by chunk id: Qdrant's fusion orders them at random."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))[:limit]
