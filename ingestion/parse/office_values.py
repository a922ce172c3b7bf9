"""A cell's value as its reader sees it, near enough to be quoted."""

import re
from datetime import date, datetime, time

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DECIMALS = re.compile(r"[0#]\.(0+)")
_CURRENCY = re.compile(r"[£$€¥]")
_EXACT = 10**15


def shown(value: object, number_format: str | None) -> str:
    """Dates in ISO form; numbers with the decimals, currency and % of their format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, (number_format or "General").split(";")[0])
    if isinstance(value, datetime):
        has_time = value.time() != time()
        return value.isoformat(" ", "minutes") if has_time else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value)


def _number(value: float, number_format: str) -> str:
    pattern = _LITERAL.sub("", number_format)
    percent = "%" in pattern
    decimals = _DECIMALS.search(pattern)
    scaled = value * 100 if percent else value
    if decimals and "E" not in pattern.upper():
        text = f"{scaled:.{len(decimals[1])}f}"
    else:
        text = _plain(scaled)
    if percent:
        return f"{text} %" if " %" in pattern else f"{text}%"
    currency = _CURRENCY.search(number_format.replace("[$", "["))
    if currency is None:
        return text
    digits = re.search(r"[0#]", pattern)
    in_front = digits is None or currency.start() < number_format.index(digits[0])
    return f"{currency[0]}{text}" if in_front else f"{text} {currency[0]}"


def _plain(value: float) -> str:
    """Without the noise of binary fractions: as many digits as Excel keeps, 15."""
    return str(int(value)) if float(value).is_integer() and abs(value) < _EXACT else f"{value:.15g}"
