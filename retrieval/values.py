"""Numbers with their units, and dates, in one form however they are written."""

import re
from dataclasses import dataclass
from typing import Literal

from retrieval.notation import MONTH_FORMS, NUMBER_WORDS

_MONTH = rf"(?P<month>{'|'.join(sorted(MONTH_FORMS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b",
        rf"(?<![\d.,:]){_DAY} (?:of )?{_MONTH}(?:,? (?P<year>\d{{4}})\b)?",
        rf"\b{_MONTH} {_DAY}(?![\d:]|[.,]\d)(?:,? (?P<year>\d{{4}})\b)?",
        r"\b(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})\b",
        rf"\b{_MONTH},? (?P<year>\d{{4}})\b",
        rf"\b(?-i:(?=[A-Z])){_MONTH}",
    )
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
# "One" is an article more often than a number.
_WORDS = _TENS | {word: number for word, number in NUMBER_WORDS.items() if number > 1}
_UNITS = {
    word: words.split()[0]
    for words in (
        *("second seconds sec secs s", "minute minutes min mins", "hour hours hr hrs h"),
        *("day days", "week weeks wk wks", "month months", "quarter quarters"),
        *("year years yr yrs", "% percent pct", "gbp pound pounds sterling £"),
        *("eur euro euros €", "usd dollar dollars $", "mm", "cm", "m metre metres meter meters"),
        *("km kilometre kilometres", "mile miles", "g gram grams", "kg kilogram kilograms"),
        *("v volt volts", "mv", "a amp amps ampere amperes", "ma", "w watt watts", "kw", "kwh"),
        *("hz", "khz", "°c", "k kelvin", "kb", "mb megabyte megabytes", "gb gigabyte gigabytes"),
        *("tb", "nm", "bar", "km/h", "kbit/s", "mbit/s", "l litre litres", "ohm ohms", "ms"),
    )
    for word in words.split()
}
# "5 A" is a current, "5 a year" is not.
_UNIT = "|".join(
    "(?-i:A)" if word == "a" else re.escape(word) for word in sorted(_UNITS, key=len, reverse=True)
)
_MODIFIER = r"(?:(?:business|working|calendar|full|whole|more|further|consecutive)[ -])?"
_NUMBER = re.compile(
    rf"(?:(?P<before>[£€$]|\b(?:gbp|eur|usd)\b)\s?)?"
    rf"(?P<number>(?<![\w.,])[-−]?\d[\d,.:\u00a0\u2009\u202f]*\d|(?<![\w.,])[-−]?\d"
    rf"|\b(?:{'|'.join(_WORDS)})\b)"
    rf"(?:[ -]?{_MODIFIER}(?P<after>{_UNIT})(?![\w]))?(?!\w)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")
_UNIT_WORD = re.compile(rf"(?<!\w)(?:{_UNIT})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Date:
    """A day or a month, with its year or without."""

    year: int | None
    month: int
    day: int | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in plain digits, and its unit in its first form; None where it has none."""

    number: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Values:
    """What a text counts, measures and dates; `units` are all unit words in it."""

    dates: frozenset[Date]
    quantities: frozenset[Quantity]
    units: frozenset[str]

    @property
    def years(self) -> frozenset[int]:
        """Years that it names, alone or in a date."""
        alone = {int(q.number) for q in self.quantities if re.fullmatch(r"(?:19|20)\d\d", q.number)}
        return frozenset({date.year for date in self.dates if date.year} | alone)


def values(text: str) -> Values:
    """All values of a text. A date's figures are no numbers of their own."""
    dates: set[Date] = set()
    for pattern in _DATES:
        for found in pattern.finditer(text):
            dates |= {date} if (date := _date(found)) else set()
        text = pattern.sub(lambda found: " ; " if _date(found) else found[0], text)
    quantities = frozenset(_quantity(found) for found in _NUMBER.finditer(text))
    units = frozenset(_UNITS[found[0].lower()] for found in _UNIT_WORD.finditer(text))
    return Values(frozenset(dates), quantities, units)


def missing(claim: Values, evidence: Values) -> tuple[Literal["number", "unit", "date"], ...]:
    """What the evidence does not give: of "number", "unit" and "date", each at most once."""
    faults: list[Literal["number", "unit", "date"]] = []
    if any(not _dated(date, evidence) for date in claim.dates):
        faults.append("date")
    known = {quantity.number for quantity in evidence.quantities} | set(map(str, evidence.years))
    if any(quantity.number not in known for quantity in claim.quantities):
        faults.append("number")
    if any(not _measured(quantity, evidence) for quantity in claim.quantities):
        faults.append("unit")
    return tuple(faults)


def _dated(date: Date, evidence: Values) -> bool:
    return any(
        date.month == other.month
        and date.day in (None, other.day)
        and (date.year in (None, other.year) or (not other.year and date.year in evidence.years))
        for other in evidence.dates
    )


def _measured(quantity: Quantity, evidence: Values) -> bool:
    """Its unit is the evidence's, which may stand in a column's header; unknown numbers pass."""
    units = {other.unit for other in evidence.quantities if other.number == quantity.number}
    if quantity.unit is None or not units or quantity.unit in units:
        return True
    return None in units and quantity.unit in evidence.units


def _date(found: re.Match[str]) -> Date | None:
    parts = found.groupdict()
    named = parts["month"].lower()
    month = MONTH_FORMS[named] if named in MONTH_FORMS else int(named)
    day = int(parts["day"]) if parts.get("day") else None
    if not 1 <= month <= 12 or not 1 <= (day or 1) <= 31:
        return None
    return Date(int(parts["year"]) if parts.get("year") else None, month, day)


def _quantity(found: re.Match[str]) -> Quantity:
    unit = (found["before"] or found["after"] or "").lower()
    return Quantity(plain(found["number"]), _UNITS.get(unit) if unit else None)


def numbers(text: str) -> set[str]:
    """The figures of a text in plain digits, those of dates, times and codes among them."""
    return {plain(found) for found in _FIGURE.findall(text)}


def plain(number: str) -> str:
    """ "1,000.00", "1 000" and "1000" alike; "twelve" is "12"."""
    digits = re.sub(
        r"(?<=\d)[,\u00a0\u2009\u202f](?=\d{3}\b)", "", number.strip().replace("−", "-")
    )
    digits = re.sub(r"\.0+$", "", digits.rstrip(".,:"))
    return str(_WORDS.get(digits.lower(), digits))
