"""Cut a statement into claims, each of which can be true or false by itself.

After the atomic facts of Min et al. 2023 (FActScore, section 3.1). There a model rewrites each
sentence into facts that stand alone; here rules cut and rewrite nothing, so every claim keeps its
place in the answer. A claim is a sentence, or a clause of one whose halves both state something.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A full stop ends a sentence unless it closes an abbreviation, an initial or a list's number.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|ca|cf|min|max|incl|mr|mrs|ms|dr|st)"
    r"|(?:^|\s)[a-z]|^\d+)\.$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(?:no|nos|art|sec|fig|ext)\. +\d", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*(?=\s+[\"'“‘(]?[A-Z0-9])|\n+")
_BOUNDARY = re.compile(
    r"\s*;\s+(?:(?:and|but)\s+)?"
    r"|\s*,\s+(?:and|but|while|whereas|or)\s+"
    r"|\s+(?:and|but|while|whereas)\s+",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|does|do|did|can|cannot|could|may|might|must|shall"
    r"|should|will|would|needs?|costs?|takes?|lasts?|applies|apply|holds?|gets?|gives?|pays?"
    r"|expires?|begins?|starts?|ends?|requires?|remains?|includes?|\w+n't)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]{3,}")
# "between 5 and 10", "both Leeds and Kassel": the words belong together.
_PAIRED = re.compile(r"\b(?:between|both|either|neither)\b[^.;,]*$", re.IGNORECASE)
_MIN_WORDS = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or claim with its place, `statement[start:end]`."""

    text: str
    start: int
    end: int


def split(statement: str) -> tuple[Piece, ...]:
    """The claims of a statement in order; all its words but the joining ones lie in one of them."""
    found = (clauses(statement, sentence) for sentence in sentences(statement))
    return tuple(piece for pieces in found for piece in pieces)


def sentences(text: str) -> tuple[Piece, ...]:
    """A text's sentences in order."""
    return tuple(Piece(text[start:end], start, end) for start, end in _sentences(text))


def clauses(text: str, sentence: Piece) -> tuple[Piece, ...]:
    """The claims of one of a text's sentences."""
    spans = _clauses(text, sentence.start, sentence.end)
    return tuple(Piece(text[start:end], start, end) for start, end in spans)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for found in _SENTENCE_END.finditer(text):
        if found[0][0] == "." and _abbreviates(text, begin, found.start()):
            continue
        yield from _trimmed(text, begin, found.end())
        begin = found.end()
    yield from _trimmed(text, begin, len(text))


def _abbreviates(text: str, begin: int, stop: int) -> bool:
    """ "No. 4" has a stop that ends nothing; "Decision 15: no. It ends" has one that does."""
    if _ABBREVIATION.search(text[begin : stop + 1].strip()):
        return True
    return any(
        found.start() < stop < found.end()
        for found in _NUMBERED.finditer(text, max(begin, stop - 5), stop + 4)
    )


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A table row stays whole: its cells say something only together."""
    begin = start
    if " | " not in text[start:end]:
        for found in _BOUNDARY.finditer(text, start, end):
            left, right = text[begin : found.start()], text[found.end() : end]
            apart = ";" in found[0] or _stands_alone(re.split(r"[;,]\s", right, maxsplit=1)[0])
            if _stands_alone(left) and apart and not _PAIRED.search(left):
                yield from _trimmed(text, begin, found.start())
                begin = found.end()
    yield from _trimmed(text, begin, end)


def _stands_alone(clause: str) -> bool:
    """It states something: a verb with a word before it, or a number with words around it."""
    verb = _VERB.search(clause)
    if verb is not None:
        return bool(clause[: verb.start()].strip())
    return bool(_NUMBER.search(clause)) and len(_WORD.findall(clause)) >= _MIN_WORDS


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if any(letter.isalnum() for letter in piece):
        yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
