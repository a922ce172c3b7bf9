"""A chunk's vectors: one for the whole, one for each span that can be quoted."""

import numpy as np

from ingestion.chunk import ChunkerOptions, chunk, embedding_text
from ingestion.models import Block, Document, ParsedDocument
from ingestion.vectorize import vectorize
from tests.fakes import HashEmbedder

DOCUMENT = Document("d", "d.md", "Travel", "1", ("everyone",))
TEXT = "Hotels\nThe cap is GBP 140. Ask before you book."
PARSED = ParsedDocument(TEXT, (Block("heading", 0, 6, 1), Block("paragraph", 7, len(TEXT))))


def test_each_quotable_span_has_a_vector_under_its_heading() -> None:
    embedder = HashEmbedder()
    (piece,) = chunk(DOCUMENT, PARSED, ChunkerOptions())
    (vectors,) = vectorize("Travel", [piece], embedder)
    assert len(piece.quotable) == 2
    expected = ["Hotels: The cap is GBP 140.", "Hotels: Ask before you book."]
    np.testing.assert_array_equal(vectors.sentences, embedder.embed(expected))
    whole = embedder.embed([embedding_text("Travel", piece)])[0]
    np.testing.assert_array_equal(vectors.whole, whole)


def test_a_chunk_with_nothing_to_quote_stands_for_itself() -> None:
    heading = ParsedDocument("Hotels", (Block("heading", 0, 6, 1),))
    pieces = chunk(DOCUMENT, heading, ChunkerOptions())
    (vectors,) = vectorize("Travel", pieces, HashEmbedder())
    np.testing.assert_array_equal(vectors.sentences, vectors.whole[None])


def test_a_sentence_that_two_chunks_share_is_embedded_once() -> None:
    embedder = HashEmbedder()
    (piece,) = chunk(DOCUMENT, PARSED, ChunkerOptions())
    vectorize("Travel", [piece, piece], embedder)
    assert embedder.calls == 3
