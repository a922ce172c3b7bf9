"""Names that a passage states and a question does not: what to search for next.

Only names leave a passage: capitalised words, identifiers, cells of a row and roles. Its
sentences never become a question, so a document can't tell the agent what to do.
"""

import re
from collections.abc import Iterator, Sequence

from retrieval.agent.rows import cells
from retrieval.models import Unit

_IDENTIFIER = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z][\w-]*\d[\w-]*\b")
_PROPER = re.compile(r"\b[A-Z][\w'’-]+(?: (?:of )?(?:[A-Z][\w'’-]+|\d+|[A-Z]\d+))+")
_MONEY = re.compile(r"^(?:EUR|GBP|USD)\b")
_ROLE = re.compile(r"\bas (?:an? |the )?(?P<role>[a-z]+ (?:lead|[a-z]+(?:er|or|ist|ent)))\b")
_SPLIT = re.compile(r"[(),;]")
_CLAUSE = re.compile(r"[;|,]|\. ")
_VALUE = re.compile(r"[A-Z][\w'’-]*(?: [\w'’-]+){0,4}$")
_DAY = re.compile(
    r"\d{4}-\d\d|\b(?:19|20)\d\d\b|@|\b(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December)\b"
)
_WORD = re.compile(r"\w[\w-]*")

_SENTENCE = re.compile(r"[.?!](?:\s+|$)")
_ASKS = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.IGNORECASE)

MOST_WORDS = 5


def names(unit: Unit, question: str) -> tuple[str, ...]:
    """The names of a unit, then of the passage around it, that the question lacks; nearest first.

    Of names that contain one another the longest counts.
    """
    row = cells(unit.text)
    if row:
        found = [*_identifiers(unit.text, question), *_of_row(row)]
    else:
        found = [*_of_text(unit.text, question), *_of_text(unit.passage.hit.chunk.text, question)]
    known = set(_WORD.findall(question.lower()))
    fresh = [
        name
        for name in dict.fromkeys(found)
        if _is_name(name) and 2 * len(known & set(_words(name))) < len(_words(name))
    ]
    return tuple(name for name in fresh if not any(_inside(name, other) for other in fresh))


def has_name(text: str, name: str) -> bool:
    """True when a text has the name; of a long one its first two words are enough."""
    words = name.split()
    short = " ".join(words[:2]) if len(words) > 2 else name
    return re.search(rf"(?<!\w){re.escape(short)}(?!\w)", text, re.IGNORECASE) is not None


def remaining(question: str, covered: Sequence[str]) -> str:
    """The question without the words that were found; its other words stay in order.

    Of several sentences those stay that ask: what the others tell has served its purpose.
    """
    sentences = [s for s in _SENTENCE.split(question) if s.strip()]
    asking = [sentence for sentence in sentences if _ASKS.search(sentence)] or sentences
    gone = {word.lower() for word in covered}
    words = (word.strip(",.?;:'") for sentence in asking for word in sentence.split())
    return " ".join(w for w in words if _WORD.search(w) and w.lower() not in gone)


def _of_row(row: dict[str, str]) -> Iterator[str]:
    for value in row.values():
        for piece in _SPLIT.split(value):
            text = piece.strip()
            if _VALUE.match(text) and len(text.split()) <= MOST_WORDS:
                yield text


def _of_text(text: str, question: str) -> Iterator[str]:
    yield from _identifiers(text, question)
    yield from (found["role"] for found in _ROLE.finditer(text))
    yield from (found[0] for found in _PROPER.finditer(text))


def _identifiers(text: str, question: str) -> list[str]:
    """Identifiers; only those in a clause with a number of the question, where there are any."""
    numbers = {word for word in _WORD.findall(question) if word.isdigit()}
    clauses = [
        (numbers & set(_WORD.findall(c)), _IDENTIFIER.findall(c)) for c in _CLAUSE.split(text)
    ]
    near = [name for shared, found in clauses if shared for name in found]
    return near or [name for _, found in clauses for name in found]


def _is_name(text: str) -> bool:
    """Neither a day nor an amount; of its words at least half begin like a name's."""
    words = text.split()
    capital = sum(not word[0].islower() for word in words)
    is_role = _ROLE.match(f"as {text}") is not None
    day_or_money = _DAY.search(text) or _MONEY.match(text)
    return len(text) > 1 and not day_or_money and (is_role or 2 * capital >= len(words))


def _words(name: str) -> list[str]:
    return _WORD.findall(name.lower())


def _inside(name: str, other: str) -> bool:
    return name != other and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", other) is not None
