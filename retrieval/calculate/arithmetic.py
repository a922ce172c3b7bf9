"""Working a calculation out, writing it down, and checking one that somebody wrote down."""

import calendar
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from retrieval.answers import Calculation, Operation, Statement, Verification
from retrieval.calculate.quantity import PERIODS, Day, Figure, Quantity, canonical, figures
from retrieval.models import Passage
from retrieval.notation import CURRENCIES

_SIGNS = {"sum": " + ", "difference": " − ", "product": " × ", "later": " + ", "earlier": " − "}
_WORDS = frozenset({"second", "minute", "hour", "night", "mile", "piece", "working day", *PERIODS})


def result(operation: Operation, given: Sequence[Figure]) -> str | None:
    """The result, written as the operands are; None where the operation has no meaning for them.

    Sums and differences need one unit, and a sum no shares; a difference is never below zero.
    """
    amounts = [figure for figure in given if isinstance(figure, Quantity)]
    dates = [figure for figure in given if isinstance(figure, Day)]
    if operation == "days":
        return _between(dates) if len(dates) == len(given) == 2 else None
    if operation in ("later", "earlier"):
        paired = len(dates) == len(amounts) == 1 and len(given) == 2
        return _moved(dates[0], amounts[0], operation == "later") if paired else None
    return _amount(operation, amounts) if len(amounts) == len(given) >= 2 else None


def written(calculation: Calculation, given: Sequence[Figure]) -> str:
    """The calculation with its operands, as it stands in an answer."""
    texts = [_with_unit(figure) for figure in given]
    equals = "="
    if calculation.operation == "percentage":
        joined = " of ".join(texts)
        equals = "=" if _is_even(given) else "≈"
    elif calculation.operation == "days":
        joined = " to ".join(texts)
    else:
        joined = _SIGNS[calculation.operation].join(texts)
    return f"{joined} {equals} {calculation.result}"


def verify(statement: Statement, passages: Sequence[Passage]) -> Verification:
    """Supported only if each operand stands where it is said to stand, and the result is right.

    Every figure is read again from the cited span, or from the question that asked.
    """
    calculation = statement.calculation
    holds = False
    if calculation is not None:
        given = _read_again(calculation, {passage.number: passage for passage in passages})
        holds = (
            given is not None
            and result(calculation.operation, given) == calculation.result
            and written(calculation, given) == statement.text
        )
    return Verification("supported" if holds else "unsupported", "calculation", float(holds))


def _read_again(calculation: Calculation, passages: dict[int, Passage]) -> list[Figure] | None:
    given: list[Figure] = []
    for operand in calculation.operands:
        text = calculation.question
        if operand.passage is not None:
            if operand.passage not in passages:
                return None
            chunk = passages[operand.passage].hit.chunk
            if not chunk.start <= operand.start < operand.end <= chunk.end:
                return None
            text = chunk.quote(operand.start, operand.end)
        found = [
            figure
            for figure in figures(text)
            if (figure.text, figure.field) == (operand.text, operand.field)
        ]
        if not found:
            return None
        given.append(found[0])
    return given


def _amount(operation: Operation, given: Sequence[Quantity]) -> str | None:
    first, *others = given
    same = all(other.unit == first.unit for other in others)
    if operation == "sum" and same and first.unit != "%":
        return _like(given, sum((figure.value for figure in given), Decimal(0)), first.unit)
    if operation == "difference" and same and len(given) == 2 and first.value >= others[0].value:
        unit = "percentage points" if first.unit == "%" else first.unit
        return _like(given, first.value - others[0].value, unit)
    if operation == "product" and len(given) == 2:
        return _like(given[:1], first.value * others[0].value, first.unit)
    if operation == "percentage" and len(given) == 2 and first.unit == "%":
        return _share(first, others[0])
    return None


def _share(percent: Quantity, base: Quantity) -> str | None:
    """A share of an amount; of money to the cent, where it does not come out even."""
    value = percent.value * base.value / 100
    if base.unit in CURRENCIES:
        value = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if base.unit == "%":
        return None
    text = _digits(value.normalize(), max(0, -_exponent(value.normalize())), [base])
    if base.unit in CURRENCIES and "." in text:
        text = _digits(value, 2, [base])
    return _in_unit(text, value, base.unit)


def _is_even(given: Sequence[Figure]) -> bool:
    """False for a share of money that was rounded to the cent."""
    percent, base = (figure for figure in given if isinstance(figure, Quantity))
    exact = percent.value * base.value / 100
    return base.unit not in CURRENCIES or exact == exact.quantize(Decimal("0.01"))


def _like(given: Sequence[Quantity], value: Decimal, unit: str) -> str:
    """A value with as many decimals as the operand that has most, and their thousands."""
    places = max(max(0, -_exponent(figure.value)) for figure in given)
    return _in_unit(_digits(value, places, given), value, unit)


def _digits(value: Decimal, places: int, given: Sequence[Quantity]) -> str:
    plain = all("," not in figure.text for figure in given)
    bare = plain and any(abs(figure.value) >= 1000 for figure in given)
    text = f"{value:.{places}f}" if bare else f"{value:,.{places}f}"
    return text.replace("-", "−")


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _in_unit(digits: str, value: Decimal, unit: str) -> str:
    if unit in CURRENCIES:
        return f"{unit} {digits}"
    plural = "s" if unit in _WORDS and value != 1 else ""
    return f"{digits} {unit}{plural}".strip()


def _with_unit(figure: Figure) -> str:
    """An operand as it is written, with its currency where only the header names it."""
    if isinstance(figure, Quantity) and figure.text.isalpha():
        return f"{figure.value}"
    if isinstance(figure, Day) or figure.unit not in CURRENCIES:
        return figure.text
    shown = any(canonical(word) in CURRENCIES for word in _words(figure.text))
    return figure.text if shown else f"{figure.unit} {figure.text}"


def _words(text: str) -> Iterable[str]:
    return (
        piece for piece in text.replace("£", "£ ").replace("€", "€ ").replace("$", "$ ").split()
    )


def _between(dates: Sequence[Day]) -> str | None:
    count = (dates[1].value - dates[0].value).days
    return f"{count} day{'' if count == 1 else 's'}" if count >= 0 else None


def _moved(day: Day, period: Quantity, later: bool) -> str | None:
    """The day after a period; the last of a shorter month for its 31st. Working days depend on
    holidays, which no text gives, so there is no result for them."""
    if period.unit not in PERIODS or period.value != period.value.to_integral_value():
        return None
    count = int(period.value) * (1 if later else -1)
    if period.unit in ("day", "week"):
        step = timedelta(days=count * (7 if period.unit == "week" else 1))
        return day.like(day.value + step)
    months = (
        day.value.year * 12 + day.value.month - 1 + count * (12 if period.unit == "year" else 1)
    )
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.like(date(year, month + 1, min(day.value.day, last)))
