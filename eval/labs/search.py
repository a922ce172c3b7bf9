"""Faults on a question's way to its passages."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np

from app.bootstrap import Application
from eval.labs.lab import Lab, Move, changed
from ingestion.embed import Embedder
from ingestion.models import ChunkVectors, Document, ScoredChunk, Spans, Vectors
from retrieval.condense import Condensed
from retrieval.models import Filters, Principal, Query, Turn
from retrieval.search import Lists, Searcher


@dataclass(frozen=True, slots=True)
class _OtherSpace:
    """An embedder whose numbers stand in other places: a model that the index was not built with.

    Its vectors have the same size and lengths, so nothing that looks at those sees it.
    """

    real: Embedder

    @property
    def dimension(self) -> int:
        return self.real.dimension

    @property
    def fingerprint(self) -> str:
        return f"{self.real.fingerprint}:shuffled"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._shuffled(self.real.embed(texts))

    def embed_spans(self, texts: Sequence[str], spans: Sequence[Spans]) -> list[ChunkVectors]:
        return [
            ChunkVectors(self._shuffled(found.whole), self._shuffled(found.sentences))
            for found in self.real.embed_spans(texts, spans)
        ]

    def _shuffled(self, vectors: Vectors) -> Vectors:
        order = np.random.default_rng(20260101).permutation(self.dimension)
        return np.ascontiguousarray(vectors[..., order])


@dataclass(frozen=True, slots=True)
class Widened(Searcher):
    """A searcher that asks for more than the asker may see, or for another day."""

    groups: tuple[str, ...] = field(default=(), kw_only=True)
    any_day: bool = field(default=False, kw_only=True)

    def search(self, query: Query, vector: Vectors, limit: int) -> list[ScoredChunk]:
        return Searcher.search(self, self._wide(query), vector, limit)

    def document(self, query: Query, document_id: str) -> list[ScoredChunk]:
        return Searcher.document(self, self._wide(query), document_id)

    def documents(self, groups: tuple[str, ...]) -> list[Document]:
        return Searcher.documents(self, self.groups or groups)

    def _wide(self, query: Query) -> Query:
        if self.groups:
            query = replace(query, principal=Principal("anyone", self.groups))
        return replace(query, as_of=None, filters=Filters((), True)) if self.any_day else query


@dataclass(frozen=True, slots=True)
class _NoCondenser:
    """Takes every question as if nothing had been said before it."""

    def condense(self, question: str, _: Sequence[Turn]) -> Condensed:
        return Condensed(question)


def _with_searcher(app: Application, searcher: Searcher) -> Application:
    return replace(app, rag=replace(app.rag, searcher=searcher))


def _only(app: Application, lists: Lists) -> Application:
    return _with_searcher(app, replace(app.rag.searcher, lists=lists))


def _other_embedder(app: Application) -> Application:
    searcher = app.rag.searcher
    return _with_searcher(app, replace(searcher, embedder=_OtherSpace(searcher.embedder)))


def widened(app: Application, groups: Sequence[str] = (), *, any_day: bool = False) -> Application:
    """The application with a search that asks with other groups, or for any day."""
    parts = {part.name: getattr(app.rag.searcher, part.name) for part in fields(Searcher)}
    return _with_searcher(app, Widened(**parts, groups=tuple(groups), any_day=any_day))


def _no_acl(app: Application) -> Application:
    groups = {group for record in app.manifest.records() for group in record.document.groups}
    return widened(app, sorted(groups))


def _no_rerank(app: Application) -> Application:
    return replace(app, rag=replace(app.rag, ranker=replace(app.rag.ranker, reranker=None)))


LABS = (
    Lab(
        "wrong-embedder",
        "The questions are embedded by another model than the documents",
        changed(_other_embedder),
        moves=(
            Move("recall_at_5", -1, 0.3),
            Move("correctness", -1, 0.2),
            Move("over_refusal", 1, 0.2),
        ),
        holds=("leaks",),
        blamed="retrieve",
    ),
    Lab(
        "no-sparse",
        "Search by meaning only",
        changed(lambda app: _only(app, "dense")),
        moves=(),
        holds=("recall_at_5", "correctness", "leaks"),
        blamed=None,
    ),
    Lab(
        "no-dense",
        "Search by words only",
        changed(lambda app: _only(app, "sparse")),
        moves=(Move("recall_at_5", -1, 0.03), Move("ndcg_at_10", -1, 0.02)),
        holds=("correctness", "leaks"),
        blamed="retrieve",
    ),
    Lab(
        "no-rerank",
        "No second reading of the best sentences",
        changed(_no_rerank),
        moves=(Move("correctness", -1, 0.05), Move("over_refusal", 1, 0.1)),
        holds=("recall_at_5", "leaks"),
        blamed="abstain",
    ),
    Lab(
        "no-acl",
        "The search asks with everybody's groups",
        changed(_no_acl),
        moves=(Move("leaks", 1, 0.5),),
        holds=(),
        blamed="retrieve",
        categories=("no_access", "single_fact", "unanswerable_off_topic"),
        unanswerable=True,
    ),
    Lab(
        "no-dates",
        "The search does not look at the day",
        changed(lambda app: widened(app, any_day=True)),
        moves=(Move("correctness", -1, 0.1),),
        holds=("leaks",),
        blamed="retrieve",
        categories=("superseded", "effective_date", "single_fact"),
    ),
    Lab(
        "no-history",
        "Every question is taken as if it were the first",
        changed(lambda app: replace(app, rag=replace(app.rag, condenser=_NoCondenser()))),
        moves=(Move("correctness", -1, 0.05),),
        holds=("leaks",),
        blamed="retrieve",
        categories=("multi_turn", "single_fact"),
    ),
)
