"""How well a text answers each word of a question, by token vectors in context."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.embed import Bm25Encoder, TokenEmbedder, TokenVectors
from retrieval.models import WordMatch

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class LateInteraction:
    """MaxSim of Khattab and Zaharia 2020 (ColBERT, section 3.3) with the default encoder's tokens.

    For every token of the question the nearest token of the text counts; the score is their mean,
    so that questions of any length compare. Stop words, as BM25 knows them, do not count.
    """

    embedder: TokenEmbedder
    sparse: Bm25Encoder

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One score in [-1, 1] for each text."""
        (asked,) = self.embedder.token_vectors([question])
        if not asked.spans:
            return np.zeros(len(texts), dtype=np.float32)
        weights = self._weights(question, asked)
        scores = [
            float(weights @ (asked.vectors @ found.vectors.T).max(axis=1)) if found.spans else 0.0
            for found in self.embedder.token_vectors(texts)
        ]
        return np.asarray(scores, dtype=np.float32)

    def words(self, question: str, text: str) -> tuple[WordMatch, ...]:
        """How near the text comes to each content word of the question, in order; to every word,
        where the question has stop words only. A word's nearness is the mean over its tokens."""
        asked, found = self.embedder.token_vectors([question, text])
        if not asked.spans or not found.spans:
            return ()
        nearest = (asked.vectors @ found.vectors.T).max(axis=1)
        every = list(_WORD.finditer(question))
        kept = [word for word in every if self.sparse.is_content(word[0])] or every
        matches = []
        for word in kept:
            inside = [word.start() <= start < word.end() for start, _ in asked.spans]
            if any(inside):
                matches.append(WordMatch(word[0], float(nearest[inside].mean())))
        return tuple(matches)

    def _weights(self, question: str, asked: TokenVectors) -> NDArray[np.float32]:
        """Shape (n,), sum 1: tokens of content words alike; all alike where there are none."""
        content = [
            word.span() for word in _WORD.finditer(question) if self.sparse.is_content(word[0])
        ]
        counts = [any(begin <= start < end for begin, end in content) for start, _ in asked.spans]
        kept = np.asarray(counts if any(counts) else [True] * len(counts), dtype=np.float32)
        weights: NDArray[np.float32] = kept / kept.sum()
        return weights
