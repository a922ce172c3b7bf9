"""Passages of documents, as a search returns them."""

from app.schemas.model import Model
from ingestion.models import ScoredChunk
from retrieval.injection import Flag, flags


class SourceSpan(Model):
    """Characters of the parsed text, end exclusive."""

    start_char: int
    end_char: int

    @classmethod
    def of(cls, start: int, end: int) -> "SourceSpan":
        """From a span's ends."""
        return cls(start_char=start, end_char=end)


class ContextOut(Model):
    """A passage with those around it: the parsed source at `source_span`, verbatim."""

    text: str
    source_span: SourceSpan


class PassageOut(Model):
    """A passage of a document, verbatim.

    `flags` has "instruction" when it gives orders to an assistant. `context` is there where a
    search asked for neighbours.
    """

    chunk_id: str
    document_id: str
    document_title: str
    document_uri: str
    headings: list[str]
    page_numbers: list[int]
    text: str
    source_span: SourceSpan
    score: float
    flags: list[Flag]
    context: ContextOut | None = None

    @classmethod
    def of(cls, hit: ScoredChunk, context: ContextOut | None = None) -> "PassageOut":
        """From a hit."""
        return cls(
            chunk_id=hit.chunk.id,
            document_id=hit.document.id,
            document_title=hit.document.title,
            document_uri=hit.document.uri,
            headings=list(hit.chunk.headings),
            page_numbers=list(hit.chunk.pages),
            text=hit.chunk.text,
            source_span=SourceSpan.of(hit.chunk.start, hit.chunk.end),
            score=hit.score,
            flags=list(flags(hit.chunk.text)),
            context=context,
        )


class SearchResponse(Model):
    """Passages, best first."""

    results: list[PassageOut]
