"""Days between two dates, and a date moved by a period."""

import re
from collections.abc import Sequence

from retrieval.answer_type import answer_type
from retrieval.calculate.quantity import PERIODS, Day, Quantity, days, quantities
from retrieval.calculate.rates import Found
from retrieval.calculate.sources import Chosen, Source

_DAYS_ASKED = re.compile(
    r"\bhow many days\b.*\b(?:between|from|until|till|left|after|before|since|to go)\b"
    r"|\bhow long\b.*\bbetween\b",
    re.IGNORECASE,
)
_DAY_ASKED = re.compile(
    r"\b(?:until|till|by|from) when\b|\bwhat (?:date|day)\b|\bwhich (?:date|day)\b|\bdeadline\b"
    r"|\bwhen\b.*\b(?:latest|expires?|ends?|due|over|run(?:s)? out|last day)\b",
    re.IGNORECASE,
)
_LATER = re.compile(r"^\W*(?:after|from|of|following|since|starting)\b", re.IGNORECASE)
_EARLIER = re.compile(r"^\W*(?:before|prior to|ahead of|in advance)\b", re.IGNORECASE)
_LASTS = re.compile(
    r"\b(?:within|for|in|valid|up to|at most|no later than)\s+(?:\w+\s)?$", re.IGNORECASE
)


def dated(question: str, best: Sequence[Source]) -> Found | None:
    """Days between, or the day asked for; None where dates and periods are not just as many as
    the calculation needs, or no figure of the documents takes part."""
    if len(best) != 1:
        return None
    source = best[0]
    given: list[tuple[Day, Source | None]] = [(day, None) for day in days(question)]
    given += [(day, source) for day in source.days()]
    given.sort(key=lambda pair: pair[0].value)
    dates = tuple(Chosen(day, where) for day, where in given)
    if _DAYS_ASKED.search(question):
        return ("days", dates) if len(dates) == 2 and source.days() else None
    asked = answer_type(question)
    if len(dates) != 1 or not (_DAY_ASKED.search(question) and asked and asked.name == "date"):
        return None
    return _moved(dates[0], question, source)


def _moved(day: Chosen, question: str, source: Source) -> Found | None:
    periods = [q for q in source.figures if isinstance(q, Quantity) and _is_period(q)]
    if any(_is_period(quantity) for quantity in quantities(question)) or len(periods) != 1:
        return None
    period = periods[0]
    at = source.text.find(period.text)
    before, after = source.text[:at], source.text[at + len(period.text) :]
    if _EARLIER.match(after):
        return "earlier", (day, Chosen(period, source))
    if _LATER.match(after) or _LASTS.search(before):
        return "later", (day, Chosen(period, source))
    return None


def _is_period(quantity: Quantity) -> bool:
    # A working day is a period too, though none that can be reckoned with: holidays differ.
    return quantity.unit in (*PERIODS, "working day", "hour")
