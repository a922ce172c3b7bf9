"""Dense vectors of chunks: one for the whole, one for each sentence that can be quoted."""

from collections.abc import Sequence

import numpy as np

from ingestion.chunk import embedding_text
from ingestion.embed import Embedder
from ingestion.models import Chunk, ChunkVectors


def vectorize(title: str, pieces: Sequence[Chunk], embedder: Embedder) -> list[ChunkVectors]:
    """Vectors of chunks of one document, in order.

    A passage's own vector blurs what its sentences say, so sentences are searched too. A sentence
    is embedded with the heading over it; one that overlapping chunks share is embedded once.
    """
    wholes = [embedding_text(title, piece) for piece in pieces]
    sentences = [_sentence_texts(piece) for piece in pieces]
    texts = list(dict.fromkeys([*wholes, *(text for group in sentences for text in group)]))
    rows = dict(zip(texts, embedder.embed(texts), strict=True))
    return [
        ChunkVectors(rows[whole], np.stack([rows[text] for text in group or (whole,)]))
        for whole, group in zip(wholes, sentences, strict=True)
    ]


def _sentence_texts(piece: Chunk) -> tuple[str, ...]:
    place = f"{piece.headings[-1]}: " if piece.headings else ""
    return tuple(place + piece.quote(*span) for span in piece.quotable)
