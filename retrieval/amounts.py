"""The values that a sentence states: amounts with their unit, and days."""

import re
from dataclasses import dataclass

from retrieval.answer_type import answer_type
from retrieval.values import plain

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = "|".join(_MONTHS)
_WORDS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_WORDS, start=1)}
_NUMBER = rf"(?:\d+(?:[.,]\d+)*|{'|'.join(_NUMBER_WORDS)})"
_UNITS = {
    "%": "percent",
    "percent": "percent",
    "GBP": "money",
    "EUR": "money",
    "USD": "money",
    "£": "money",
    "€": "money",
    "$": "money",
    "s": "second",
    "second": "second",
    "min": "minute",
    "minute": "minute",
    "h": "hour",
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "°C": "degree",
    "km": "length",
    "m": "length",
    "mm": "length",
    "kg": "mass",
    "g": "mass",
    "V": "volt",
    "A": "ampere",
    "W": "watt",
    "Nm": "torque",
}
_CURRENCY = r"GBP|EUR|USD|[£€$]"
_UNIT_WORD = (
    r"%|percent\b|GBP\b|EUR\b|USD\b|[£€$]|°C|(?:(?:business|working|calendar) )?"
    r"(?:second|minute|hour|day|week|month|year)s?\b|(?:min|km|mm|kg|Nm|[shmgVAW])\b"
)
_AMOUNT = re.compile(
    rf"(?P<currency>{_CURRENCY}) ?(?P<sum>\d+(?:[.,]\d+)*)"
    rf"|\b(?P<number>{_NUMBER})[ \u00a0]?(?P<unit>{_UNIT_WORD})",
)
_DAY = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d\d-\d\d)\b|\b(?P<day>\d{{1,2}})\.? (?P<month>{_MONTH})\b"
    r"(?: \d{4}\b)?",
    re.IGNORECASE,
)


_COUNTED = re.compile(
    r"\bhow many (?:(?:business|working|calendar) )?(?P<noun>[a-z]+)", re.IGNORECASE
)
_PERIODS = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})
_KINDS = {
    "period": _PERIODS,
    "money": frozenset({"money"}),
    "date": frozenset({"date"}),
    "count": frozenset(_UNITS.values()) - _PERIODS - {"money"},
}


@dataclass(frozen=True, slots=True)
class Value:
    """`text` is how the sentence writes it, `number` its plain form, `kind` what it measures."""

    kind: str
    number: str
    text: str


def values(text: str) -> tuple[Value, ...]:
    """The values of a text in reading order. "GBP 10" and "£10" are the same amount."""
    found = [(match.start(), _amount(match)) for match in _AMOUNT.finditer(text)]
    found += [(match.start(), _day(match)) for match in _DAY.finditer(text)]
    return tuple(value for _, value in sorted(found, key=lambda item: item[0]))


def differing(one: str, other: str) -> tuple[Value, Value] | None:
    """A value of each text, of one kind, where each states one of that kind and not the same."""
    ours, theirs = _single(one), _single(other)
    for kind, value in ours.items():
        if kind in theirs and theirs[kind].number != value.number:
            return value, theirs[kind]
    return None


def asked_kinds(question: str) -> frozenset[str]:
    """The kinds of value that can answer a question; empty where it does not ask for a value."""
    kind = answer_type(question)
    if kind is None:
        return frozenset()
    counted = _COUNTED.search(question)
    if counted:
        noun = counted["noun"].removesuffix("s").lower()
        return frozenset({noun} & set(_UNITS.values()))
    return _KINDS[kind.name]


def _single(text: str) -> dict[str, Value]:
    """The value of each kind of which a text states exactly one."""
    found = values(text)
    numbers = {
        kind: {v.number for v in found if v.kind == kind} for kind in {v.kind for v in found}
    }
    return {v.kind: v for v in reversed(found) if len(numbers[v.kind]) == 1}


def _amount(match: re.Match[str]) -> Value:
    written = match["currency"] or match["unit"]
    unit = re.sub(r"^(?:business|working|calendar) ", "", written)
    if unit not in _UNITS:
        unit = unit.removesuffix("s")
    number = match["sum"] or match["number"]
    number = _NUMBER_WORDS.get(number.lower()) or plain(number)
    kind = _UNITS[unit]
    if kind in {"money", "length", "mass"}:
        number = f"{number} {unit}"
    return Value(kind, number, match.group())


def _day(match: re.Match[str]) -> Value:
    if match["iso"]:
        month, day = match["iso"].split("-")[1:]
        return Value("date", f"{int(month)}-{int(day)}", match.group())
    month_number = _MONTHS.index(match["month"].lower()) + 1
    return Value("date", f"{month_number}-{int(match['day'])}", match.group())
