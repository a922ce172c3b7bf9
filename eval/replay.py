"""Counterfactuals: a question answered again, with the gold in the place of a stage's output."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace

from app.bootstrap import Application
from eval.metrics import FOUND, covered
from eval.models import Span
from eval.trace import Trace
from ingestion.chunk import ChunkerOptions, chunk, chunk_id, document_id
from ingestion.models import Chunk, Document, ScoredChunk, Vectors
from ingestion.vectorize import vectorize
from retrieval.answers import Answer, Draft, Statement
from retrieval.generate import Generator
from retrieval.models import Evidence, Passage, Query, Unit
from retrieval.pipeline import RagPipeline
from retrieval.search import Searcher


def gold_hits(app: Application, found: Trace, gold: Sequence[Span]) -> tuple[ScoredChunk, ...]:
    """The chunks that hold the gold: as they were found, else cut and embedded afresh."""
    known = {hit.chunk.id: hit for hit in (*found.evidence.ranked, *_hits(found.evidence))}
    hits: dict[str, ScoredChunk] = {}
    for span in gold:
        document, pieces = _chunks(app, span.document, app.ingestion.chunker)
        for piece in _holding(pieces, span):
            hit = known.get(piece.id)
            hits.setdefault(piece.id, hit or _embedded(app, document, piece))
    return tuple(hits.values())


def whole_hit(app: Application, span: Span) -> ScoredChunk | None:
    """One passage that holds a gold span whole, which the chunker has cut.

    None where the span lies in one chunk anyway, or where a heading divides it.
    """
    document, pieces = _chunks(app, span.document, app.ingestion.chunker)
    if any(_holds(piece, span) for piece in pieces):
        return None
    _, sections = _chunks(app, span.document, ChunkerOptions(max_chars=10**9, overlap_chars=0))
    section = next((piece for piece in sections if _holds(piece, span)), None)
    if section is None:
        return None
    kept = tuple(s for s in section.quotable if s[0] < span.end and span.start < s[1])
    start, end = min(span.start, kept[0][0]), max(span.end, kept[-1][1])
    piece = replace(
        section,
        id=chunk_id(document.id, document.version, start, end),
        text=section.quote(start, end),
        start=start,
        end=end,
        quotable=kept,
    )
    return _embedded(app, document, piece)


def found_by_search(found: Trace, gold: Sequence[ScoredChunk]) -> Evidence:
    """The evidence if the search had found the gold chunks."""
    return _gathering(found, gold).gather(found.asked)


def among_passages(found: Trace, gold: Sequence[ScoredChunk]) -> Evidence:
    """The evidence if the gold chunks were among the passages that an answer may rest on."""
    return _gathering(found, gold, placed=True).gather(found.asked)


def enough(evidence: Evidence) -> Evidence:
    """The evidence if it were enough for every part of the question."""
    parts = [
        replace(part, sufficiency=replace(part.sufficiency, enough=True, shortfall=None))
        for part in evidence.parts
    ]
    return replace(evidence, parts=tuple(parts))


def answer_from(found: Trace, evidence: Evidence, draft: Draft | None = None) -> Answer:
    """The rest of the pipeline from here on; with a `draft`, from the generator on."""
    rag = found.rag if draft is None else replace(found.rag, generator=_Drafted(draft, found.rag))
    return rag.answer(found.query, lambda _: evidence)


def gold_draft(evidence: Evidence, gold: Sequence[Span]) -> Draft:
    """The gold quotes as far as passages hold them, each piece citing its passage."""
    said: dict[str, Statement] = {}
    for span in gold:
        at = span.start
        pieces = [p for p in evidence.passages if _holding([p.hit.chunk], span)]
        pieces = [p for p in pieces if p.hit.document.uri == span.document]
        for passage in sorted(pieces, key=lambda p: (p.hit.chunk.start, -p.hit.chunk.end)):
            piece = passage.hit.chunk
            start, end = max(at, piece.start), min(span.end, piece.end)
            text = piece.quote(start, end).strip() if start < end else ""
            if text:
                said.setdefault(text, Statement(text, (passage.number,)))
                at = end
    return Draft(tuple(said.values()))


class _Drafted:
    """A generator that has written already."""

    def __init__(self, draft: Draft, rag: RagPipeline) -> None:
        self._draft = draft
        self._real: Generator = rag.generator
        self.name = self._real.name
        self.prompt_version = self._real.prompt_version

    def generate(self, _: Evidence) -> Draft:
        return self._draft


@dataclass(frozen=True, slots=True)
class _Finding(Searcher):
    """A searcher that finds the gold too; everything else is the real one's."""

    real: Searcher = field(kw_only=True)
    gold: tuple[ScoredChunk, ...] = field(kw_only=True)

    def vector(self, text: str) -> Vectors:
        return self.real.vector(text)

    def search(self, query: Query, vector: Vectors, limit: int) -> list[ScoredChunk]:
        hits = self.real.search(query, vector, limit)
        known = {hit.chunk.id for hit in hits}
        return [*hits, *(hit for hit in self.gold if hit.chunk.id not in known)]

    def document(self, query: Query, document_id: str) -> list[ScoredChunk]:
        return self.real.document(query, document_id)

    def documents(self, groups: tuple[str, ...]) -> list[Document]:
        return self.real.documents(groups)


@dataclass(frozen=True)
class _Placing(RagPipeline):
    """A pipeline that ranks passages as it does, and then keeps a place for the gold."""

    gold: frozenset[str] = frozenset()

    def find(
        self, query: Query, limit: int, keep: Callable[[ScoredChunk], bool] = lambda _: True
    ) -> tuple[list[ScoredChunk], tuple[Unit, ...]]:
        ranking, units = super().find(query, limit, keep)
        mine = [hit for hit in ranking if hit.chunk.id in self.gold]
        others = [hit for hit in ranking if hit.chunk.id not in self.gold]
        first = others[: max(0, self.passages - len(mine))]
        rest = others[len(first) :]
        read = {unit.passage.hit.chunk.id for unit in units}
        unread = [Passage(n, hit) for n, hit in enumerate(mine, 1) if hit.chunk.id not in read]
        if unread:
            more = self.ranker.rank(query.text, self.searcher.vector(query.text), unread)
            units = tuple(sorted((*units, *more), key=lambda unit: -unit.score))
        order = {hit.chunk.id: place for place, hit in enumerate(ranking)}
        top = sorted((*first, *mine), key=lambda hit: order[hit.chunk.id])
        return [*top, *rest], units


def _gathering(found: Trace, gold: Sequence[ScoredChunk], *, placed: bool = False) -> RagPipeline:
    real = found.rag.searcher
    searcher = _Finding(
        real.embedder, real.sparse, real.index, real.lists, real=real, gold=tuple(gold)
    )
    rag = replace(found.rag, searcher=searcher)
    if not placed:
        return rag
    parts = {part.name: getattr(rag, part.name) for part in fields(RagPipeline)}
    return _Placing(**parts, gold=frozenset(hit.chunk.id for hit in gold))


def _hits(evidence: Evidence) -> list[ScoredChunk]:
    return [passage.hit for passage in evidence.passages if passage.hit.vectors is not None]


def _chunks(
    app: Application, uri: str, options: ChunkerOptions
) -> tuple[Document, tuple[Chunk, ...]]:
    record = app.manifest.get(document_id(uri))
    assert record is not None, f"{uri} is not in the manifest"
    document = record.document
    parsed = app.manifest.parsed(document.id, document.version)
    return document, chunk(document, parsed, options) if parsed else ()


def _holding(pieces: Sequence[Chunk], span: Span) -> list[Chunk]:
    """The one piece that holds the span, or those that have some of it."""
    whole = [piece for piece in pieces if _holds(piece, span)][:1]
    return whole or [p for p in pieces if p.start < span.end and span.start < p.end]


def _holds(piece: Chunk, span: Span) -> bool:
    return covered(span, [Span(span.document, piece.start, piece.end)]) >= FOUND


def _embedded(app: Application, document: Document, piece: Chunk) -> ScoredChunk:
    (vectors,) = vectorize(document.title, [piece], app.ingestion.embedder)
    return ScoredChunk(piece, document, 0.0, vectors)
