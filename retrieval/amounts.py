"""The values that a sentence states: amounts with their unit, and days."""

import re
from dataclasses import dataclass

from retrieval.answer_type import answer_type
from retrieval.notation import (
    ANY_CURRENCY,
    ANY_CURRENCY_CODE,
    ANY_MONTH,
    ANY_NUMBER_WORD,
    ANY_TIME_UNIT,
    CURRENCIES,
    CURRENCY_SIGNS,
    MONTHS,
    NUMBER_WORDS,
    TIME_UNITS,
)
from retrieval.values import plain

_NUMBER = rf"(?:\d+(?:[.,]\d+)*|{ANY_NUMBER_WORD})"
_UNITS = {
    **dict.fromkeys((*CURRENCIES, *CURRENCY_SIGNS), "money"),
    **dict(zip(TIME_UNITS, TIME_UNITS, strict=True)),
    "%": "percent",
    "percent": "percent",
    "s": "second",
    "min": "minute",
    "h": "hour",
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
_UNIT_WORD = (
    rf"%|percent\b|(?:{ANY_CURRENCY_CODE})\b|[{CURRENCY_SIGNS}]|°C"
    rf"|(?:(?:business|working|calendar) )?(?:{ANY_TIME_UNIT})s?\b"
    r"|(?:min|km|mm|kg|Nm|[shmgVAW])\b"
)
_AMOUNT = re.compile(
    rf"(?P<currency>{ANY_CURRENCY}) ?(?P<sum>\d+(?:[.,]\d+)*)"
    rf"|\b(?P<number>{_NUMBER})[ \u00a0]?(?P<unit>{_UNIT_WORD})",
)
_DAY = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d\d-\d\d)\b|\b(?P<day>\d{{1,2}})\.? (?P<month>{ANY_MONTH})\b"
    r"(?: \d{4}\b)?",
    re.IGNORECASE,
)


_COUNTED = re.compile(
    r"\bhow many (?:(?:business|working|calendar) )?(?P<noun>[a-z]+)", re.IGNORECASE
)
_PERIODS = frozenset(TIME_UNITS)
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
    number = str(NUMBER_WORDS[number]) if number in NUMBER_WORDS else plain(number)
    kind = _UNITS[unit]
    if kind in {"money", "length", "mass"}:
        number = f"{number} {unit}"
    return Value(kind, number, match.group())


def _day(match: re.Match[str]) -> Value:
    if match["iso"]:
        month, day = match["iso"].split("-")[1:]
        return Value("date", f"{int(month)}-{int(day)}", match.group())
    month = MONTHS[match["month"].lower()]
    return Value("date", f"{month}-{int(match['day'])}", match.group())
