"""The offline judge: token by token, with the encoder that is there anyway."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.judge import Verdict
from retrieval.late_interaction import LateInteraction


@dataclass(frozen=True, slots=True)
class AlignmentJudge:
    """How well each content word of the claim is met by some word of the evidence.

    This is BERTScore's precision of a claim against its source (Zhang et al. 2020, section 3) with
    the default encoder's tokens. It hears paraphrase, not entailment: numbers, names and negation
    are the rules' work. `supported` was calibrated on claims whose truth is known, and `partial` is
    the score from which a claim counts as partly supported; docs/decisions/0008-claims.md.
    """

    late: LateInteraction
    supported: float = 0.6
    partial: float = 0.5

    def judge(self, claim: str, evidence: Sequence[str]) -> Verdict:
        (score,) = self.late.scores(claim, ["\n".join(evidence)])
        bounded = min(1.0, max(0.0, float(score)))
        if bounded >= self.supported:
            return Verdict("supported", "entailment", bounded)
        return Verdict(
            "partial" if bounded >= self.partial else "unsupported", "entailment", bounded
        )
