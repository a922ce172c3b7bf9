"""Passages with vectors, as a search returns them."""

from collections.abc import Callable

import pytest

from ingestion.chunk import ChunkerOptions, chunk, document_id
from ingestion.embed import Embedder
from ingestion.models import Block, Document, ParsedDocument, ScoredChunk
from ingestion.vectorize import vectorize
from retrieval.models import Passage
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
