"""The embedded store: Qdrant's engine in this process (qdrant-edge-py).

What the engine promises, as probed for docs/decisions/0003-embedded-store.md: an update that
returned survives kill -9; one operation is applied whole or not at all; one process at a time can
open a shard. It does not fsync each update, so `activate` and `delete` flush before they return.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any, cast

import qdrant_edge as qe

from ingestion.errors import FingerprintMismatchError, IndexUnavailableError
from ingestion.index import RRF_K
from ingestion.index.edge_shard import create_shard, load_shard
from ingestion.index.fingerprint import check_fingerprint
from ingestion.index.payload import (
    DENSE,
    LIVE,
    SENTENCES,
    SPARSE,
    STAGED,
    labels,
    read_chunk,
    read_document,
    read_vectors,
    staged_payload,
    timestamp,
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
# The stubs do not know that the nested classes are fusions.
_RRF = cast(qe.Fusion, qe.Fusion.Rrf(k=RRF_K))


class EdgeIndex:
    """An `Index` in a folder. The lock makes the switch of versions one step for searches."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = RLock()
        self._open: qe.EdgeShard | None = None

    def prepare(self, fingerprint: Mapping[str, str], dimension: int) -> bool:
        record = self._folder / "fingerprint.json"
        shard = self._folder / "shard"
        with self._lock:
            created = not shard.exists()
            if created:
                self._folder.mkdir(parents=True, exist_ok=True)
                record.write_text(json.dumps(dict(fingerprint), indent=1), encoding="utf-8")
                create_shard(shard, dimension)
            try:
                stored = json.loads(record.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise FingerprintMismatchError(
                    f"{record} cannot be read, so nobody knows how the index was built. "
                    "Rebuild it: rag ingest --rebuild PATH"
                ) from error
            check_fingerprint(stored, fingerprint)
            if self._open is None:
                self._open = load_shard(shard)
            return created

    @property
    def _shard(self) -> qe.EdgeShard:
        if self._open is None:
            raise IndexUnavailableError("The index is closed; call prepare first.")
        return self._open

    def stage(self, points: Sequence[IndexedChunk]) -> None:
        if points:
            self._update(qe.UpdateOperation.upsert_points([_point(point) for point in points]))

    def activate(self, document_id: str, version: str) -> None:
        mine = _equals("document_id", document_id)
        new = qe.Filter(must=[mine, _equals("version", version)])
        old = qe.Filter(must=[mine], must_not=[_equals("version", version)])
        with self._lock:
            self._update(qe.UpdateOperation.set_payload_by_filter(new, {"state": LIVE}))
            self._update(qe.UpdateOperation.delete_points_by_filter(old))
            self._flush()

    def relabel(self, document: Document) -> None:
        mine = qe.Filter(must=[_equals("document_id", document.id)])
        self._update(qe.UpdateOperation.set_payload_by_filter(mine, labels(document)))
        self._flush()

    def delete(self, document_id: str) -> None:
        mine = qe.Filter(must=[_equals("document_id", document_id)])
        self._update(qe.UpdateOperation.delete_points_by_filter(mine))
        self._flush()

    def discard_staged(self, document_id: str) -> None:
        staged = qe.Filter(must=[_equals("document_id", document_id), _equals("state", STAGED)])
        self._update(qe.UpdateOperation.delete_points_by_filter(staged))
        self._flush()

    def search(
        self, dense: Vectors, sparse: SparseVector, scope: SearchScope, limit: int
    ) -> list[ScoredChunk]:
        if not scope.groups:
            return []
        visible = _scope_filter(scope)
        candidates = max(4 * limit, 40)
        meaning = dense.tolist()
        queries = [
            qe.Query.Nearest(meaning, using=DENSE),
            qe.Query.Nearest([meaning], using=SENTENCES),
        ]
        if sparse.indices:
            terms = qe.SparseVector(list(sparse.indices), list(sparse.values))
            queries.append(qe.Query.Nearest(terms, using=SPARSE))
        request = qe.QueryRequest(
            limit=limit,
            prefetches=[
                qe.Prefetch(limit=candidates, query=query, filter=visible) for query in queries
            ],
            query=_RRF,
            with_payload=True,
            with_vector=[DENSE, SENTENCES],
        )
        with self._lock:
            points = self._guard(lambda: self._shard.query(request))
        return [
            ScoredChunk(
                read_chunk(str(point.id), point.payload),
                read_document(point.payload),
                point.score,
                read_vectors(point.vector),
            )
            for point in points
        ]

    def documents(self, scope: SearchScope) -> list[Document]:
        if not scope.groups:
            return []
        first = _scope_filter(scope, _equals("ordinal", 0))
        found = [read_document(record.payload) for record in self._scroll(first)]
        return sorted(found, key=lambda document: document.uri)

    def chunks(self, document_id: str, scope: SearchScope) -> list[ScoredChunk]:
        if not scope.groups:
            return []
        records = self._scroll(_scope_filter(scope, _equals("document_id", document_id)))
        found = [
            ScoredChunk(read_chunk(str(r.id), r.payload), read_document(r.payload), 0.0)
            for r in records
        ]
        return sorted(found, key=lambda hit: hit.chunk.ordinal)

    def live_versions(self, document_id: str) -> dict[str, int]:
        live = qe.Filter(must=[_equals("document_id", document_id), _equals("state", LIVE)])
        versions: dict[str, int] = {}
        for record in self._scroll(live):
            version = record.payload["version"]
            versions[version] = versions.get(version, 0) + 1
        return versions

    def count(self) -> int:
        return int(self._guard(lambda: self._shard.count(qe.CountRequest(exact=True))))

    def optimize(self) -> None:
        with self._lock:
            self._guard(self._shard.optimize)
            self._flush()

    def reset(self) -> None:
        self.close()
        if self._folder.exists():
            shutil.rmtree(self._folder)

    def close(self) -> None:
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _scroll(self, where: qe.Filter) -> list[Any]:
        records: list[Any] = []
        offset = None
        while True:
            request = qe.ScrollRequest(
                limit=_PAGE, offset=offset, filter=where, with_payload=True, with_vector=False
            )
            with self._lock:
                page, offset = self._guard(partial(self._shard.scroll, request))
            records += page
            if offset is None:
                return records

    def _update(self, operation: qe.UpdateOperation) -> None:
        with self._lock:
            self._guard(lambda: self._shard.update(operation))

    def _flush(self) -> None:
        self._guard(lambda: self._shard.flush())

    def _guard(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except IndexUnavailableError:
            raise
        except Exception as error:
            raise IndexUnavailableError(f"The embedded index failed: {error}") from error


def _point(point: IndexedChunk) -> qe.Point:
    terms = qe.SparseVector(list(point.sparse.indices), list(point.sparse.values))
    vectors: dict[str, Any] = {
        DENSE: point.vectors.whole.tolist(),
        SENTENCES: point.vectors.sentences.tolist(),
        SPARSE: terms,
    }
    return qe.Point(id=point.chunk.id, vector=vectors, payload=staged_payload(point))


def _equals(key: str, value: str | int) -> qe.FieldCondition:
    return qe.FieldCondition(key=key, match=qe.MatchValue(value))


def _scope_filter(scope: SearchScope, *also: qe.FieldCondition) -> qe.Filter:
    must: list[Any] = [
        _equals("state", LIVE),
        qe.FieldCondition(key="groups", match=qe.MatchAny(list(scope.groups))),
        *also,
    ]
    if scope.as_of is not None:
        day = timestamp(scope.as_of)
        bounds = {
            "effective_from": qe.RangeDateTime(lte=day),
            "effective_to": qe.RangeDateTime(gte=day),
        }
        must += [
            qe.Filter(
                should=[
                    qe.IsEmptyCondition(key=key),
                    qe.FieldCondition(key=key, range=bound),
                ]
            )
            for key, bound in bounds.items()
        ]
    return qe.Filter(must=must)
