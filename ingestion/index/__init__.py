"""The index seam: one protocol, an embedded store and a server store."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ingestion.models import (
    Document,
    IndexedChunk,
    ScoredChunk,
    SearchScope,
    SparseVector,
    Vectors,
)


class Index(Protocol):
    """Chunks with dense and sparse vectors, in versions.

    A version is invisible while it is staged and answers from `activate` on; in the same step
    all that the document had before is removed. Every method raises IndexUnavailableError when
    the store does not answer.
    """

    def prepare(self, fingerprint: Mapping[str, str], dimension: int) -> bool:
        """Create the collection (returns True) or check that it was built the same way.

        Raises FingerprintMismatchError, with the command that repairs it, when it was not.
        """
        ...

    def stage(self, points: Sequence[IndexedChunk]) -> None:
        """Write chunks that no search sees yet; writing them again changes nothing."""
        ...

    def activate(self, document_id: str, version: str) -> None:
        """Make this version the only one of its document, durably."""
        ...

    def relabel(self, document: Document) -> None:
        """Write the document's title, groups and dates on all its chunks; no vector changes."""
        ...

    def delete(self, document_id: str) -> None:
        """Remove every version of a document; none there is no error."""
        ...

    def discard_staged(self, document_id: str) -> None:
        """Remove what was staged and never activated."""
        ...

    def search(
        self, dense: Vectors | None, sparse: SparseVector, scope: SearchScope, limit: int
    ) -> list[ScoredChunk]:
        """Hybrid search in one query, best first, with the stored vectors.

        Three candidate lists are fused by RRF: the nearest passages, the passages with the
        nearest sentence (MaxP of Dai and Callan 2019, section 3), and BM25. `dense` has
        shape (d,). Equal scores are ordered by chunk id. Without `dense`, or with an empty
        `sparse`, the lists that need it are left out; without both nothing is found.
        BM25 weighs terms by what the scope can see, so that no hidden chunk changes a score.
        """
        ...

    def documents(self, scope: SearchScope) -> list[Document]:
        """The documents that the scope can see, by URI."""
        ...

    def chunks(
        self, document_id: str, scope: SearchScope, ordinals: tuple[int, int] | None = None
    ) -> list[ScoredChunk]:
        """A document's live chunks in order, score 0; empty when the scope can't see it.

        `ordinals` are the first and the last that are wanted, both inclusive; None: all.
        """
        ...

    def live_versions(self, document_id: str) -> dict[str, int]:
        """How many live chunks each version of a document has."""
        ...

    def count(self) -> int:
        """All points, staged ones included."""
        ...

    def optimize(self) -> None:
        """Let the store tidy its segments after a large change; may do nothing."""
        ...

    def reset(self) -> None:
        """Drop the collection with everything in it."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
