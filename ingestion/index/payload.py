"""What a point carries besides its vectors, the same in both stores."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from ingestion.models import Chunk, ChunkVectors, Document, IndexedChunk

STAGED, LIVE = "staged", "live"

KEYWORD_FIELDS = ("state", "document_id", "version", "groups", "language", "uri", "supersedes")
DATE_FIELDS = ("effective_from", "effective_to")
INTEGER_FIELDS = ("ordinal",)

MOST_SUPERSEDED = 100_000
"""More replaced documents than one scope is expected to have."""

DENSE, SENTENCES, SPARSE = "dense", "sentences", "bm25"


def staged_payload(point: IndexedChunk) -> dict[str, Any]:
    """The full payload of a chunk that is not visible yet."""
    piece = point.chunk
    return {
        "state": STAGED,
        "document_id": piece.document_id,
        "version": point.document.version,
        "ordinal": piece.ordinal,
        "text": piece.text,
        "start": piece.start,
        "end": piece.end,
        "headings": list(piece.headings),
        "pages": list(piece.pages),
        "quotable": [list(span) for span in piece.quotable],
        **labels(point.document),
    }


def labels(document: Document) -> dict[str, Any]:
    """The part of the payload that can change while the bytes do not."""
    return {
        "uri": document.uri,
        "title": document.title,
        "groups": list(document.groups),
        "effective_from": timestamp(document.effective_from),
        "effective_to": timestamp(document.effective_to),
        "supersedes": document.supersedes,
        "metadata": dict(document.metadata),
        "language": document.language,
    }


def timestamp(day: date | None) -> str | None:
    """A day as Qdrant's datetime index reads it (RFC 3339, midnight UTC)."""
    return None if day is None else f"{day.isoformat()}T00:00:00Z"


def read_document(payload: Mapping[str, Any]) -> Document:
    """The document that a point belongs to. A store drops a key that was set to nothing."""
    return Document(
        id=payload["document_id"],
        uri=payload["uri"],
        title=payload["title"],
        version=payload["version"],
        groups=tuple(payload["groups"]),
        effective_from=_day(payload.get("effective_from")),
        effective_to=_day(payload.get("effective_to")),
        supersedes=payload.get("supersedes"),
        metadata=dict(payload["metadata"]),
        language=payload["language"],
    )


def read_chunk(point_id: str, payload: Mapping[str, Any]) -> Chunk:
    """The chunk that a point holds."""
    return Chunk(
        id=point_id,
        document_id=payload["document_id"],
        ordinal=payload["ordinal"],
        text=payload["text"],
        start=payload["start"],
        end=payload["end"],
        headings=tuple(payload["headings"]),
        pages=tuple(payload["pages"]),
        quotable=tuple((start, end) for start, end in payload["quotable"]),
    )


def read_vectors(vectors: Mapping[str, Any]) -> ChunkVectors:
    """The dense vectors of a point as a store returns them."""
    return ChunkVectors(
        np.asarray(vectors[DENSE], dtype=np.float32),
        np.asarray(vectors[SENTENCES], dtype=np.float32),
    )


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value[:10])
