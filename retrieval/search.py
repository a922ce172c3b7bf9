"""Hybrid search: one embedding, one query, dense and sparse fused by the store."""

from dataclasses import dataclass

from ingestion.embed import Bm25Encoder, Embedder
from ingestion.index import Index
from ingestion.models import ScoredChunk, SearchScope
from retrieval.models import Query


@dataclass(frozen=True, slots=True)
class Searcher:
    """Finds passages that a principal may see. Filters work inside the store's query."""

    embedder: Embedder
    sparse: Bm25Encoder
    index: Index

    def search(self, query: Query, limit: int) -> list[ScoredChunk]:
        """The `limit` best passages for a question, best first; empty when nothing is visible.

        Raises IndexUnavailableError when the store does not answer.
        """
        dense = self.embedder.embed([query.text])[0]
        scope = SearchScope(query.principal.groups, query.as_of)
        return self.index.search(dense.tolist(), self.sparse.query(query.text), scope, limit)
