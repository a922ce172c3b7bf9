"""Read the best sentences again, and order passages by them."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingestion.models import ScoredChunk
from retrieval.models import Unit


class Reranker(Protocol):
    """Reads a question and a text together: late interaction, or any cross-encoder."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers, in [-1, 1], shape (len(texts),)."""
        ...


def rerank(hits: Sequence[ScoredChunk], units: Sequence[Unit]) -> list[ScoredChunk]:
    """The hits by the rank of their best unit; those without a unit last, in their order.

    This is MaxP of Dai and Callan 2019 (section 3) with sentences in the place of passages.
    """
    order: dict[str, int] = {}
    for rank, unit in enumerate(units):
        order.setdefault(unit.passage.hit.chunk.id, rank)
    last = len(units)
    return sorted(hits, key=lambda hit: order.get(hit.chunk.id, last))


def by_turns(rankings: Sequence[Sequence[ScoredChunk]]) -> Iterator[ScoredChunk]:
    """The best of each part, then the second best of each, every passage once."""
    seen: set[str] = set()
    for row in zip_longest(*rankings):
        for hit in row:
            if hit is not None and hit.chunk.id not in seen:
                seen.add(hit.chunk.id)
                yield hit
