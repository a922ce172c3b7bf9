"""Where a near copy of a source differs from it: a number, name, "not" or "at most" put in.

A claim can have all its numbers and names in its source and still have them in the wrong places.
Word for word against the source (Ratcliff and Obershelp 1988, as `difflib` has it), what stands
in the place of something else shows.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from retrieval.answers import Fault
from retrieval.claims import split
from retrieval.names import names, unknown
from retrieval.polarity import DENIALS, MARKS, marked
from retrieval.values import missing, plain, values

_TOKEN = re.compile(r"⟨[\w ]+⟩|[^\W_](?:[\w.,:/@&’'-]*[^\W_])?|[%£€$°]")
_LONGEST = 4
_NAME: frozenset[Fault] = frozenset(("name",))


def substitutions(claim: str, unit: str) -> frozenset[Fault]:
    """What the claim puts in the place of something in a sentence or row, or denies that it states.

    Cells of a row are compared with those under the same header, in any order. Of a sentence with
    several clauses, the nearest one is compared too.
    """
    mine, theirs = _cells(claim), _cells(unit)
    if shared := mine.keys() & theirs.keys():
        # A header with a date can be written in another way.
        strange = any(not values(header).dates for header in mine.keys() - theirs.keys())
        cells = (fault for name in shared for fault in _cell(mine[name], theirs[name]))
        return frozenset(cells) | (_NAME if strange else frozenset())
    parts = unit.split(" | ") if " | " in unit else [piece.text for piece in split(unit)]
    words = set(_Side(claim).words)
    nearest = max(parts, key=lambda part: len(words & set(_Side(part).words)), default=unit)
    return frozenset(
        fault for part in {unit, nearest} for fault in _faults(_Side(claim), _Side(part))
    )


def _cells(text: str) -> dict[str, str]:
    """A row's cells by header, in lower case; none when the text is no row."""
    found = [part.partition(": ") for part in text.split(" | ")]
    if len(found) < 2 or not all(value for _, _, value in found):
        return {}
    return {header.strip().lower(): value for header, _, value in found}


def _cell(claim: str, source: str) -> Iterator[Fault]:
    if claim.lower() in source.lower():
        return
    yield from missing(values(claim), values(source))
    if unknown(f"x {claim}", source):
        yield "name"
    mine, theirs = _Side(claim).words, _Side(source).words
    if (set(mine) ^ set(theirs)) & DENIALS:
        yield "negation"
    yield from _faults(_Side(claim), _Side(source))


class _Side:
    """A text with its quantifiers marked, and its words in order."""

    def __init__(self, text: str) -> None:
        self.text = marked(text)
        self.spans = [found.span() for found in _TOKEN.finditer(self.text)]
        self.words = [plain(self.text[start:end].lower()) for start, end in self.spans]

    def part(self, first: int, stop: int) -> str:
        """The text of some words, as it stands."""
        return self.text[self.spans[first][0] : self.spans[stop - 1][1]] if stop > first else ""


def _faults(claim: _Side, source: _Side) -> Iterator[Fault]:
    matcher = SequenceMatcher(None, source.words, claim.words, autojunk=False)
    steps = matcher.get_opcodes()
    denied, known = _denials(claim.words), _denials(source.words)
    # A part that is left out, before or after what is copied, takes its denials with it.
    equal = [step for step in steps if step[0] == "equal"]
    copied = _denials(source.words[equal[0][1] : equal[-1][2]]) if equal else known
    for place, (kind, begin, end, first, stop) in enumerate(steps):
        if kind == "equal" or max(end - begin, stop - first) > _LONGEST:
            continue
        old, new = source.part(begin, end), claim.part(first, stop)
        if kind == "replace":
            yield from _replaced(old, new, claim, source)
        inside = 0 < place < len(steps) - 1
        put = _denials(claim.words[first:stop]) - _denials(source.words[begin:end])
        if inside and ((put > 0 and denied > known) or (put < 0 and denied < copied)):
            yield "negation"


def _denials(words: Sequence[str]) -> int:
    return sum(word in DENIALS for word in words)


def _replaced(old: str, new: str, claim: _Side, source: _Side) -> Iterator[Fault]:
    mine, theirs, all_mine = values(new), values(old), values(claim.text)
    if mine.quantities and theirs.quantities - all_mine.quantities:
        yield from missing(mine, theirs)
    if mine.dates and theirs.dates - all_mine.dates:
        yield from missing(mine, theirs)
    if mine.units and theirs.units and not mine.units & theirs.units:
        yield "unit"
    left = Counter(claim.words)
    lost = any(source.words.count(name) > left[name] for name in _named(old))
    if lost and _named(new) - _named(old):
        yield "name"
    kept, put = set(MARKS.findall(old)), set(MARKS.findall(new))
    if kept and put and kept != put:
        yield "quantifier"


def _named(text: str) -> frozenset[str]:
    """Names in a part of a sentence: its first word opens nothing."""
    return names(f"x {text}")
