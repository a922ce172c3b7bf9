"""Masks what may point at a person in a question, by general patterns.

It masks too much rather than too little, and still misses what looks like ordinary words: a name in
lower case, a number in words, a rare job title. Wording that must not be kept belongs hashed.
"""

import re
from collections.abc import Callable

EMAIL = re.compile(r"\b\w[\w.+-]*@\w[\w-]*(?:\.\w[\w-]*)*"), "[e-mail]"
"""An address, and what stands for it."""

_PATTERNS = (
    EMAIL,
    (re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE), "[url]"),
    # A token with letters and digits: a part, a ticket, a plate, an account.
    (re.compile(r"(?<!\w)(?=[\w/-]*\d)(?=[\w/-]*[^\W\d_])\w(?:[\w/-]*\w)?"), "[id]"),
    (re.compile(r"\+?\d(?:[\d .,:/()-]*\d)?"), "[number]"),
)
_WORD = re.compile(r"(?<![\w\[-])[^\W\d_](?:[\w'’-]*\w)?(?![\w\]])")
_NAMES = re.compile(r"\[name\](?:[ \t]+\[name\])+")
_LONGEST_ABBREVIATION = 5


def redact(text: str, is_content: Callable[[str], bool]) -> str:
    """The text with e-mail and web addresses, identifiers, numbers and names masked.

    A name is a word with a capital that `is_content` does not take for a stop word, at the start
    of a sentence too. Short words in capitals stay: they are abbreviations more often.
    """
    for pattern, mask in _PATTERNS:
        text = pattern.sub(mask, text)

    def masked(found: re.Match[str]) -> str:
        word = found[0]
        short = word.isupper() and len(word) <= _LONGEST_ABBREVIATION
        keeps = word.islower() or short or not is_content(word)
        return word if keeps else "[name]"

    return _NAMES.sub("[name]", _WORD.sub(masked, text))
