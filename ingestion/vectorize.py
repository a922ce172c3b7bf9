"""Dense vectors of chunks: one for the whole, one for each sentence that can be quoted."""

from collections.abc import Sequence

from ingestion.chunk import embedding_text
from ingestion.embed import Embedder
from ingestion.models import Chunk, ChunkVectors


def vectorize(title: str, pieces: Sequence[Chunk], embedder: Embedder) -> list[ChunkVectors]:
    """Vectors of chunks of one document, in order.

    A passage's own vector blurs what its sentences say, so sentences are searched too. They are
    read where they stand, under the document's title and headings: "they" and "the limit" mean
    what the text before them says.
    """
    texts = [embedding_text(title, piece) for piece in pieces]
    spans = []
    for text, piece in zip(texts, pieces, strict=True):
        # The chunk's own words stand at the end; spans count from the document's beginning.
        shift = len(text) - len(piece.text) - piece.start
        spans.append(tuple((start + shift, end + shift) for start, end in piece.quotable))
    return embedder.embed_spans(texts, spans)
