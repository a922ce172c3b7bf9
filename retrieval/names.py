"""Names and identifiers in a text: what must not be swapped for another."""

import re

from retrieval.notation import MONTH_FORMS

_TOKEN = re.compile(r"[^\W_][\w.&@/’'-]*[^\W_]|[^\W_]")
_OPENING = re.compile(r"(?:^|[.!?:|;]\s+|\n\s*|[\"“‘(]|^\W+)$")
_IDENTIFIER = re.compile(r"(?=.*[A-Za-z])(?=.*\d).+|.*@.*|(?=.*[A-Z].*[A-Z])[\w&/-]+", re.DOTALL)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|[a-z]{1,5}|[A-Z]{1,3}|°C)", re.ASCII)
_VALUES = frozenset(("gbp", "eur", "usd", "nm", "hz", "kwh"))
_FUNCTION_WORDS = frozenset(
    (
        *("a", "an", "the", "this", "that", "these", "those", "it", "we", "you", "he", "she"),
        *("they", "i", "in", "on", "at", "of", "for", "to", "by", "with", "from", "and", "or"),
        *("but", "if", "when", "what", "who", "which", "where", "while", "as", "no", "not"),
        *("all", "any", "each", "every", "ok"),
    )
)
_COMMON = _VALUES | _FUNCTION_WORDS | frozenset(MONTH_FORMS)


def names(text: str) -> frozenset[str]:
    """Lower-case identifiers (a code, an address, an acronym) and capitalised words.

    A word that only opens a sentence or a cell is capitalised for that reason and does not count.
    Months, currencies and a number with its unit are values, not names.
    """
    found = set()
    for token in _TOKEN.finditer(text):
        word = re.sub(r"[’']s$", "", token[0])
        opening = _OPENING.search(text[max(0, token.start() - 3) : token.start()]) is not None
        opening = opening or token.start() == 0
        code = bool(_IDENTIFIER.fullmatch(word)) and not _ORDINAL.fullmatch(word)
        if (code or (word[0].isupper() and not opening)) and word.lower() not in _COMMON:
            found.add(word.lower())
    return frozenset(found)


def unknown(claim: str, evidence: str) -> frozenset[str]:
    """The claim's names that stand nowhere in the evidence, whole; case does not matter."""
    known = {token[0].lower() for token in _TOKEN.finditer(evidence)}
    known |= {re.sub(r"[’']s$", "", token) for token in known}
    known |= {part for token in known for part in re.split(r"[-/]", token)}
    return frozenset(
        name for name in names(claim) if name not in known and not _pieces(name) <= known
    )


def _pieces(name: str) -> set[str]:
    """The words of a hyphenated name; a code has no words and is known whole or not at all."""
    return {name} if any(letter.isdigit() for letter in name) else set(re.split(r"[-/]", name))
