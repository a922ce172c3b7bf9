"""How far each way of searching gets by itself: a set that BM25 solves measures nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.bootstrap import Application
from eval.metrics import recall_at_k
from eval.models import EvalCase, Span
from eval.runner import query_of, span_of
from ingestion.models import SearchScope, SparseVector

K = 5


@dataclass(frozen=True, slots=True)
class Difficulty:
    """recall@5 of one case by BM25 alone, by vectors alone, by both, and by both reranked."""

    bm25: float
    dense: float
    hybrid: float
    reranked: float


def difficulty(app: Application, case: EvalCase, gold: Sequence[Span]) -> Difficulty:
    """Search a case's question four ways. Raises ValueError for a case without gold spans."""
    query = query_of(case)
    scope = SearchScope(query.principal.groups, query.as_of)
    asked = app.rag.standalone(query).text
    vector = app.rag.searcher.vector(asked)
    terms = app.rag.searcher.sparse.query(asked)
    found = (
        app.index.search(None, terms, scope, K),
        app.index.search(vector, SparseVector((), ()), scope, K),
        app.index.search(vector, terms, scope, K),
        app.rag.search(query, K),
    )
    return Difficulty(*(recall_at_k(gold, [span_of(hit) for hit in hits], K) for hits in found))
