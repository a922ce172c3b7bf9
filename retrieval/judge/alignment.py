"""The offline judge: token by token, with the encoder that is there anyway."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingestion.embed import TokenEmbedder
from retrieval.judge import Verdict


@dataclass(frozen=True, slots=True)
class AlignmentJudge:
    """How well each token of the claim is met by some token of the evidence.

    This is BERTScore's precision of a claim against its source (Zhang et al. 2020, section 3) with
    the default encoder's tokens. All tokens count alike: with inverse document frequencies it
    agreed less with people. It hears paraphrase, not contradiction: numbers, names and negation are
    the rules' work. `supported` was calibrated on people's judgements (`python -m eval judge`);
    `partial` is the score from which a claim counts as partly supported.
    """

    embedder: TokenEmbedder
    supported: float = 0.63
    partial: float = 0.55

    def judge(self, claim: str, evidence: Sequence[str]) -> Verdict:
        """A verdict by the claim's alignment."""
        score = self.score(claim, evidence)
        if score >= self.supported:
            return Verdict("supported", "entailment", score)
        return Verdict("partial" if score >= self.partial else "unsupported", "entailment", score)

    def score(self, claim: str, evidence: Sequence[str]) -> float:
        """The mean cosine of the claim's tokens with their nearest in the evidence, in [0, 1]."""
        asked, *found = self.embedder.token_vectors([claim, *evidence])
        rows = [tokens.vectors for tokens in found if tokens.spans]
        if not asked.spans or not rows:
            return 0.0
        nearest = (asked.vectors @ np.concatenate(rows).T).max(axis=1)
        return min(1.0, max(0.0, float(nearest.mean())))
