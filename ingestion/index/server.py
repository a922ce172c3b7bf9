"""A Qdrant server (or cluster) through qdrant-client.

The same operations as the embedded store, sent over the network. The switch of versions is one
request of two operations: between them, for milliseconds, both versions answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
from qdrant_client import QdrantClient
from qdrant_client import models as qm
from qdrant_client.http.exceptions import ApiException

from ingestion.errors import IndexUnavailableError
from ingestion.index import server_filters as filters
from ingestion.index.fingerprint import check_fingerprint
from ingestion.index.payload import (
    DATE_FIELDS,
    DENSE,
    INTEGER_FIELDS,
    KEYWORD_FIELDS,
    LIVE,
    MOST_SUPERSEDED,
    SENTENCES,
    SPARSE,
    labels,
    staged_payload,
)
from ingestion.index.ranking import RRF_K, TIE_ROOM, candidates, settle_ties
from ingestion.index.results import chunks_in_order, count_versions, documents_by_uri, read_found
from ingestion.models import (
    Document,
    IndexedChunk,
    ScoredChunk,
    SearchScope,
    SparseVector,
    Vectors,
)

_PAGE = 512


class ServerIndex:
    """An `Index` in one collection of a Qdrant server."""

    def __init__(self, client: QdrantClient, collection: str) -> None:
        self._client = client
        self._name = collection

    def prepare(self, fingerprint: Mapping[str, str], dimension: int) -> bool:
        with _reachable():
            if self._client.collection_exists(self._name):
                config = self._client.get_collection(self._name).config
                check_fingerprint(config.metadata or {}, fingerprint)
                return False
            self._client.create_collection(
                self._name,
                vectors_config={
                    DENSE: qm.VectorParams(size=dimension, distance=qm.Distance.COSINE),
                    SENTENCES: qm.VectorParams(
                        size=dimension,
                        distance=qm.Distance.COSINE,
                        multivector_config=qm.MultiVectorConfig(
                            comparator=qm.MultiVectorComparator.MAX_SIM
                        ),
                    ),
                },
                sparse_vectors_config={SPARSE: qm.SparseVectorParams(modifier=qm.Modifier.IDF)},
                metadata=dict(fingerprint),
            )
            kinds = {
                qm.PayloadSchemaType.KEYWORD: KEYWORD_FIELDS,
                qm.PayloadSchemaType.DATETIME: DATE_FIELDS,
                qm.PayloadSchemaType.INTEGER: INTEGER_FIELDS,
            }
            for kind, names in kinds.items():
                for name in names:
                    self._client.create_payload_index(self._name, name, kind)
            return True

    def stage(self, points: Sequence[IndexedChunk]) -> None:
        if points:
            with _reachable():
                self._client.upsert(self._name, [_point(point) for point in points], wait=True)

    def activate(self, document_id: str, version: str) -> None:
        new = filters.of_version(document_id, version)
        old = filters.of_other_versions(document_id, version)
        self._batch(
            qm.SetPayloadOperation(set_payload=qm.SetPayload(payload={"state": LIVE}, filter=new)),
            qm.DeleteOperation(delete=qm.FilterSelector(filter=old)),
        )

    def relabel(self, document: Document) -> None:
        mine = filters.of_document(document.id)
        self._batch(
            qm.SetPayloadOperation(set_payload=qm.SetPayload(payload=labels(document), filter=mine))
        )

    def delete(self, document_id: str) -> None:
        self._delete(filters.of_document(document_id))

    def discard_staged(self, document_id: str) -> None:
        self._delete(filters.staged_of(document_id))

    def search(
        self, dense: Vectors | None, sparse: SparseVector, scope: SearchScope, limit: int
    ) -> list[ScoredChunk]:
        if not scope.groups:
            return []
        sides = list(_sides(dense, sparse, self._visible(scope), limit))
        if not sides:
            return []
        with _reachable():
            response = self._client.query_points(
                self._name,
                prefetch=sides,
                query=qm.RrfQuery(rrf=qm.Rrf(k=RRF_K)),
                limit=limit + TIE_ROOM,
                with_payload=True,
                with_vectors=[DENSE, SENTENCES],
            )
        return settle_ties((read_found(point) for point in response.points), limit)

    def documents(self, scope: SearchScope) -> list[Document]:
        if not scope.groups:
            return []
        return documents_by_uri(self._scroll(self._visible(scope, ordinals=(0, 0))))

    def chunks(
        self, document_id: str, scope: SearchScope, ordinals: tuple[int, int] | None = None
    ) -> list[ScoredChunk]:
        if not scope.groups:
            return []
        where = self._visible(scope, ordinals, document_id=document_id)
        return chunks_in_order(self._scroll(where))

    def live_versions(self, document_id: str) -> dict[str, int]:
        return count_versions(self._scroll(filters.live_of(document_id)))

    def count(self) -> int:
        with _reachable():
            return self._client.count(self._name, exact=True).count

    def optimize(self) -> None:
        """A server optimizes its segments by itself."""

    def reset(self) -> None:
        with _reachable():
            self._client.delete_collection(self._name)

    def close(self) -> None:
        self._client.close()

    def _delete(self, where: qm.Filter) -> None:
        self._batch(qm.DeleteOperation(delete=qm.FilterSelector(filter=where)))

    def _batch(self, *operations: qm.UpdateOperation) -> None:
        with _reachable():
            self._client.batch_update_points(self._name, list(operations), wait=True)

    def _visible(
        self, scope: SearchScope, ordinals: tuple[int, int] | None = None, **also: str | int
    ) -> qm.Filter:
        return filters.visible(scope, self._replaced(scope), ordinals, **also)

    def _replaced(self, scope: SearchScope) -> list[str]:
        """URIs of the documents that another one of the scope replaces on its day."""
        if scope.as_of is None or scope.include_superseded:
            return []
        with _reachable():
            found = self._client.facet(
                self._name,
                "supersedes",
                facet_filter=filters.superseding(scope, scope.as_of),
                limit=MOST_SUPERSEDED,
                exact=False,
            )
        return [str(hit.value) for hit in found.hits]

    def _scroll(self, where: qm.Filter) -> list[qm.Record]:
        records: list[qm.Record] = []
        offset = None
        while True:
            with _reachable():
                page, offset = self._client.scroll(
                    self._name, scroll_filter=where, limit=_PAGE, offset=offset, with_payload=True
                )
            records += page
            if offset is None:
                return records


def _sides(
    dense: Vectors | None, sparse: SparseVector, visible: qm.Filter, limit: int
) -> Iterator[qm.Prefetch]:
    """The candidate lists that are fused.

    Term statistics are those of what is visible: a hidden, staged or deleted chunk must not
    change a score. A server older than 1.19 does not know the parameter and counts all.
    """
    nearest = partial(qm.Prefetch, limit=candidates(limit), filter=visible)
    if dense is not None:
        meaning = dense.tolist()
        yield nearest(query=meaning, using=DENSE)
        yield nearest(query=[meaning], using=SENTENCES)
    if sparse.indices:
        terms_of = qm.SearchParams(idf=qm.IdfCorpusParams(corpus=visible))
        terms = qm.SparseVector(indices=list(sparse.indices), values=list(sparse.values))
        yield nearest(query=terms, using=SPARSE, params=terms_of)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (ApiException, httpx.HTTPError, OSError) as error:
        raise IndexUnavailableError(
            f"The Qdrant server does not answer as expected: {error}. "
            "Check QDRANT_URL and QDRANT_API_KEY, and that the server runs."
        ) from error


def _point(point: IndexedChunk) -> qm.PointStruct:
    terms = qm.SparseVector(indices=list(point.sparse.indices), values=list(point.sparse.values))
    vectors: dict[str, Any] = {
        DENSE: point.vectors.whole.tolist(),
        SENTENCES: point.vectors.sentences.tolist(),
        SPARSE: terms,
    }
    return qm.PointStruct(id=point.chunk.id, vector=vectors, payload=staged_payload(point))
