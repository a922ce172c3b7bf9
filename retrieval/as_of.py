"""The day that a question itself names: "in March 2025", "before 1 July 2025", "last year"."""

import calendar
import re
from datetime import date, timedelta

from retrieval.notation import MONTHS, SHORT_MONTHS

_MONTHS = MONTHS | SHORT_MONTHS
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_YEAR = r"(?:19|20)\d\d"
# A reference such as INC-2025-1107, a range or an amount is no date.
_START, _END = r"(?<![\w./-])", r"(?![\w/-]|[.,]\w)"

_DAY = re.compile(
    rf"{_START}(?:(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)? (?:of )?(?P<month>{_MONTH})\.?,? (?P<year>{_YEAR})"
    rf"|(?P<us_month>{_MONTH})\.? (?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<us_year>{_YEAR}))"
    rf"{_END}",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    rf"{_START}(?:(?P<month>{_MONTH})\.?,? (?P<month_year>{_YEAR})"
    rf"|q(?P<quarter>[1-4])[ /-]?(?P<quarter_year>{_YEAR})"
    rf"|(?P<ordinal>first|second|third|fourth) quarter (?:of )?(?P<ordinal_year>{_YEAR})"
    rf"|(?:in|during|of|for|since|by|the|before|until|till|end of) (?P<year>{_YEAR}))"
    rf"{_END}",
    re.IGNORECASE,
)
_LAST = re.compile(r"\blast (?P<unit>year|month)\b", re.IGNORECASE)
_LEADING = re.compile(
    r"(?:\b(?:as of|prior to|in|on|at|by|before|until|till|during|since|for|of|from|the|end)\s+)+$",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?:before|prior to|until just before)(?: the)?\s*$", re.IGNORECASE)


def named_day(question: str, today: date) -> date | None:
    """The day as of which a question asks; None where it names no day, or more than one.

    A period stands for its last day, "before" something for the day before it begins, "last year"
    and "last month" are counted from `today`. The period in which `today` lies names no other day.
    A month without a year is not a day: questions say it of what happened, and seldom of the rules
    that held.
    """
    found = {*_days(question), *_periods(question, today), *_relative(question, today)}
    return found.pop() if len(found) == 1 else None


def without_days(question: str) -> str:
    """The question less the days that it names: a document that held then need not name them."""
    for pattern in (_DAY, _PERIOD, _LAST):
        kept, end = [], 0
        for match in pattern.finditer(question):
            kept.append(_LEADING.sub("", question[end : match.start()]))
            end = match.end()
        question = "".join((*kept, question[end:]))
    return " ".join(question.split()).replace(" ?", "?")


def _days(question: str) -> list[date]:
    days = []
    for match in _DAY.finditer(question):
        if match["iso"]:
            parts = [int(part) for part in match["iso"].split("-")]
        else:
            month = _MONTHS[(match["month"] or match["us_month"]).lower()]
            year = int(match["year"] or match["us_year"])
            parts = [year, month, int(match["day"] or match["us_day"])]
        day = _date(*parts)
        if day:
            days.append(_bound(question, match.start(), day, day))
    return days


def _periods(question: str, today: date) -> list[date]:
    days = []
    rest = _DAY.sub(lambda match: " " * len(match[0]), question)
    for match in _PERIOD.finditer(rest):
        first, last = 1, 12
        if match["month"]:
            first = last = _MONTHS[match["month"].lower()]
        elif match["quarter"] or match["ordinal"]:
            quarter = match["quarter"] or _ORDINALS[match["ordinal"].lower()]
            first, last = 3 * int(quarter) - 2, 3 * int(quarter)
        years = ("month_year", "quarter_year", "ordinal_year", "year")
        year = int(next(match[name] for name in years if match[name]))
        begin, end = date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
        # "before 2025" carries its preposition inside the match.
        at = match.start("year") if match["year"] else match.start()
        day = _bound(rest, at, begin, end)
        if day < begin or not begin <= today <= end:
            days.append(day)
    return days


def _relative(question: str, today: date) -> list[date]:
    ends = {"year": date(today.year, 1, 1), "month": today.replace(day=1)}
    return [ends[match["unit"].lower()] - timedelta(days=1) for match in _LAST.finditer(question)]


def _bound(question: str, start: int, begins: date, ends: date) -> date:
    """The last day of a period, or the day before it where "before" stands in front of it."""
    return begins - timedelta(days=1) if _BEFORE.search(question[:start]) else ends


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
