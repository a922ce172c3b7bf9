"""What kind of value a question asks for, and whether a sentence holds one.

The coarse numeric classes of Li and Roth (2002, section 2.1: money, period, date, count), by
patterns over English question openings. A question that asks for none of them has no type.
"""

import re
from dataclasses import dataclass

from retrieval.notation import ANY_MONTH, ANY_NUMBER_WORD

_MONTH = rf"(?:{ANY_MONTH})"
_NUMBER_WORD = rf"(?:{ANY_NUMBER_WORD})"
_PERIOD_UNIT = r"(?:seconds?|s|minutes?|min|hours?|h|days?|weeks?|months?|quarters?|years?)"


@dataclass(frozen=True, slots=True)
class AnswerType:
    """A class of values: how questions ask for it and how sentences state it."""

    name: str
    asked: re.Pattern[str]
    stated: re.Pattern[str]

    def found_in(self, text: str) -> bool:
        """True when the text states a value of this type."""
        return self.stated.search(text) is not None


def _type(name: str, asked: str, stated: str) -> AnswerType:
    return AnswerType(name, re.compile(asked, re.IGNORECASE), re.compile(stated, re.IGNORECASE))


_TYPES = (
    _type(
        "period",
        r"\bhow (?:long|fast|soon|quick(?:ly)?|often)\b",
        rf"\b(?:\d[\d.,]*|{_NUMBER_WORD}) ?(?:(?:business|working|calendar) )?{_PERIOD_UNIT}\b"
        r"|\b(?:hourly|daily|weekly|monthly|quarterly|yearly|annually|immediately|at once"
        r"|(?:every|each|per) (?:hour|day|week|month|quarter|year))\b",
    ),
    _type(
        "money",
        r"\bhow much (?:money\b|budget\b|(?:does|do|did|is|are|was|were|will|would|can|may)\b"
        r".*\b(?:cost|pay|paid|spend|spent|claim|charge)\b)|\b(?:what|which) (?:price|budget|fee)\b"
        r"|\b(?:price|cost|fee) (?:of|for)\b|\bwhat (?:do|does|did) \w+ (?:pay|cost|charge)\b",
        r"(?:\b(?:GBP|EUR|USD)\b|[£€$]) ?-?\d|\d ?(?:GBP|EUR|USD|£|€|\$|%)"
        r"|\b(?:GBP|EUR|USD)\b[^|]*: ?-?\d|\bfree of charge\b",
    ),
    _type(
        "date",
        r"(?:^|\b(?:till|until|since|from|by|and) )when\b|\bwhat (?:date|day|month|year)\b",
        rf"\b\d{{4}}-\d\d(?:-\d\d)?\b|\b\d{{1,2}}\.? {_MONTH}\b|\b{_MONTH} \d"
        r"|\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
        r"|\b(?:before|after|within|at the end of|at the latest)\b",
    ),
    _type(
        "count",
        r"\bhow (?:many|cold|hot|warm|high|far|big|large|heavy|old|tall|wide|thick)\b",
        rf"\d|\b{_NUMBER_WORD}\b",
    ),
)


def answer_type(question: str) -> AnswerType | None:
    """The first type that the question asks for; None when it asks for something else."""
    return next((kind for kind in _TYPES if kind.asked.search(question)), None)
