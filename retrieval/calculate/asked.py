"""Which calculation a question asks for, and over what. General English wordings only."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Sought = Literal["sum", "difference", "rise", "fall", "rest"]
"""A rise is a difference of which the second is said to be more, a fall one of which it is less;
a rest is what is left of the documents' amount after the question's."""

When = Literal["", "this", "next", "last"]

_VALUE = r"\b(?:how (?:much|many|long|far|\w+er)|what|which|total|sum|add|difference)\b"
# Ways to say that a part is left out, or that something is not so: then the figures beside it are
# not the ones asked for.
_LEFT_OUT = re.compile(
    r"\b(?:not|never|without|except|excluding|apart from|other than|leaving out|no longer"
    r"|\w+n't)\b",
    re.IGNORECASE,
)
_RISES = r"rise|rises|rose|risen|increases?d?|grows?|grew|grown|goes? up|went up|climbs?"
_FALLS = r"falls?|fell|fallen|decreases?d?|drops?|dropped|shrinks?|goes? down|went down"
_LESS = r"less|fewer|cheaper|lower|shorter|smaller|lighter|quicker|faster|earlier|nearer"
_HOW_MUCH = r"(?:by )?(?:how (?:much|many)|what amount)\b[^?]*\b"
_CUES: tuple[tuple[Sought, str], ...] = (
    ("rest", _HOW_MUCH + r"(?:left|remain(?:s|ing)?|still to (?:go|pay|come))\b"),
    ("rise", _HOW_MUCH + rf"(?:{_RISES})\b(?=[^?]*\b(?:from|between)\b)"),
    ("fall", _HOW_MUCH + rf"(?:{_FALLS})\b(?=[^?]*\b(?:from|between)\b)"),
    # "How much cheaper is a than b": b is more than a, as when something rises from a to b.
    ("rise", rf"\bhow (?:much |many (?:\w+ )?)?(?:{_LESS})\b(?=.*\bthan\b)"),
    (
        "rise",
        r"\bhow (?:much|many)\b[^?]*\bsav(?:e[sd]?|ing)\b(?=.*\b(?:instead of|rather than)\b)",
    ),
    ("fall", r"\bhow (?:much |many (?:\w+ )?)?(?:more|\w+er)\b(?=.*\bthan\b)"),
    ("difference", r"\bdifference\b|\bby how (?:much|many)\b"),
    (
        "sum",
        r"\b(?:all ?together|together|in (?:total|sum|all)|all told|combined|add(?:s|ed)? up|"
        r"(?:the|what(?:'?s)?|a|in) total|total of|(?:the )?sum of)\b"
        r"|\b(?:what|how much)\b[^?]*\bcomes? to\b|^total\b|\w plus \w",
    ),
)
_PHRASE_END = re.compile(r"[,;:.?!()]\s|[,;:.?!()]$")
_CUE_WORDS = frozenset({"together", "altogether", "combined", "total", "add", "up"})
_COUNTED = re.compile(r"\b(?:both|the two|two)\b", re.IGNORECASE)
_NAMED_TIME: tuple[tuple[When, str], ...] = (
    ("this", r"this|current"),
    ("next", r"next|following|coming"),
    ("last", r"last|previous"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things whose figures are asked for: its words, or a time seen from today."""

    text: str
    when: When = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation, and the ways in which the question may be read as naming its items.

    `pair`: it speaks of two things without naming them ("both", "the two").
    """

    sought: Sought
    readings: tuple[tuple[Item, ...], ...]
    pair: bool


def asked(question: str, is_content: Callable[[str], bool]) -> Asked | None:
    """What a question asks to work out over quoted figures; None when it asks for none."""
    if not re.search(_VALUE, question, re.IGNORECASE) or _LEFT_OUT.search(question):
        return None
    for sought, cue in _CUES:
        if re.search(cue, question, re.IGNORECASE):
            readings = tuple(dict.fromkeys(_readings(question, sought, is_content)))
            if not readings and re.search(r"\w plus \w", question) and sought == "sum":
                return None
            return Asked(sought, readings, _COUNTED.search(question) is not None)
    return None


def _readings(
    question: str, sought: Sought, is_content: Callable[[str], bool]
) -> Iterator[tuple[Item, ...]]:
    cut = _Phrases(question, is_content)
    if sought == "sum":
        yield from cut.joined(r"\s+(?:and|plus|&|\+)\s+")
        return
    for pattern in (r"\bbetween\s+(.+?)\s+and\s+(.+)", r"\bfrom\s+(.+?)\s+to\s+(.+)"):
        for match in re.finditer(pattern, question, re.IGNORECASE):
            yield from _pair(cut.before(match.end(1)), cut.after(match.start(2)))
    for match in re.finditer(
        r"\s(?:instead of|(?:rather )?than|compared (?:to|with)|versus|vs\.?)\s", question
    ):
        yield from _pair(cut.before(match.start()), cut.after(match.end()))


def _pair(*texts: str) -> Iterator[tuple[Item, ...]]:
    if all(texts):
        yield tuple(_item(text) for text in texts)


def _item(text: str) -> Item:
    for when, words in _NAMED_TIME:
        if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE):
            return Item(text, when)
    return Item(text)


class _Phrases:
    """Noun phrases of a question beside a connective: up to a mark, or to a stop word that
    follows a content word."""

    def __init__(self, question: str, is_content: Callable[[str], bool]) -> None:
        self._question = question
        self._is_content = is_content

    def after(self, position: int) -> str:
        """The phrase that begins at a position."""
        words: list[str] = []
        clause = _PHRASE_END.split(self._question[position:])[0]
        self._take(clause.split(), words)
        return " ".join(words)

    def before(self, position: int) -> str:
        """The phrase that ends at a position."""
        words: list[str] = []
        clause = _PHRASE_END.split(self._question[:position])[-1]
        self._take(clause.split()[::-1], words)
        return " ".join(reversed(words))

    def joined(self, connective: str) -> Iterator[tuple[Item, ...]]:
        """The items of "a and b" and of "a, b and c"."""
        for match in re.finditer(connective, self._question):
            if match[0].strip() == "plus" and not self._joins(match):
                continue
            last = self.after(match.end())
            listed = [self.before(match.start())]
            start = match.start() - len(listed[0])
            while match[0].strip() == "and" and self._question[:start].rstrip().endswith(","):
                start = len(self._question[:start].rstrip()) - 1
                listed.insert(0, self.before(start))
                start -= len(listed[0])
            yield from _pair(*listed, last)

    def _joins(self, match: re.Match[str]) -> bool:
        """ "Leeds plus Kassel", and not "on Plus" or "a Plus customer"."""
        sides = (self._question[: match.start()], self._question[match.end() :])
        beside = (sides[0].split()[-1:], sides[1].split()[:1])
        return all(word and self._is_content(word[0]) for word in beside)

    def _take(self, words: list[str], taken: list[str]) -> None:
        for word in words:
            bare = word.strip(" ,;:.?!()'\"")
            named = any(re.fullmatch(ways, bare, re.IGNORECASE) for _, ways in _NAMED_TIME)
            if bare.lower() not in _CUE_WORDS and (self._is_content(bare) or named):
                taken.append(bare)
            elif taken:
                return
