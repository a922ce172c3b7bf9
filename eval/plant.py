"""Claims whose truth is known: gold quotes said otherwise, and the same quotes made false.

Each maker takes a quote and gives variants of it, none where it does not apply. What is made
false changes one thing only, as in FactCC (Kryscinski et al. 2020, section 3.1).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from retrieval.claims import split
from retrieval.names import names

Maker = Callable[[str, str, Random], Iterator[str]]

_NUMBER = re.compile(r"(?<![\w.,:/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w,.:/-]*\d)(?!\w)")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_WRITTEN = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b")
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_UNITS = (
    ("hours", "days"),
    ("days", "weeks"),
    ("weeks", "months"),
    ("months", "years"),
    ("minutes", "hours"),
    ("seconds", "minutes"),
    ("GBP", "EUR"),
    ("kg", "g"),
    ("km", "miles"),
    ("°C", "K"),
    ("mm", "cm"),
)
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|must|may|can|will|should|does|do)\b(?! (?:not|no|never|to)\b)"
)
_QUANTIFIERS = (
    ("at most", "at least"),
    ("up to", "at least"),
    ("more than", "less than"),
    ("every", "some"),
    ("all", "some"),
    ("each", "some"),
    ("must", "may"),
    ("can", "must"),
    ("before", "after"),
)
_WORD = re.compile(r"[^\W_][\w.&@/’'-]*[^\W_]")


def verbatim(quote: str, _: str, __: Random) -> Iterator[str]:
    """As it stands."""
    yield quote


def clause(quote: str, _: str, __: Random) -> Iterator[str]:
    """Each of several claims by itself."""
    pieces = split(quote)
    if len(pieces) > 1:
        yield from (piece.text for piece in pieces)


def cells(quote: str, _: str, __: Random) -> Iterator[str]:
    """A table row from its last cell to its first, and its first two cells as a phrase."""
    row = quote.split(" | ")
    if len(row) > 1:
        yield " | ".join(reversed(row))
        yield f"{row[0]} has {row[1]}"


def number_format(quote: str, _: str, __: Random) -> Iterator[str]:
    """1,000 as 1000 and the other way round."""
    without = re.sub(r"(?<=\d),(?=\d{3}\b)", "", quote)
    grouped = re.sub(r"(?<![\w.,:/-])\d{5,6}(?![\w.,:/-])", lambda n: f"{int(n[0]):,}", quote)
    yield from (text for text in (without, grouped) if text != quote)


def date_format(quote: str, _: str, __: Random) -> Iterator[str]:
    """17 June 2026 as 2026-06-17 and the other way round."""
    iso = _WRITTEN.sub(lambda d: f"{d[3]}-{_MONTHS.index(d[2]) + 1:02}-{int(d[1]):02}", quote)
    written = _ISO.sub(lambda d: f"{int(d[3])} {_MONTHS[int(d[2]) - 1]} {d[1]}", quote)
    yield from (text for text in (iso, written) if text != quote)


def contraction(quote: str, _: str, __: Random) -> Iterator[str]:
    """ "Does not" as "doesn't"."""
    text = re.sub(r"\b(is|are|was|were|has|have|must|should|does|do) not\b", r"\1n't", quote)
    yield from [text] if text != quote else []


def number(quote: str, _: str, random: Random) -> Iterator[str]:
    """A number that is another."""
    for found in _picked(_NUMBER, quote, random):
        value = found[0].replace(",", "")
        other = f"{float(value) * 2:g}" if "." in value else str(int(value) + random.randint(1, 9))
        yield _put(quote, found, other)


def number_nearby(quote: str, passage: str, random: Random) -> Iterator[str]:
    """A number that is another one of the same passage."""
    for found in _picked(_NUMBER, quote, random):
        others = sorted({n[0] for n in _NUMBER.finditer(passage)} - set(_NUMBER.findall(quote)))
        if others:
            yield _put(quote, found, random.choice(others))


def date(quote: str, _: str, random: Random) -> Iterator[str]:
    """A date in another month."""
    for found in _picked(_WRITTEN, quote, random):
        month = _MONTHS[(_MONTHS.index(found[2]) + random.randint(1, 11)) % 12]
        yield _put(quote, found, f"{found[1]} {month} {found[3]}")
    for found in _picked(_ISO, quote, random):
        yield _put(quote, found, f"{found[1]}-{int(found[2]) % 12 + 1:02}-{found[3]}")


def unit(quote: str, _: str, random: Random) -> Iterator[str]:
    """A number with another unit."""
    pairs = [*_UNITS, *((new, old) for old, new in _UNITS)]
    swaps = [
        _put(quote, found, new)
        for old, new in pairs
        for found in re.finditer(rf"(?<=\d ){re.escape(old)}(?!\w)|\b{old}(?= \d)", quote)
    ]
    yield from [random.choice(swaps)] if swaps else []


def negation_added(quote: str, _: str, random: Random) -> Iterator[str]:
    """ "Is" becomes "is not"."""
    for found in _picked(_AUXILIARY, quote, random):
        yield _put(quote, found, f"{found[0]} not")


def negation_removed(quote: str, _: str, __: Random) -> Iterator[str]:
    """ "Is not" becomes "is"."""
    for old, new in ((r"\bnot (?!only|more|less)", ""), (r"\bnever\b", "always"), (r"\bno ", "a ")):
        text = re.sub(old, new, quote, count=1)
        if text != quote:
            yield text
            return


def entity(quote: str, passage: str, random: Random) -> Iterator[str]:
    """A name that is another one of the same passage or document, of the same shape."""
    mine, others = names(quote), names(passage) - names(quote)
    for found in _picked(_WORD, quote, random, lambda word: word.lower() in mine):
        digits = any(letter.isdigit() for letter in found[0])
        same = sorted(n for n in others if any(c.isdigit() for c in n) == digits)
        if same:
            other = random.choice(same)
            yield _put(quote, found, other.upper() if digits else other.capitalize())


def quantifier(quote: str, _: str, random: Random) -> Iterator[str]:
    """At most as at least, all as some, must as may, and the other way round."""
    pairs = [*_QUANTIFIERS, *((new, old) for old, new in _QUANTIFIERS)]
    swaps = [
        _put(quote, found, new)
        for old, new in pairs
        for found in re.finditer(rf"\b{old}\b(?! not)", quote)
    ]
    yield from [random.choice(swaps)] if swaps else []


SUPPORTED: Mapping[str, Maker] = {
    made.__name__: made
    for made in (verbatim, clause, cells, number_format, date_format, contraction)
}
UNSUPPORTED: Mapping[str, Maker] = {
    made.__name__: made
    for made in (
        *(number, number_nearby, date, unit, negation_added, negation_removed, entity),
        quantifier,
    )
}


def _picked(
    pattern: re.Pattern[str],
    text: str,
    random: Random,
    wanted: Callable[[str], bool] = bool,
) -> Sequence[re.Match[str]]:
    """One of the matches, or none."""
    found = [match for match in pattern.finditer(text) if wanted(match[0])]
    return [random.choice(found)] if found else []


def _put(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]
