"""What a text denies, and how far its statements reach: negation, quantifiers, modals."""

import re
from collections.abc import Iterator, Mapping

from ingestion.embed import Bm25Encoder

# Read before negation, so that the "no" of "no more than" denies nothing.
_BOUNDS = {
    "at most": r"at (?:the )?most|up to|no (?:more|longer|later|higher) than|not (?:more|longer"
    r"|later|higher) than|not exceed(?:ing)?|maximum(?: of)?|max\.?|within",
    "at least": r"at (?:the )?least|no (?:less|fewer|earlier|lower) than|not (?:less|fewer|earlier"
    r"|lower) than|minimum(?: of)?|min\.|or more|onwards",
    "more than": r"(?:more|longer|later|higher|greater) than|over|above|exceed(?:s|ing)?|after",
    "less than": r"(?:less|fewer|shorter|earlier|lower) than|under|below|before",
}
_REACH = {
    "all": r"all|every|each|any|always|everyone|everything|entire(?:ly)?|whole|whenever",
    "some": r"some|several|sometimes|occasionally|partly|a few",
    "most": r"most|usually|mostly|normally|generally|typically",
    "only": r"only|solely|exclusively|just|nothing but|no one but|except",
}
_MODALS = {
    "must": r"must|shall|ha(?:s|ve) to|required|requires?|needs? to|obligatory|mandatory",
    "may": r"may|can|could|might|allowed|permitted|optional(?:ly)?",
}
_NOT_ONLY = re.compile(r"\bnot (?:only|just|all|every)\b", re.IGNORECASE)
_CUE = re.compile(
    r"\b(?:not|no(?!\.:)|never|none|neither|nor|cannot|without|nothing|nobody|\w+n[’']t)\b",
    re.IGNORECASE,
)
DENIALS = frozenset(
    ("not", "no", "never", "none", "neither", "nor", "cannot", "without", "nothing", "nobody")
)
MARKS = re.compile(r"⟨[\w ]+⟩")
_CLAUSE_END = re.compile(r"[.;:|,](?:\s|$)|\b(?:but|except|unless|and)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SCOPE = 3


def _compiled(table: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(rf"\b(?:{words})(?!\w)", re.I) for name, words in table.items()}


_MARKED = _compiled(_BOUNDS) | _compiled(_REACH) | _compiled(_MODALS)
_OPPOSED = {
    "at most": {"at least", "more than"},
    "at least": {"at most", "less than"},
    "more than": {"at most", "less than"},
    "less than": {"at least", "more than"},
    "must": {"may"},
    "may": {"must"},
}


def marked(text: str) -> str:
    """The text with each quantifier, bound and modal in one form, and "n't" as "not"."""
    text = re.sub(r"n[’']t\b", " not", re.sub(r"\bcannot\b", "can not", text))
    for name, pattern in _MARKED.items():
        # What is marked already ("at most") is not read again.
        parts = re.split(r"(⟨[\w ]+⟩)", text)
        text = "".join(
            part if part[:1] == "⟨" else pattern.sub(f"⟨{name}⟩", part) for part in parts
        )
    return text


def denies_differently(claim: str, evidence: str, sparse: Bm25Encoder) -> bool:
    """True when one of the two denies what the other states.

    The scope of a negation is the next few content words up to the clause's end, as in NegEx
    (Chapman et al. 2001, section 2.3). Words that both deny settle it.
    """
    claim, evidence = _spoken(claim), _spoken(evidence)
    mine, theirs = _negated(claim, sparse), _negated(evidence, sparse)
    if mine & theirs:
        return False
    if _CUE.search(claim) and not _CUE.search(evidence):
        return True
    said, known = sparse.terms(claim), sparse.terms(evidence)
    return bool((mine & known) or (theirs & said))


def reaches_further(claim: str, evidence: str) -> bool:
    """True when the claim has a quantifier that the evidence lacks, or the opposite bound or modal.

    "All", "some", "most" and "only" must stand in both. A bound or modal may be left out, not
    turned round.
    """
    mine, known = _marks(claim), _marks(evidence)
    return any(bool(known & _OPPOSED[mark]) if mark in _OPPOSED else True for mark in mine - known)


def _marks(text: str) -> set[str]:
    return {mark.strip("⟨⟩") for mark in MARKS.findall(marked(text))}


def _spoken(text: str) -> str:
    """Without bounds and column headers: "Limit, up to / GBP: 5" denies nothing."""
    text = re.sub(r"(?:^|(?<=\| ))[^|:]+: ", " ", text) if " | " in text else text
    return MARKS.sub(" ", marked(_NOT_ONLY.sub(" ", text)))


def _negated(text: str, sparse: Bm25Encoder) -> set[int]:
    return {stem for cue in _CUE.finditer(text) for stem in _scope(text[cue.end() :], sparse)}


def _scope(rest: str, sparse: Bm25Encoder) -> Iterator[int]:
    end = _CLAUSE_END.search(rest)
    words = _WORD.findall(rest[: end.start()] if end else rest)
    content = [stems for word in words if (stems := sparse.query(word).indices)]
    for stems in content[:_SCOPE]:
        yield from stems
