"""The embedder seam, and sparse BM25 weights by Qdrant's own tokenizer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import qdrant_edge

from ingestion.models import ChunkVectors, Spans, SparseVector, Vectors


class Embedder(Protocol):
    """Turns texts into L2-normalised vectors, so that a dot product is a cosine."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Name, weights hash, dimension and normalisation: what a collection must match."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), each of length 1."""
        ...

    def embed_spans(self, texts: Sequence[str], spans: Sequence[Spans]) -> list[ChunkVectors]:
        """For each text its vector and one for each of its spans, in characters of the text.

        A text without spans gets its own vector as the only one.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """A text's tokens in context: `spans` in its characters, unit `vectors` of shape (n, d)."""

    spans: Spans
    vectors: Vectors


class TokenEmbedder(Protocol):
    """Turns texts into a vector for each token, for late interaction."""

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """One set a text, without special tokens; long texts are cut to the model's limit."""
        ...


class Bm25Encoder:
    """BM25 weights (Robertson and Zaragoza 2009) by Qdrant's tokenizer, stop words and stemmer.

    The inverse document frequency is applied by the store (modifier IDF), so documents carry
    saturated term frequencies and queries carry ones. Both stores get the same weights.
    """

    def __init__(self, language: str = "english", average_length: float = 120.0) -> None:
        self._bm25 = qdrant_edge.Bm25(
            qdrant_edge.Bm25Config(language=language, avg_len=average_length)
        )
        self.fingerprint = f"bm25:{language}:{average_length:g}"

    def document(self, text: str) -> SparseVector:
        """Term-frequency weights of a passage."""
        vector = self._bm25.embed_document(text)
        return SparseVector(tuple(vector.indices), tuple(vector.values))

    def query(self, text: str) -> SparseVector:
        """Weight 1 for each distinct term of a question; empty when it has only stop words."""
        vector = self._bm25.embed_query(text)
        return SparseVector(tuple(vector.indices), tuple(vector.values))

    def terms(self, text: str) -> frozenset[int]:
        """The distinct content words of a text, stemmed, as the indexes that a query has."""
        return frozenset(self.query(text).indices)

    def is_content(self, word: str) -> bool:
        """False for a stop word and for what has no letter or digit."""
        return bool(self.terms(word))
