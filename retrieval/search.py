"""Hybrid search: one embedding, one query, three candidate lists fused by the store."""

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from ingestion.embed import Bm25Encoder, Embedder
from ingestion.index import Index
from ingestion.models import Document, ScoredChunk, SearchScope, SparseVector, Vectors
from retrieval.models import Query

Lists = Literal["hybrid", "dense", "sparse"]


@dataclass(frozen=True, slots=True)
class Searcher:
    """Finds passages that a principal may see. Filters work inside the store's query.

    `lists` leaves out what a comparison wants to be without: meaning ("sparse") or BM25 ("dense").
    """

    embedder: Embedder
    sparse: Bm25Encoder
    index: Index
    lists: Lists = "hybrid"

    def vector(self, text: str) -> Vectors:
        """A question's meaning, shape (d,)."""
        (vector,) = self.embedder.embed([text])
        return np.asarray(vector, dtype=np.float32)

    def search(self, query: Query, vector: Vectors, limit: int) -> list[ScoredChunk]:
        """The `limit` best passages for a question, best first; empty when nothing is visible.

        `vector` is the question's. Raises IndexUnavailableError when the store does not answer.
        """
        terms = SparseVector((), ()) if self.lists == "dense" else self.sparse.query(query.text)
        return self.index.search(
            None if self.lists == "sparse" else vector, terms, query.scope, limit
        )

    def document(self, query: Query, document_id: str) -> list[ScoredChunk]:
        """All passages of a document in order; empty when the principal may not see it."""
        return self.index.chunks(document_id, query.scope)

    def documents(self, groups: tuple[str, ...]) -> list[Document]:
        """All documents that somebody with these groups can see, in force or not."""
        return self.index.documents(SearchScope(groups))

    def neighbours(
        self, hit: ScoredChunk, query: Query, before: int = 1, after: int = 1
    ) -> list[ScoredChunk]:
        """A hit's passage with those around it, in their order, across headings.

        Empty when the query may not see the document, or when it has changed since the hit.
        """
        at = hit.chunk.ordinal
        return self._of_the_same_version(hit, query, (at - before, at + after))

    def section(self, hit: ScoredChunk, query: Query) -> list[ScoredChunk]:
        """All passages of the section that a hit stands in: those around it under its headings.

        Empty when the query may not see the document, or when it has changed since the hit.
        """
        pieces = self._of_the_same_version(hit, query, None)
        runs = groupby(pieces, key=lambda piece: piece.chunk.headings)
        sections = [list(run) for _, run in runs]
        at = hit.chunk.ordinal
        return next(
            (run for run in sections if run[0].chunk.ordinal <= at <= run[-1].chunk.ordinal), []
        )

    def _of_the_same_version(
        self, hit: ScoredChunk, query: Query, ordinals: tuple[int, int] | None
    ) -> list[ScoredChunk]:
        pieces = self.index.chunks(hit.document.id, query.scope, ordinals)
        return [piece for piece in pieces if piece.document.version == hit.document.version]
