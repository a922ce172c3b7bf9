"""Token vectors of texts that were read before: most questions read the same sentences again."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from ingestion.embed import TokenEmbedder, TokenVectors
from ingestion.models import Spans

_SPAN_BYTES = 128
"""What the two numbers of a token's span take, as Python holds them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Half:
    """A text's tokens in half precision."""

    spans: Spans
    vectors: NDArray[np.float16]

    @property
    def bytes(self) -> int:
        return int(self.vectors.nbytes) + _SPAN_BYTES * len(self.spans)


class RememberedTokens:
    """A TokenEmbedder that keeps what it read last, up to `max_mb` megabytes; 0 keeps nothing.

    Vectors are kept in half precision, and given so rounded the first time too: whether a text was
    read before must not change its score. Safe to use from several threads.
    """

    def __init__(self, embedder: TokenEmbedder, max_mb: int) -> None:
        self._embedder = embedder
        self._kept: LRUCache[str, _Half] = LRUCache(max_mb * 1024 * 1024, lambda kept: kept.bytes)
        self._lock = threading.Lock()

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """One set a text, without special tokens; long texts are cut to the model's limit."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        for text, tokens in zip(new, self._embedder.token_vectors(new), strict=True):
            found[text] = _Half(tokens.spans, tokens.vectors.astype(np.float16))
            with self._lock:
                if found[text].bytes <= self._kept.maxsize:
                    self._kept[text] = found[text]
        return [
            TokenVectors(kept.spans, kept.vectors.astype(np.float32))
            for kept in map(found.__getitem__, texts)
        ]
