"""Any sentence-transformers CrossEncoder that was trained for natural language inference."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import JudgeError
from retrieval.judge import Verdict

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class NliJudge:
    """Evidence as premise, claim as hypothesis; the probability of "entailment" decides.

    The order of the labels is read from the model's own configuration. Raises JudgeError for a
    model that has no label of that name: a relevance reranker is no judge.
    """

    def __init__(self, model: "CrossEncoder", supported: float = 0.5) -> None:
        configured = getattr(model.config, "id2label", None) or {}
        labels = {int(key): str(name).lower() for key, name in configured.items()}
        entailment = [key for key, name in labels.items() if name == "entailment"]
        if len(labels) < 2 or not entailment:
            names = ", ".join(labels.values())
            raise JudgeError(
                f"NLI_MODEL is no model for natural language inference: its labels are {names}; "
                'it needs one that is called "entailment".'
            )
        self._model, self._entailment, self._supported = model, entailment[0], supported

    def judge(self, claim: str, evidence: Sequence[str]) -> Verdict:
        pair = ("\n".join(evidence), claim)
        rows = self._model.predict([pair], apply_softmax=True, show_progress_bar=False)
        score = float(np.asarray(rows)[0, self._entailment])
        return Verdict(
            "supported" if score >= self._supported else "unsupported", "entailment", score
        )
