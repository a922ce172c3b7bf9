"""Table rows as the readers write them: "Header: cell | Header: cell" on one line."""

import re

_BETWEEN, _OF = " | ", ": "
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_MIN_LETTERS = 4

Cell = tuple[str, str]
"""A header and its value."""


def is_row(text: str) -> bool:
    """True when the text has at least two cells and each names its header.

    The last one need not: a row that is too long for a passage is cut.
    """
    pieces = text.split(_BETWEEN)
    return len(pieces) > 1 and "\n" not in text and all(_OF in piece for piece in pieces[:-1])


def cells(row: str) -> tuple[Cell, ...]:
    """The cells of a row in order. Readers leave empty ones out, so rows of a table differ."""
    split = (piece.partition(_OF) for piece in row.split(_BETWEEN))
    return tuple((header.strip(), value.strip()) for header, _, value in split)


def named_cells(row: str, question: str) -> tuple[Cell, ...]:
    """The cells whose whole value stands in the question, as words in any order.

    One short word is no name: "no" or "all" stands in a question for other reasons.
    """
    asked = set(words(question))
    found = []
    for header, value in cells(row):
        said = words(value)
        long = len(said) > 1 or (said and len(said[0]) >= _MIN_LETTERS)
        if long and asked.issuperset(said):
            found.append((header, value))
    return tuple(found)


def words(text: str) -> list[str]:
    """Words and numbers in lower case."""
    return [word.lower() for word in _WORD.findall(text)]
