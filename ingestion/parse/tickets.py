"""JSON exports, such as the tickets of a help desk: every record a section, its fields a line."""

import json
import re
from collections.abc import Sequence
from itertools import compress
from operator import not_
from typing import Any

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder, one_line
from ingestion.parse.text import decode
from ingestion.parse.tickets_fields import (
    Field,
    Object,
    fields,
    has_records,
    is_flat,
    is_large,
    is_map,
    label,
    message,
    name_of,
    objects_in,
    scalar,
    title_of,
)

_LONGEST_LINE = 400
_MOST_NAMES = 10


def read_json(data: bytes) -> ParsedDocument:
    """Read any JSON; each object of a list, at the top or under a key, becomes a section.

    Numbers stay as they are written; where an object has a key twice, both values are read.
    Raises UnreadableDocumentError for malformed JSON and for JSON without a value.
    """
    text, loss = decode(data)
    value = _loaded(text)
    builder = TextBuilder()
    if loss:
        builder.lose(loss)
    writer = _Writer(builder)
    writer.write(value)
    writer.finish()
    return builder.build(_title(value))


def _loaded(text: str) -> Any:
    try:
        return json.loads(
            text,
            strict=False,  # a line end inside a text is malformed, but what it means is clear
            object_pairs_hook=lambda pairs: Object(tuple(pairs)),
            parse_float=str,
            parse_int=str,
            parse_constant=str,
        )
    except json.JSONDecodeError as error:
        raise UnreadableDocumentError(
            f"It is not valid JSON at line {error.lineno}, column {error.colno} ({error.msg}); "
            "mend that place or export it again."
        ) from error


def _title(value: Any) -> str | None:
    """The title of the whole, or of an object directly in it, such as "export"."""
    if not isinstance(value, Object):
        return None
    inner = objects_in(member for _, member in value.members)
    return next(filter(None, map(name_of, (value, *inner))), None)


class _Writer:
    """Writes values as blocks.

    A heading holds for all that follows it, so an object's own fields come before the records
    in it, whatever their order.
    """

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._empty: list[str] = []

    def write(self, value: Any) -> None:
        """Write the whole."""
        if isinstance(value, Object):
            title = title_of(value)
            self._builder.add("heading", title, level=1)
            self._open(value, 2 if title else 1)
        elif isinstance(value, list):
            self._records("Entry", value, 1)
        else:
            self._paragraphs(scalar(value))

    def finish(self) -> None:
        """Report what had no value. Raises UnreadableDocumentError when nothing had one."""
        if self._builder.is_empty:
            raise UnreadableDocumentError(
                "It is JSON without any value in it; export it again, or remove it."
            )
        names = list(dict.fromkeys(self._empty))
        if names:
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            listed = ", ".join(names[:_MOST_NAMES])
            self._builder.lose(f"{len(self._empty)} empty field(s) left out: {listed}{more}.")

    def _open(self, thing: Object, level: int) -> None:
        """An object that is no record: its fields, then a heading for each group of records."""
        all_groups = is_map(thing)
        is_group = [all_groups or has_records(value) for _, value in thing.members]
        self._fields(Object(tuple(compress(thing.members, map(not_, is_group)))))
        for key, value in compress(thing.members, is_group):
            if isinstance(value, list):
                name = label(key) or "Entries"
                self._builder.add("heading", name, level=level)
                self._records(name, value, level + 1)
            else:
                # The key may be a number or a name: it stays as it is.
                self._builder.add("heading", f"{key} {name_of(value)}".strip(), level=level)
                self._open(value, level + 1)

    def _records(self, name: str, values: Sequence[Any], level: int) -> None:
        """The objects of a list, a section each; those of a few words are lines without one."""
        records = objects_in(values)
        if all(message(record) and not name_of(record) for record in records):
            self._list(name, values)
            return
        self._list(name, [value for value in values if not isinstance(value, Object)])
        flat = all(map(is_flat, records))
        for number, record in enumerate(records, start=1):
            if not flat:
                heading = title_of(record) or f"{name} {number}"
                self._builder.add("heading", heading, level=level)
            self._fields(record)

    def _fields(self, thing: Object, prefix: str = "") -> None:
        """The short fields on one line, then the long ones in their order."""
        found = list(fields(thing, prefix))
        self._note_empty(found)
        self._line([one for one in found if one.value and not is_large(one)])
        self._large(found)

    def _note_empty(self, found: Sequence[Field]) -> None:
        self._empty += [one.name or "(no name)" for one in found if not one.value]

    def _large(self, found: Sequence[Field]) -> None:
        for one in filter(is_large, found):
            if isinstance(one.value, str):
                self._paragraphs(one.value, one.name)
            else:
                self._list(one.name, one.value)

    def _line(self, short: Sequence[Field]) -> None:
        """A line of fields; where they are many, more lines, none too long to be quoted."""
        cells: list[str] = []
        for one in short:
            text = one_line(str(one.value))
            cell = f"{one.name}: {text}" if one.name else text
            if cells and len(" | ".join((*cells, cell))) > _LONGEST_LINE:
                self._builder.add("table_row", " | ".join(cells))
                cells = []
            cells.append(cell)
        self._builder.add("table_row", " | ".join(cells))

    def _paragraphs(self, text: str, name: str = "") -> None:
        begin = f"{name}: " if name else ""
        for paragraph in re.split(r"\n\s*\n", text.strip()):
            self._builder.add("paragraph", begin + paragraph)
            begin = ""

    def _list(self, name: str, values: Sequence[Any]) -> None:
        texts = [scalar(value) for value in values if not isinstance(value, Object | list)]
        if any(texts):
            self._builder.add("paragraph", f"{name}:")
        for text in texts:
            self._builder.add("list_item", text)
        for value in values:
            if isinstance(value, Object):
                self._entry(name, value)
            elif isinstance(value, list):
                self._fields(Object(((name, value),)))

    def _entry(self, name: str, thing: Object) -> None:
        """An object inside a record: what somebody said, or a line of fields."""
        said = message(thing)
        if said is None:
            self._fields(thing, name)
            return
        self._builder.add("paragraph", said.text)
        found = list(fields(said.others, name))
        self._note_empty(found)
        self._large(found)
