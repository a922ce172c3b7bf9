"""A question that stands by itself, from one that leans on what was said before.

Here by rules, without a model: a question leans on the conversation when it opens like a
continuation ("and in Spain?"), is too short to search with, or refers ("how long does it take?").
It then gets the words of the question before it, without those that it replaces: after "hotel cap
in Germany", "and in Spain?" is not about Germany. Everything else is a new topic and stays as it
is. `condense_model.py` has a model do it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ingestion.embed import Bm25Encoder
from retrieval.models import Turn

_OPENING = re.compile(
    r"^\s*(?:and|or|but|so|also|then|ok(?:ay)?|what about|how about|same (?:for|in|with))\b[\s,]*",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:it|its|they|them|their|those|these|this|that|he|she|him|his|her|same)\b"
    r"|(?<!is )(?<!are )\bthere\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"\b(?P<head>in|for|at|on|with|from|under|during|of)\s+(?P<words>(?:the\s+|an?\s+)?\w[\w-]*)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w[\w.-]*\w|\w")
IDENTIFIER = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])\w[\w-]*|\b[A-Z]{2,}-\d+\b")

SHORT = 2
"""A question of so few content words can't be searched with by itself."""

CROWDED = 6
"""With so many content words "it" and "that" refer to something inside the question."""


@dataclass(frozen=True, slots=True)
class Condensed:
    """A question that stands by itself.

    `topic_shift`: something was asked before, and the question did not lean on it. `degraded`
    says, in a sentence, why rules stand in for a model; None if they do not.
    """

    text: str
    topic_shift: bool = False
    degraded: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0


class Condenser(Protocol):
    """Makes a question stand by itself: rules here, or a model in `condense_model.py`."""

    def condense(self, question: str, history: Sequence[Turn]) -> Condensed:
        """The question with what it leaves out, or as it is when it leaves out nothing."""
        ...


@dataclass(frozen=True, slots=True)
class RuleCondenser:
    """Makes questions stand by themselves without a model; stop words are BM25's."""

    sparse: Bm25Encoder

    def condense(self, question: str, history: Sequence[Turn]) -> Condensed:
        """The question with the words that it leaves out, or as it is when it leaves out none."""
        asked_before = any(turn.role == "user" for turn in history)
        shifted = asked_before and not self._leans(question)
        return Condensed(self._standalone(question, history), shifted)

    def _standalone(self, question: str, history: Sequence[Turn]) -> str:
        before, said = "", ""
        for turn in history:
            if turn.role == "user":
                before, said = self._joined(turn.text, before, said), ""
            else:
                said = turn.text
        return self._joined(question, before, said)

    def _joined(self, question: str, before: str, said: str) -> str:
        if not before or not self._leans(question):
            return question
        asked = _OPENING.sub("", question).strip(" ?")
        names = IDENTIFIER.findall(said) if _REFERENCE.search(question) else []
        known = {word.lower() for word in _WORD.findall(asked)}
        carried = [
            word
            for word in (*self._content(_without_replaced(before, asked)), *names)
            if word.lower() not in known
        ]
        return f"{asked}? {' '.join(dict.fromkeys(carried))}".strip()

    def _leans(self, question: str) -> bool:
        count = len(self._content(question))
        refers = _REFERENCE.search(question) is not None and count < CROWDED
        return bool(_OPENING.match(question)) or count <= SHORT or refers

    def _content(self, text: str) -> list[str]:
        return [word for word in _WORD.findall(text) if self.sparse.is_content(word)]


def _without_replaced(before: str, asked: str) -> str:
    """`before` less the phrases that `asked` has with the same preposition."""
    heads = {phrase["head"].lower() for phrase in _PHRASE.finditer(asked)}
    return _PHRASE.sub(lambda phrase: "" if phrase["head"].lower() in heads else phrase[0], before)
