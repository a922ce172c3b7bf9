"""A statement that denies what a question takes for granted."""

import re
from dataclasses import dataclass

from ingestion.embed import Bm25Encoder
from retrieval.answers import Finding
from retrieval.close_units import CLOSENESS, DEPTH
from retrieval.models import PartEvidence, Unit

_PRESUPPOSES = re.compile(r"\b(?:who|whom|whose|why|where|when|which|whats?|how)\b", re.IGNORECASE)
_DENIAL = re.compile(
    r"\b(?:(?:is|are|was|were|does|did|has|have|had|can|could|will|would) not|"
    r"(?:is|are|was|were|does|did|has|have|had|ca|could|wo|would)n['’]t|cannot|no longer|"
    r"(?:there (?:is|are|was|were)|has|have|had|is|are|was|were) no|not an?|refused|rejected)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|without|except|cannot|\w+n['’]t|(?:do|does|did|is|are|was|ca|wo)nt)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|except|otherwise|when|where|until|before|after|who|which)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:.|]")
_NAME = re.compile(r"\b(?:[A-Z]\w*|\w*\d\w*)\b")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\b\d[\d.,]*\b")


@dataclass(frozen=True, slots=True)
class Premise:
    """Finds a denial among the best units of a question that asks who, why, where, how.

    A question with a negation of its own presupposes nothing here. `scope` is how many words a
    negation reaches, within its clause; a sentence of more than `short` words must share two terms
    with the question. Chosen on the `dev` split: docs/decisions/0007-notes.md.
    """

    sparse: Bm25Encoder
    scope: int = 7
    short: int = 8

    def find(self, part: PartEvidence) -> Finding | None:
        """The first close unit that denies what the question speaks about."""
        question = _NUMBER.sub(" ", part.question)
        if not _PRESUPPOSES.search(question) or _NEGATIVE.search(question):
            return None
        terms = self.sparse.terms(question)
        for unit in part.units[:DEPTH]:
            if unit.score >= CLOSENESS * part.units[0].score and self._denies(unit, terms):
                return Finding("premise", f"The documents say otherwise: “{unit.text}”", (unit,))
        return None

    def _denies(self, unit: Unit, terms: frozenset[int]) -> bool:
        """True when at least half of what a unit denies is what the question speaks about.

        A sentence under a condition denies nothing yet.
        """
        if _CONDITION.search(unit.text):
            return False
        short = len(_WORD.findall(unit.text)) <= self.short
        if not short and len(self.sparse.terms(unit.text) & terms) < 2:
            return False
        for cue in _DENIAL.finditer(unit.text):
            clause = _CLAUSE_END.split(unit.text[cue.end() :], maxsplit=1)[0]
            denied = self.sparse.terms(" ".join(_WORD.findall(clause)[: self.scope]))
            enough = denied and 2 * len(denied & terms) >= len(denied)
            if enough and self._same_subject(unit.text[: cue.start()], terms):
                return True
        return False

    def _same_subject(self, before: str, terms: frozenset[int]) -> bool:
        """False when a denial is about something with a name that the question does not have."""
        names = [name for name in _NAME.findall(before) if self.sparse.is_content(name)]
        return not names or bool(self.sparse.terms(before) & terms)
