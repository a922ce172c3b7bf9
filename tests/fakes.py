"""Stand-ins for what costs seconds or a network. The product never imports them."""

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from ingestion.embed import TokenVectors
from ingestion.errors import IndexUnavailableError
from ingestion.index import Index
from ingestion.models import ChunkVectors, Spans, Vectors
from retrieval.answers import Draft
from retrieval.errors import GeneratorError
from retrieval.models import Evidence


class HashEmbedder:
    """Deterministic unit vectors from words: texts that share words are near each other."""

    def __init__(self, dimension: int = 32, name: str = "hash") -> None:
        self.dimension = dimension
        self.fingerprint = f"{name}:{dimension}"
        self.calls = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls += len(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                digest = hashlib.sha256(word.encode()).digest()
                vectors[row, digest[0] % self.dimension] += 1 if digest[1] % 2 else -1
            vectors[row, 0] += 0.01
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / norms, dtype=np.float32)

    def embed_spans(self, texts: Sequence[str], spans: Sequence[Spans]) -> list[ChunkVectors]:
        """Every span by itself: words have no context here."""
        return [
            ChunkVectors(
                self.embed([text])[0],
                self.embed([text[start:end] for start, end in wanted] or [text]),
            )
            for text, wanted in zip(texts, spans, strict=True)
        ]

    def pieces(self, word: str) -> int:
        """Words of up to eight letters without a doubled one are common here."""
        return 1 if len(word) <= 8 and all(a != b for a, b in pairwise(word)) else 2

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """A token is a word, and its vector is the word's alone, without an s at its end."""
        found = []
        for text in texts:
            words = list(re.finditer(r"\w+", text))
            vectors = self.embed([word[0].rstrip("s") or word[0] for word in words])
            found.append(TokenVectors(tuple(word.span() for word in words), vectors))
        return found


class FailingIndex:
    """Passes everything on to a real index; the n-th call of one method fails, done or not."""

    def __init__(
        self, index: Index, fail_at: int, method: str = "stage", *, after: bool = False
    ) -> None:
        self._index = index
        self._left = fail_at
        self._method = method
        self._after = after

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._index, name)
        return partial(self._count, real) if name == self._method else real

    def _count(self, real: Callable[..., None], *arguments: object) -> None:
        self._left -= 1
        fails = self._left == 0
        if self._after or not fails:
            real(*arguments)
        if fails:
            raise IndexUnavailableError("The disk is full.")


class ScriptedGenerator:
    """Writes what it was given, for every question; raises it when it is an error."""

    name = "scripted"
    prompt_version = "answer@1"

    def __init__(self, outcome: Draft | GeneratorError) -> None:
        self._outcome = outcome
        self.questions: list[str] = []

    def generate(self, evidence: Evidence) -> Draft:
        self.questions.append(evidence.question)
        if isinstance(self._outcome, GeneratorError):
            raise self._outcome
        return self._outcome
