"""From a store's points to what the `Index` protocol returns, the same for both stores."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from ingestion.index.payload import read_chunk, read_document, read_vectors
from ingestion.models import Document, ScoredChunk


class StoredPoint(Protocol):
    """What both clients' points have in common."""

    @property
    def id(self) -> Any: ...

    @property
    def payload(self) -> Mapping[str, Any] | None: ...


class FoundPoint(StoredPoint, Protocol):
    """A point from a search."""

    @property
    def score(self) -> float: ...

    @property
    def vector(self) -> Any: ...


def read_hit(point: StoredPoint, score: float) -> ScoredChunk:
    """One point as a passage with its document."""
    payload = point.payload or {}
    return ScoredChunk(read_chunk(str(point.id), payload), read_document(payload), score)


def read_found(point: FoundPoint) -> ScoredChunk:
    """One point that a search found, with its score and its vectors."""
    return replace(read_hit(point, point.score), vectors=read_vectors(point.vector))


def documents_by_uri(firsts: Iterable[StoredPoint]) -> list[Document]:
    """The documents of their first chunks."""
    found = [read_document(point.payload or {}) for point in firsts]
    return sorted(found, key=lambda document: document.uri)


def chunks_in_order(points: Iterable[StoredPoint]) -> list[ScoredChunk]:
    """A document's chunks as they follow each other."""
    return sorted((read_hit(p, 0.0) for p in points), key=lambda hit: hit.chunk.ordinal)


def count_versions(points: Iterable[StoredPoint]) -> dict[str, int]:
    """How many of the points each version has."""
    versions: dict[str, int] = {}
    for point in points:
        version = (point.payload or {})["version"]
        versions[version] = versions.get(version, 0) + 1
    return versions
