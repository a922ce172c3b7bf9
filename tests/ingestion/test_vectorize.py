"""A chunk's vectors: one for the whole, one for each span that can be quoted."""

import numpy as np
import pytest

from ingestion.chunk import ChunkerOptions, chunk, embedding_text
from ingestion.encoder import SentenceTransformerEmbedder
from ingestion.models import Block, Document, ParsedDocument
from ingestion.vectorize import vectorize
from tests.fakes import HashEmbedder

DOCUMENT = Document("d", "d.md", "Travel", "1", ("everyone",))
TEXT = "Hotels\nThe cap is GBP 140. Ask before you book."
PARSED = ParsedDocument(TEXT, (Block("heading", 0, 6, 1), Block("paragraph", 7, len(TEXT))))


def test_each_quotable_span_has_a_vector() -> None:
    embedder = HashEmbedder()
    (piece,) = chunk(DOCUMENT, PARSED, ChunkerOptions())
    (vectors,) = vectorize("Travel", [piece], embedder)
    expected = ["The cap is GBP 140.", "Ask before you book."]
    np.testing.assert_array_equal(vectors.sentences, embedder.embed(expected))
    whole = embedder.embed([embedding_text("Travel", piece)])[0]
    np.testing.assert_array_equal(vectors.whole, whole)


def test_spans_count_from_the_document_s_beginning() -> None:
    text = f"{'Roofs are flat. ' * 40}\n{TEXT}"
    shift = len(text) - len(TEXT)
    blocks = (
        Block("paragraph", 0, shift - 2),
        Block("heading", shift, shift + 6, 1),
        Block("paragraph", shift + 7, len(text)),
    )
    embedder = HashEmbedder()
    *_, last = chunk(DOCUMENT, ParsedDocument(text, blocks), ChunkerOptions())
    (vectors,) = vectorize("Travel", [last], embedder)
    expected = embedder.embed(["The cap is GBP 140.", "Ask before you book."])
    np.testing.assert_array_equal(vectors.sentences, expected)


def test_a_chunk_with_nothing_to_quote_stands_for_itself() -> None:
    heading = ParsedDocument("Hotels", (Block("heading", 0, 6, 1),))
    pieces = chunk(DOCUMENT, heading, ChunkerOptions())
    (vectors,) = vectorize("Travel", pieces, HashEmbedder())
    np.testing.assert_array_equal(vectors.sentences, vectors.whole[None])


def test_the_real_encoder_reads_a_sentence_in_its_text(
    embedder: SentenceTransformerEmbedder,
) -> None:
    """The whole is as ever; "It" after a sentence on hotels is nearer to hotels than alone."""
    text = "The hotel in Leeds is full. It opens at noon."
    spans = ((0, 27), (28, len(text)))
    ((vectors),) = embedder.embed_spans([text], [spans])
    alone, hotels, whole = embedder.embed([text[28:], "hotel in Leeds", text])
    np.testing.assert_allclose(vectors.whole, whole, atol=1e-5)
    assert vectors.sentences.shape == (2, embedder.dimension)
    assert np.linalg.norm(vectors.sentences, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert vectors.sentences[1] @ hotels > alone @ hotels + 0.1


def test_a_span_beyond_the_model_s_limit_and_no_span_are_the_whole(
    embedder: SentenceTransformerEmbedder,
) -> None:
    long = "word " * 600 + "end"
    cut, empty = embedder.embed_spans([long, "short"], [((3000, 3003),), ()])
    assert cut.sentences[0] @ cut.whole > 0.99
    np.testing.assert_array_equal(empty.sentences, empty.whole[None])
    assert embedder.embed_spans([], []) == []
