"""What the fields of a JSON object say: their names, their text, who spoke and when."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ingestion.parse.builder import clean, one_line

_LONGEST_VALUE = 120
_SENTENCE = 4  # spaces in it
_LONGEST_TITLE = 200
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_IDS = ("id", "key", "number", "ticket", "reference", "ref", "code")
_TITLES = ("subject", "title", "summary", "name")
_WHO = ("from", "author", "sender", "by", "user", "agent", "name")
_WHEN = ("at", "date", "time", "when", "sent", "created", "created_at", "timestamp", "posted")
_SAID = ("text", "body", "message", "comment", "content", "note")


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object: its members in order. A key may be there twice, and both values count."""

    members: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A named value: text, or a list that is more than a few words. Text may have line ends."""

    name: str
    value: str | Sequence[Any]


@dataclass(frozen=True, slots=True)
class Message:
    """Who said something, when, and what, in one text that has the short other fields, too."""

    text: str
    others: Object


def label(key: str) -> str:
    """A key as a name to read: "opened_at" is "Opened at"."""
    words = one_line(_CAMEL.sub(" ", key).replace("_", " "))
    return words[:1].upper() + words[1:]


def scalar(value: Any) -> str:
    """A value that is no list and no object, as text; empty for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = clean(str(value))
    return text if text.strip() else ""


def is_long(text: str) -> bool:
    """True for a text that is more than a field on a line: with line ends, long, or a sentence."""
    sentence = text.rstrip().endswith((".", "!", "?")) and text.count(" ") >= _SENTENCE
    return "\n" in text.strip() or len(text) > _LONGEST_VALUE or sentence


def fields(thing: Object, prefix: str = "") -> Iterator[Field]:
    """The fields of an object and of the objects in it: "Customer / Name". Empty ones, too."""
    for key, value in thing.members:
        name = " / ".join(part for part in (prefix, label(key)) if part)
        if isinstance(value, Object) and value.members:
            yield from fields(value, name)
        elif isinstance(value, list) and value:
            joined = _joined(value)
            yield Field(name, value if joined is None else joined)
        else:
            yield Field(name, "" if isinstance(value, Object | list) else scalar(value))


def is_flat(thing: Object) -> bool:
    """True for an object of short values only."""
    return not any(map(is_large, fields(thing)))


def is_large(one: Field) -> bool:
    """True for a field that has no room on a line with others."""
    return not isinstance(one.value, str) or is_long(one.value)


def title_of(thing: Object) -> str:
    """Its number and its subject, as far as it has them, for a heading."""
    parts = (_first(thing, _IDS), _first(thing, _TITLES))
    title = " ".join(dict.fromkeys(part for part in map(one_line, parts) if part))
    return title if len(title) <= _LONGEST_TITLE else one_line(parts[0])


def name_of(thing: Object) -> str:
    """Its title without a number."""
    return one_line(_first(thing, _TITLES))


def has_records(value: Any) -> bool:
    """True for a list with objects, and for an object that has such a list somewhere in it."""
    if isinstance(value, list):
        return bool(objects_in(value))
    return isinstance(value, Object) and (
        is_map(value) or any(has_records(member) for _, member in value.members)
    )


def is_map(thing: Object) -> bool:
    """True for an object that only holds objects, such as tickets by their number."""
    return len(thing.members) == len(objects_in(value for _, value in thing.members)) > 1


def message(thing: Object) -> Message | None:
    """The object as a message; None when it has no text, or neither a sender nor a time."""
    keys = [_key(thing, names) for names in (_WHO, _WHEN, _SAID)]
    who, when, said = ("" if key is None else one_line(_text(thing, key)) for key in keys)
    if not said or not (who or when):
        return None
    others = Object(tuple(member for member in thing.members if member[0] not in keys))
    short = [one for one in fields(others) if one.value and not is_large(one)]
    details = "; ".join(f"{one.name}: {one.value}" if one.name else str(one.value) for one in short)
    begin = ", ".join(part for part in (who, when) if part)
    return Message(f"{begin} ({details}): {said}" if details else f"{begin}: {said}", others)


def objects_in(values: Iterable[Any]) -> list[Object]:
    """The objects of a list."""
    return [value for value in values if isinstance(value, Object)]


def _joined(values: Sequence[Any]) -> str | None:
    """A list of short values as one text; None for any other list."""
    if any(isinstance(value, Object | list) for value in values):
        return None
    texts = [scalar(value) for value in values]
    if any(is_long(text) for text in texts):
        return None
    return ", ".join(one_line(text) for text in texts if text)


def _key(thing: Object, names: Sequence[str]) -> str | None:
    """The object's own spelling of the first of these names that it has once, with a value."""
    counts = Counter(key for key, _ in thing.members)
    once = {key.casefold(): key for key, count in counts.items() if count == 1}
    found = (once[name] for name in names if name in once)
    return next((key for key in found if _text(thing, key)), None)


def _first(thing: Object, names: Sequence[str]) -> str:
    key = _key(thing, names)
    return "" if key is None else _text(thing, key)


def _text(thing: Object, key: str) -> str:
    """The text of a member; of one that is an object, its short values: a name and a role."""
    value = dict(thing.members)[key]
    if isinstance(value, Object):
        found = list(fields(value))
        if not is_flat(value):
            return ""
        return ", ".join(one_line(str(one.value)) for one in found if one.value)
    return "" if isinstance(value, list) else scalar(value)
