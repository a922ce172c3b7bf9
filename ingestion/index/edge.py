"""The embedded store: Qdrant's engine in this process (qdrant-edge-py).

What the engine promises, as probed for docs/decisions/0003-embedded-store.md: an update that
returned survives kill -9; one operation is applied whole or not at all; one process at a time can
open a shard. It does not fsync each update, so `activate` and `delete` flush before they return.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any, cast

import qdrant_edge as qe

from ingestion.errors import FingerprintMismatchError, IndexUnavailableError
from ingestion.index import edge_filters as filters
from ingestion.index.edge_shard import create_shard, load_shard
from ingestion.index.fingerprint import check_fingerprint
from ingestion.index.payload import (
    DENSE,
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
        new = filters.of_version(document_id, version)
        old = filters.of_other_versions(document_id, version)
        with self._lock:
            self._update(qe.UpdateOperation.set_payload_by_filter(new, {"state": LIVE}))
            self._update(qe.UpdateOperation.delete_points_by_filter(old))
            self._flush()

    def relabel(self, document: Document) -> None:
        mine = filters.of_document(document.id)
        self._update(qe.UpdateOperation.set_payload_by_filter(mine, labels(document)))
        self._flush()

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
        request = qe.QueryRequest(
            limit=limit + TIE_ROOM,
            prefetches=sides,
            query=_RRF,
            with_payload=True,
            with_vector=[DENSE, SENTENCES],
        )
        with self._lock:
            points = self._guard(lambda: self._shard.query(request))
        return settle_ties((read_found(point) for point in points), limit)

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

    def _visible(
        self, scope: SearchScope, ordinals: tuple[int, int] | None = None, **also: str | int
    ) -> qe.Filter:
        return filters.visible(scope, self._replaced(scope), ordinals, **also)

    def _replaced(self, scope: SearchScope) -> list[str]:
        """URIs of the documents that another one of the scope replaces on its day."""
        if scope.as_of is None or scope.include_superseded:
            return []
        request = qe.FacetRequest(
            "supersedes",
            limit=MOST_SUPERSEDED,
            exact=False,
            filter=filters.superseding(scope, scope.as_of),
        )
        with self._lock:
            found = self._guard(lambda: self._shard.facet(request))
        return [str(hit.value) for hit in found.hits]

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

    def _delete(self, where: qe.Filter) -> None:
        self._update(qe.UpdateOperation.delete_points_by_filter(where))
        self._flush()

    def _flush(self) -> None:
        self._guard(lambda: self._shard.flush())

    def _guard(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except IndexUnavailableError:
            raise
        except Exception as error:
            raise IndexUnavailableError(f"The embedded index failed: {error}") from error


def _sides(
    dense: Vectors | None, sparse: SparseVector, visible: qe.Filter, limit: int
) -> Iterator[qe.Prefetch]:
    """The candidate lists that are fused.

    Term statistics are those of what is visible: a hidden, staged or deleted chunk must not
    change a score.
    """
    nearest = partial(qe.Prefetch, limit=candidates(limit), filter=visible)
    if dense is not None:
        meaning = dense.tolist()
        yield nearest(query=qe.Query.Nearest(meaning, using=DENSE))
        yield nearest(query=qe.Query.Nearest([meaning], using=SENTENCES))
    if sparse.indices:
        terms_of = qe.SearchParams(idf=qe.IdfParams(corpus=visible))
        terms = qe.SparseVector(list(sparse.indices), list(sparse.values))
        yield nearest(query=qe.Query.Nearest(terms, using=SPARSE), params=terms_of)


def _point(point: IndexedChunk) -> qe.Point:
    terms = qe.SparseVector(list(point.sparse.indices), list(point.sparse.values))
    vectors: dict[str, Any] = {
        DENSE: point.vectors.whole.tolist(),
        SENTENCES: point.vectors.sentences.tolist(),
        SPARSE: terms,
    }
    return qe.Point(id=point.chunk.id, vector=vectors, payload=staged_payload(point))
