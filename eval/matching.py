"""Does an answer state a value? Tolerant of how people write numbers, units, dates and money."""

import re
from collections.abc import Callable, Sequence
from functools import cache

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"({'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_UNITS = {
    "s": "seconds second secs sec s",
    "min": "minutes minute mins min",
    "h": "hours hour hrs hr h",
    "day": "days day",
    "week": "weeks week wks",
    "month": "months month",
    "year": "years year yrs",
    "%": "percent pct",
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words.split()}


def normalise(text: str) -> str:
    """Lower case, one space, no footnote markers; values in one form each.

    Dates become 2026-09-17, or 09-17 without a year; money "gbp 140"; thousands lose their comma
    and whole amounts their ".00"; number words up to twelve become digits; a number and its unit
    are apart, and the unit is its short form.
    """
    text = re.sub(r"【\d+】", " ", text.lower())
    text = re.sub(r"[‐-―−]", "-", text)
    for rule in (_dates, _numbers, _money, _units):
        text = rule(text)
    return " ".join(text.split())


def stated(item: str | Sequence[str], answer: str) -> bool:
    """True when the answer has the value, or one of the alternatives."""
    alternatives = [item] if isinstance(item, str) else item
    text = normalise(answer)
    return any(_stands_in(normalise(alternative), text) for alternative in alternatives)


def _dates(text: str) -> str:
    def dated(year: int, month: int, day: int) -> Callable[[re.Match[str]], str]:
        def write(found: re.Match[str]) -> str:
            number = found[month]
            names = f"{_MONTHS[number] if number in _MONTHS else int(number):02}"
            head = f"{found[year]}-" if year and found[year] else ""
            return f" {head}{names}-{int(found[day]):02}"

        return write

    day = r"\b(\d{1,2})(?:st|nd|rd|th)?\.?"
    text = re.sub(rf"{day} (?:of )?{_MONTH}(?:,? (\d{{4}})\b)?", dated(3, 2, 1), text)
    text = re.sub(rf"\b{_MONTH} {day[2:]}(?!\d)(?:,? (\d{{4}})\b)?", dated(3, 1, 2), text)
    return re.sub(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b", dated(3, 2, 1), text)


def _numbers(text: str) -> str:
    text = re.sub(r"(?<=\d)[,\u00a0\u202f\u2009](?=\d{3}\b)", "", text)
    text = re.sub(r"(?<![\d.])(\d+)\.00?(?!\.?\d)\b", r"\1", text)
    return re.sub(rf"\b({'|'.join(_WORDS)})\b", lambda found: str(_WORDS.index(found[1])), text)


def _money(text: str) -> str:
    for sign, code in (("£", "gbp"), ("€", "eur"), ("$", "usd")):
        text = text.replace(sign, f" {code} ")
    text = re.sub(r"\b(?:pounds?|sterling)\b", "gbp", text)
    text = " ".join(re.sub(r"\beuros?\b", "eur", text).split())
    return re.sub(r"(?<![\w.,])(\d[\d.,]*\d|\d) ?(gbp|eur|usd)\b(?! ?\d)", r"\2 \1", text)


def _units(text: str) -> str:
    text = re.sub(r"\bper cent\b", "%", text).replace("deg c", "°c")
    text = re.sub(rf"(?<=\d) ?-?({'|'.join(_UNIT)})\b", lambda found: f" {_UNIT[found[1]]}", text)
    return re.sub(r"(?<=\d)\s*(?=[%°])", " ", text.replace("° c", "°c"))


@cache
def _pattern(wanted: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(wanted)}(?!\w)(?![.,]\d)")


def _stands_in(wanted: str, text: str) -> bool:
    """As a whole: "14" does not stand in "140" nor "4.2" in "4.2.1"."""
    return bool(wanted) and _pattern(wanted).search(text) is not None
