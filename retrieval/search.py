"""Hybrid search: one embedding, one query, three candidate lists fused by the store."""

from dataclasses import dataclass
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
        scope = SearchScope(query.principal.groups, query.as_of)
        terms = SparseVector((), ()) if self.lists == "dense" else self.sparse.query(query.text)
        return self.index.search(None if self.lists == "sparse" else vector, terms, scope, limit)

    def document(self, query: Query, document_id: str) -> list[ScoredChunk]:
        """All passages of a document in order; empty when the principal may not see it."""
        scope = SearchScope(query.principal.groups, query.as_of)
        return self.index.chunks(document_id, scope)

    def documents(self, groups: tuple[str, ...]) -> list[Document]:
        """All documents that somebody with these groups can see, in force or not."""
        return self.index.documents(SearchScope(groups))
