"""How months, small numbers, currencies and units of time are written in English.

All in lower case but the currencies' codes. Which of them a pattern takes is its own affair.
"""

MONTHS = {
    name: number
    for number, name in enumerate(
        (
            *("january", "february", "march", "april", "may", "june", "july", "august"),
            *("september", "october", "november", "december"),
        ),
        start=1,
    )
}
SHORT_MONTHS = {name[:3]: number for name, number in MONTHS.items()}
MONTH_FORMS = MONTHS | SHORT_MONTHS | {"sept": 9}
"""Every way in which a month's name is written, with its number."""

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        (
            *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
            *("eleven", "twelve"),
        ),
        start=1,
    )
}

CURRENCIES = frozenset({"GBP", "EUR", "USD"})
CURRENCY_SIGNS = "£€$"
TIME_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")

# For regular expressions.
ANY_MONTH = "|".join(MONTHS)
ANY_NUMBER_WORD = "|".join(NUMBER_WORDS)
ANY_CURRENCY_CODE = "|".join(sorted(CURRENCIES))
ANY_CURRENCY = f"{ANY_CURRENCY_CODE}|[{CURRENCY_SIGNS}]"
ANY_TIME_UNIT = "|".join(TIME_UNITS)
