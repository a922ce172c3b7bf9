"""Passages with vectors, as a search returns them."""

from collections.abc import Callable

import pytest

from ingestion.chunk import ChunkerOptions, chunk, document_id
from ingestion.embed import Embedder
from ingestion.models import Block, Document, ParsedDocument, ScoredChunk
from ingestion.vectorize import vectorize
from retrieval.models import Passage, Sufficiency, Unit
from tests.fakes import HashEmbedder

MakePassages = Callable[..., list[Passage]]


@pytest.fixture
def make_passages() -> MakePassages:
    """One passage for each text, of one document each; sentences are its units."""

    def make(*texts: str, embedder: Embedder | None = None) -> list[Passage]:
        passages = []
        for number, text in enumerate(texts, start=1):
            uri = f"{number}.md"
            document = Document(document_id(uri), uri, f"Rules {number}", "1", ("everyone",))
            parsed = ParsedDocument(text, (Block("paragraph", 0, len(text)),))
            (piece,) = chunk(document, parsed, ChunkerOptions(2000, 0))
            (vectors,) = vectorize(document.title, [piece], embedder or HashEmbedder())
            passages.append(Passage(number, ScoredChunk(piece, document, 1 / number, vectors)))
        return passages

    return make


@pytest.fixture
def make_table() -> MakePassages:
    """A document of rows, one a line, in passages of at most 120 characters."""

    def make(*rows: str, uri: str = "table.csv", first: int = 1) -> list[Passage]:
        document = Document(document_id(uri), uri, "Table", "1", ("everyone",))
        blocks, start = [], 0
        for row in rows:
            blocks.append(Block("table_row", start, start + len(row)))
            start += len(row) + 1
        pieces = chunk(
            document, ParsedDocument("\n".join(rows), tuple(blocks)), ChunkerOptions(120, 0)
        )
        vectors = vectorize(document.title, list(pieces), HashEmbedder())
        return [
            Passage(number, ScoredChunk(piece, document, 1 / number, vector))
            for number, (piece, vector) in enumerate(zip(pieces, vectors, strict=True), start=first)
        ]

    return make


ENOUGH = Sufficiency(0.9, 0.9, 0.9, True)


def unit(passage: Passage, number: int, score: float, *, fits: bool = True) -> Unit:
    """The number-th sentence or row of a passage as a candidate."""
    start, end = passage.hit.chunk.quotable[number]
    text = passage.hit.chunk.quote(start, end)
    return Unit(passage, start, end, text, score, score, score, score, score, fits)
