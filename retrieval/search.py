"""Hybrid search: one embedding, one query, three candidate lists fused by the store."""

from dataclasses import dataclass

import numpy as np

from ingestion.embed import Bm25Encoder, Embedder
from ingestion.index import Index
from ingestion.models import Document, ScoredChunk, SearchScope, Vectors
from retrieval.models import Query


@dataclass(frozen=True, slots=True)
class Searcher:
    """Finds passages that a principal may see. Filters work inside the store's query."""

    embedder: Embedder
    sparse: Bm25Encoder
    index: Index

    def vector(self, text: str) -> Vectors:
        """A question's meaning, shape (d,)."""
        (vector,) = self.embedder.embed([text])
        return np.asarray(vector, dtype=np.float32)

    def search(self, query: Query, vector: Vectors, limit: int) -> list[ScoredChunk]:
        """The `limit` best passages for a question, best first; empty when nothing is visible.

        `vector` is the question's. Raises IndexUnavailableError when the store does not answer.
        """
        scope = SearchScope(query.principal.groups, query.as_of)
        return self.index.search(vector, self.sparse.query(query.text), scope, limit)

    def documents(self, groups: tuple[str, ...]) -> list[Document]:
        """All documents that somebody with these groups can see, in force or not."""
        return self.index.documents(SearchScope(groups))
