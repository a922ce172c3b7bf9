"""What stands in a log for a question and its meaning: a keyed hash, and a small projection.

Embeddings can be turned back into most of their text (Morris et al. 2023, "Text Embeddings Reveal
(Almost) As Much As Text"), so a log never holds one. It holds 64 numbers of one byte each, a random
projection (Johnson and Lindenstrauss 1984) that keeps distances roughly and so serves for drift.
Who has the key can test a guess against either; nobody can read a question out of them.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingestion.models import Vectors

PROJECTED = 64
"""Numbers that are kept of a vector."""

_KEY_BYTES = 32
_STEPS = 127
_WIDEST = 4.0
"""A component of a projected unit vector is normal with variance 1; few lie beyond this."""


@dataclass(frozen=True, slots=True)
class Disguise:
    """Hashes and projects with one secret key; two keys' results cannot be compared."""

    key: bytes

    @classmethod
    def load(cls, path: Path) -> "Disguise":
        """The key at `path`, made when there is none; only its owner can read it.

        Raises OSError when it can be neither read nor written, ValueError when it is no key.
        """
        try:
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            key = path.read_bytes()
        else:
            key = os.urandom(_KEY_BYTES)
            with os.fdopen(file, "wb") as out:
                out.write(key)
        if len(key) != _KEY_BYTES:
            raise ValueError(f"{path} is not a key; delete it, and hashes start anew")
        return cls(key)

    def space(self, embedder: str) -> str:
        """A name for what projections share: key and embedder. Others cannot be compared."""
        return self._keyed(f"space:{embedder}").hex()[:12]

    def hashed(self, text: str) -> str:
        """32 hex digits; the same for the same words, whatever their case and spacing."""
        return self._keyed("question:" + " ".join(text.casefold().split())).hex()[:32]

    def projected(self, vector: Vectors) -> NDArray[np.int8]:
        """Shape (d,) to shape (PROJECTED,), a byte each."""
        seed = int.from_bytes(self._keyed("projection"))
        directions = np.random.default_rng(seed).standard_normal((len(vector), PROJECTED))
        scaled = np.clip(vector @ directions / _WIDEST, -1, 1) * _STEPS
        return np.rint(scaled).astype(np.int8)

    def _keyed(self, text: str) -> bytes:
        return hmac.new(self.key, text.encode(), hashlib.sha256).digest()
