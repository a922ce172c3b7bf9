"""A Qdrant server (or cluster) through qdrant-client.

The same operations as the embedded store, sent over the network. The switch of versions is one
request of two operations: between them, for milliseconds, both versions answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import httpx
from qdrant_client import QdrantClient
from qdrant_client import models as qm
from qdrant_client.http.exceptions import ApiException

from ingestion.errors import IndexUnavailableError
from ingestion.index import RRF_K
from ingestion.index.fingerprint import check_fingerprint
from ingestion.index.payload import (
    DATE_FIELDS,
    DENSE,
    INTEGER_FIELDS,
    KEYWORD_FIELDS,
    LIVE,
    SENTENCES,
    SPARSE,
    STAGED,
    labels,
    read_chunk,
    read_document,
    read_vectors,
    staged_payload,
)
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
        mine = _equals("document_id", document_id)
        new = qm.Filter(must=[mine, _equals("version", version)])
        old = qm.Filter(must=[mine], must_not=[_equals("version", version)])
        self._batch(
            qm.SetPayloadOperation(set_payload=qm.SetPayload(payload={"state": LIVE}, filter=new)),
            qm.DeleteOperation(delete=qm.FilterSelector(filter=old)),
        )

    def relabel(self, document: Document) -> None:
        mine = qm.Filter(must=[_equals("document_id", document.id)])
        self._batch(
            qm.SetPayloadOperation(set_payload=qm.SetPayload(payload=labels(document), filter=mine))
        )

    def delete(self, document_id: str) -> None:
        mine = qm.Filter(must=[_equals("document_id", document_id)])
        self._batch(qm.DeleteOperation(delete=qm.FilterSelector(filter=mine)))

    def discard_staged(self, document_id: str) -> None:
        staged = qm.Filter(must=[_equals("document_id", document_id), _equals("state", STAGED)])
        self._batch(qm.DeleteOperation(delete=qm.FilterSelector(filter=staged)))

    def search(
        self, dense: Vectors, sparse: SparseVector, scope: SearchScope, limit: int
    ) -> list[ScoredChunk]:
        if not scope.groups:
            return []
        visible = _scope_filter(scope)
        candidates = max(4 * limit, 40)
        meaning = dense.tolist()
        vectors: list[tuple[str, Any]] = [(DENSE, meaning), (SENTENCES, [meaning])]
        if sparse.indices:
            terms = qm.SparseVector(indices=list(sparse.indices), values=list(sparse.values))
            vectors.append((SPARSE, terms))
        with _reachable():
            response = self._client.query_points(
                self._name,
                prefetch=[
                    qm.Prefetch(query=vector, using=name, limit=candidates, filter=visible)
                    for name, vector in vectors
                ],
                query=qm.RrfQuery(rrf=qm.Rrf(k=RRF_K)),
                limit=limit,
                with_payload=True,
                with_vectors=[DENSE, SENTENCES],
            )
        return [
            replace(
                _hit(point.id, point.payload, point.score),
                vectors=read_vectors(cast(Mapping[str, Any], point.vector)),
            )
            for point in response.points
        ]

    def documents(self, scope: SearchScope) -> list[Document]:
        if not scope.groups:
            return []
        first = _scope_filter(scope, _equals("ordinal", 0))
        found = [read_document(record.payload or {}) for record in self._scroll(first)]
        return sorted(found, key=lambda document: document.uri)

    def chunks(self, document_id: str, scope: SearchScope) -> list[ScoredChunk]:
        if not scope.groups:
            return []
        records = self._scroll(_scope_filter(scope, _equals("document_id", document_id)))
        found = [_hit(record.id, record.payload, 0.0) for record in records]
        return sorted(found, key=lambda hit: hit.chunk.ordinal)

    def live_versions(self, document_id: str) -> dict[str, int]:
        live = qm.Filter(must=[_equals("document_id", document_id), _equals("state", LIVE)])
        versions: dict[str, int] = {}
        for record in self._scroll(live):
            version = (record.payload or {})["version"]
            versions[version] = versions.get(version, 0) + 1
        return versions

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

    def _batch(self, *operations: qm.UpdateOperation) -> None:
        with _reachable():
            self._client.batch_update_points(self._name, list(operations), wait=True)

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


def _hit(point_id: Any, payload: Mapping[str, Any] | None, score: float) -> ScoredChunk:
    content = payload or {}
    return ScoredChunk(read_chunk(str(point_id), content), read_document(content), score)


def _equals(key: str, value: str | int) -> qm.FieldCondition:
    return qm.FieldCondition(key=key, match=qm.MatchValue(value=value))


def _scope_filter(scope: SearchScope, *also: qm.FieldCondition) -> qm.Filter:
    must: list[qm.Condition] = [
        _equals("state", LIVE),
        qm.FieldCondition(key="groups", match=qm.MatchAny(any=list(scope.groups))),
        *also,
    ]
    if scope.as_of is not None:
        day = scope.as_of
        bounds = {
            "effective_from": qm.DatetimeRange(lte=day),
            "effective_to": qm.DatetimeRange(gte=day),
        }
        must += [
            qm.Filter(
                should=[
                    qm.IsEmptyCondition(is_empty=qm.PayloadField(key=key)),
                    qm.FieldCondition(key=key, range=bound),
                ]
            )
            for key, bound in bounds.items()
        ]
    return qm.Filter(must=must)
