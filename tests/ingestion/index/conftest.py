"""Points to put into a store, and every store to put them into."""

from collections.abc import Callable
from datetime import date

import pytest

from ingestion.chunk import ChunkerOptions, chunk, document_id
from ingestion.embed import Bm25Encoder
from ingestion.index import Index
from ingestion.models import (
    Block,
    Document,
    IndexedChunk,
    ParsedDocument,
    ScoredChunk,
    SearchScope,
)
from ingestion.vectorize import vectorize
from tests.conftest import STORES
from tests.fakes import HashEmbedder

FINGERPRINT = {"schema": "1", "embedder": "hash:32"}
EVERYONE = SearchScope(("everyone",))
EMBEDDER = HashEmbedder()
SPARSE = Bm25Encoder()


@pytest.fixture(params=STORES)
def index(request: pytest.FixtureRequest, make_index: Callable[[str], Index]) -> Index:
    made = make_index(request.param)
    assert made.prepare(FINGERPRINT, EMBEDDER.dimension)
    return made


def points(
    uri: str,
    *sentences: str,
    version: str = "1",
    groups: tuple[str, ...] = ("everyone",),
    validity: tuple[date | None, date | None] = (None, None),
    supersedes: str | None = None,
    language: str = "en",
) -> list[IndexedChunk]:
    document = Document(
        id=document_id(uri),
        uri=uri,
        title=uri.upper(),
        version=version,
        groups=groups,
        effective_from=validity[0],
        effective_to=validity[1],
        supersedes=supersedes,
        language=language,
    )
    text = "\n\n".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]
    blocks = [
        Block("paragraph", start, start + len(sentence), page=number + 1)
        for number, (start, sentence) in enumerate(zip(starts, sentences, strict=True))
    ]
    longest = max(50, *(len(sentence) for sentence in sentences))
    pieces = chunk(document, ParsedDocument(text, tuple(blocks)), ChunkerOptions(longest, 0))
    return [
        IndexedChunk(piece, document, vectors, SPARSE.document(piece.text))
        for piece, vectors in zip(pieces, vectorize("", pieces, EMBEDDER), strict=True)
    ]


def put(index: Index, new: list[IndexedChunk]) -> None:
    index.stage(new)
    index.activate(new[0].document.id, new[0].document.version)


def search(
    index: Index, text: str, scope: SearchScope = EVERYONE, limit: int = 5
) -> list[ScoredChunk]:
    return index.search(EMBEDDER.embed([text])[0], SPARSE.query(text), scope, limit)


def texts(hits: list[ScoredChunk]) -> list[str]:
    return [hit.chunk.text for hit in hits]
