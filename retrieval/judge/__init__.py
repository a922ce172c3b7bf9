"""The entailment seam: does the evidence say what the claim says, in other words?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from retrieval.answers import Support


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judge's finding. `score` is in [0, 1]; `degraded` says why another judge stood in."""

    status: Support
    method: Literal["entailment", "llm"]
    score: float
    degraded: str | None = None


class Judge(Protocol):
    """Reads a claim that passed the rules for numbers, names, negation and quantifiers."""

    def judge(self, claim: str, evidence: Sequence[str]) -> Verdict:
        """How the claim stands to the evidence, taken together.

        Each piece of evidence is a cited sentence or row, under its document's title and headings.
        Does not raise for a model that fails: another judge stands in, and the verdict says so.
        """
        ...
