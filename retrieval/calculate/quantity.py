"""Figures of a text: amounts with their unit, and days of the calendar.

A figure that could be read in two ways is not read: 1.150 is more than a thousand in German.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from retrieval.notation import (
    ANY_CURRENCY,
    ANY_MONTH,
    ANY_NUMBER_WORD,
    CURRENCIES,
    MONTHS,
    NUMBER_WORDS,
)

PERIODS = ("day", "week", "month", "year")

# Each unit by the ways in which it is written. Abbreviations count as they are, words in any case.
_WRITTEN = {
    "GBP": "GBP|£|pounds?|quid",
    "EUR": "EUR|€|euros?",
    "USD": r"USD|\$|dollars?",
    "%": "%|percent|per cent",
    "working day": "(?:working|business|work) days?",
    "second": "seconds?|secs?",
    "minute": "minutes?|mins?",
    "hour": "hours?|hrs?|h",
    "day": "(?:calendar )?days?",
    "night": "nights?",
    "week": "weeks?",
    "month": "months?",
    "year": "years?",
    "mile": "miles?",
    "piece": "pieces?|pcs",
}
_SYMBOLS = (
    "kB",
    "MB",
    "GB",
    "TB",
    "mm",
    "cm",
    "km",
    "kg",
    "kW",
    "kWh",
    "mA",
    "°C",
    "m",
    "g",
    "V",
    "W",
)
MEASURES = frozenset({*_WRITTEN, *_SYMBOLS})
_SCALES = {"k": 1_000, "thousand": 1_000, "million": 1_000_000}

_UNIT = "|".join(f"(?i:{ways})" for ways in _WRITTEN.values()) + "|" + "|".join(_SYMBOLS)
_FIGURE = re.compile(
    rf"(?<![\w.,:/#§–−-])(?P<before>(?:{ANY_CURRENCY})\s?)?(?P<sign>[-−])?"
    r"(?:(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    rf"|(?P<word>(?i:{ANY_NUMBER_WORD}))(?=\s))"
    r"(?!\d|[.,:/–−-]\d)(?:\s?(?P<scale>(?i:k|thousand|million))\b)?"
    rf"(?:[\s-]?(?P<after>{_UNIT})(?!\w)"
    r"|\s(?:of (?:the |these |those )?)?(?P<noun>[A-Za-z][\w-]{2,}))?(?!-?\w)"
)
_PART_OF = re.compile(r"(?P<part>\d[\d,]*) of (?P<whole>\d[\d,]*) (?P<unit>[a-z]{3,})\b")
_DAY = re.compile(
    r"(?<![\w-])(?:(?P<iso>\d{4}-\d\d-\d\d)"
    rf"|(?P<d>\d{{1,2}}) (?P<m>{ANY_MONTH}) (?P<y>\d{{4}}))(?![\w-])",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"^\d+\.(?:\d+\.?)*\s")
_AMBIGUOUS = re.compile(r"^\d{1,3}\.\d{3}$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount: `text` as it is written, `unit` by its usual name, "" where there is none.

    `field` is the header of the table cell that it stands in, `words` what the cell says of it.
    """

    text: str
    value: Decimal
    unit: str
    field: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar: `text` as it is written, `field` as for an amount."""

    text: str
    value: date
    field: str = ""

    def like(self, other: date) -> str:
        """Another day, written as this one is."""
        if self.text[:4].isdigit():
            return other.isoformat()
        return f"{other.day} {list(MONTHS)[other.month - 1].title()} {other.year}"


Figure = Quantity | Day


def figures(text: str) -> tuple[Figure, ...]:
    """All figures of a sentence or of a table row's cells, in order."""
    cells = row_cells(text)
    if not cells:
        return (*days(text), *quantities(text))
    return tuple(figure for header, cell in cells for figure in _in_cell(header, cell))


def row_cells(text: str) -> tuple[tuple[str, str], ...]:
    """The cells of a table row, "Header: value | Header: value"; none for a sentence."""
    pieces = [piece.partition(": ") for piece in text.split(" | ")]
    if len(pieces) < 2 or not all(colon for _, colon, _ in pieces):
        return ()
    return tuple((header.strip(), cell.strip()) for header, _, cell in pieces)


def quantities(text: str) -> tuple[Quantity, ...]:
    """The amounts of a text: no dates, years, clock times, ranges, versions or clause numbers."""
    return tuple(_quantities(text))


def days(text: str) -> tuple[Day, ...]:
    """The days of the calendar that a text names with their year."""
    return tuple(_days(text))


def unit_of(text: str) -> str:
    """The unit that a table's header names, "" when it names none, several or thousands of it."""
    if re.search(r"(?i)\b(?:thousands?|millions?|k)\b|'000", text):
        return ""
    spaced = re.sub(r"[_/(),]", " ", re.sub(r"(?i)\bper \w+", "", text))
    # One letter in a header is a label more often than a unit.
    words = re.findall(rf"(?<!\w)(?:{_UNIT})(?!\w)", spaced)
    found = {canonical(word) for word in words if len(word) > 1 or not word.isalpha()}
    money = found & CURRENCIES
    found = money or found
    return found.pop() if len(found) == 1 else ""


def canonical(written: str) -> str:
    """The usual name of a unit."""
    for name, ways in _WRITTEN.items():
        if re.fullmatch(ways, written.strip(), re.IGNORECASE):
            return name
    return written.strip()


def _quantities(text: str) -> Iterator[Quantity]:
    dated = [match.span() for match in _DAY.finditer(text)]
    parts = {match.start(): match for match in _PART_OF.finditer(text)}
    wholes = {match.start("whole") for match in parts.values()}
    clause = _CLAUSE.match(text)
    for match in _FIGURE.finditer(text):
        inside = any(start <= match.start() < end for start, end in dated)
        if (
            inside
            or match.start("number") in wholes
            or (clause and match.start() == 0 and not match["after"])
        ):
            continue
        part = parts.get(match.start())
        read = _part_of_whole(part) if part else _quantity(match)
        if read is not None:
            yield read


def _part_of_whole(match: re.Match[str]) -> Quantity:
    """ "155 of 44,640 minutes" are 155 minutes."""
    value = Decimal(match["part"].replace(",", ""))
    return Quantity(match["part"], value, canonical(match["unit"]))


def _quantity(match: re.Match[str]) -> Quantity | None:
    number, unit = match["number"] or "", match["before"] or match["after"] or ""
    if (match["noun"] or "").lower() in MONTHS:
        return None
    if _AMBIGUOUS.match(number) or (match["word"] and not unit and not match["noun"]):
        return None
    if not unit and re.fullmatch(r"(?:19|20)\d\d", number):
        return None
    value = (
        Decimal(number.replace(",", "")) if number else Decimal(NUMBER_WORDS[match["word"].lower()])
    )
    value *= _SCALES.get((match["scale"] or "").lower(), 1)
    if match["sign"]:
        value = -value
    until = max(match.end(part) for part in ("number", "word", "scale", "after"))
    text = match.string[match.start() : until].strip()
    return Quantity(text, value, canonical(unit or match["noun"] or ""))


def _days(text: str, field: str = "") -> Iterator[Day]:
    for match in _DAY.finditer(text):
        try:
            if match["iso"]:
                value = date.fromisoformat(match["iso"])
            else:
                month = MONTHS[match["m"].lower()]
                value = date(int(match["y"]), month, int(match["d"]))
        except ValueError:
            continue
        yield Day(match[0], value, field)


def _in_cell(header: str, cell: str) -> Iterator[Figure]:
    yield from _days(cell, header)
    unit = unit_of(header)
    for found in _quantities(cell):
        yield Quantity(found.text, found.value, found.unit or unit, header, f"{header} {cell}")
