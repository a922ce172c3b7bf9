"""Rerank by a cross-encoder: a model that reads question and text in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import RerankerError


@dataclass(frozen=True, slots=True)
class CrossEncoderReranker:
    """Nogueira and Cho 2019 (section 3) with a sentence-transformers CrossEncoder.

    `model` gives one logit for a pair; its sigmoid is the score, so that it lies where the other
    signals lie.
    """

    model: Any
    batch_size: int = 32

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One score in [0, 1] for each text."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        logits = self.model.predict(
            [(question, text) for text in texts],
            batch_size=self.batch_size,
            activation_fn=_identity,
            show_progress_bar=False,
        )
        return np.asarray(1 / (1 + np.exp(-np.asarray(logits))), dtype=np.float32)


def load_cross_encoder(name: str, batch_size: int = 32) -> CrossEncoderReranker:
    """A folder's or a hub's cross-encoder with one output.

    Raises RerankerError when it cannot be loaded or is not a reranker.
    """
    # Imported here: torch takes seconds, and the default needs no cross-encoder.
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(name, device="cpu", local_files_only=Path(name).exists())
    except (OSError, ValueError) as error:
        raise RerankerError(
            f"The cross-encoder {name!r} cannot be loaded: {error}. "
            "Check RERANKER; a hub model needs the network once."
        ) from error
    if model.num_labels != 1:
        raise RerankerError(
            f"{name} has {model.num_labels} outputs; a reranker has one. Set RERANKER to another."
        )
    return CrossEncoderReranker(model, batch_size)


def _identity(logits: Any) -> Any:
    return logits
