"""Plain text and e-mail bodies: headings, lists and aligned lines, told by their layout."""

import re
from collections.abc import Iterator, Sequence

from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder, clean
from ingestion.parse.text import decode

_RULE = re.compile(r"\s*([-=_*~#+])\1{2,}\s*")
_UNDERLINE = re.compile(r"(={3,}|-{3,})\s*")
_BULLET = re.compile(r"\s*[-*•‣◦–]\s+(?=\S)")
_NUMBER = re.compile(r"\s*(\d{1,3}[.)]|\(?[a-z]\)|\([ivx]{1,4}\))\s+(?=\S)")
_NUMBERED_TITLE = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[A-ZÀ-Þ].{0,60}[^\s.,;:!?]")
_CAPITALS = re.compile(r"(?:\d[\d.]*\s+)?[A-ZÀ-Þ]{2,}\b")
_FIELD = re.compile(r"\s*[A-Z][\w ./()'-]{0,30}:(\s|$)")
_ALIGNED = re.compile(r"\S\s{3,}\S")
_TITLE_LENGTH = 60
_CODE_INDENT = 4


def read_txt(data: bytes) -> ParsedDocument:
    """Read plain text. Raises UnreadableDocumentError for bytes that are not text."""
    text, loss = decode(data)
    builder = TextBuilder()
    if loss:
        builder.lose(loss)
    add_text(builder, text)
    return builder.build(None)


def add_text(builder: TextBuilder, text: str, *, headings: bool = True) -> None:
    """Append plain text: blank lines and ruled lines part it, layout says what each part is.

    A heading is told only where it cannot be much else; with `headings` false, never.
    """
    groups = list(_groups(clean(text).expandtabs(4).split("\n")))
    depths = [None, *map(_numbered_depth, groups), None]
    for lines, before, depth, after in zip(groups, depths, depths[1:], depths[2:], strict=False):
        # "1. Fit", "2. Test" with nothing in between are steps, not titles.
        is_step = depth is not None and depth in (before, after)
        rest = _take_heading(builder, lines) if headings and not is_step else lines
        if rest:
            _add_group(builder, rest)


def _groups(lines: Sequence[str]) -> Iterator[list[str]]:
    """Runs of lines without a blank one; a ruled line ends a run, an underline stays in it."""
    group: list[str] = []
    for line in lines:
        underlines = len(group) == 1 and _UNDERLINE.fullmatch(line) and group[0].strip()
        if line.strip() and (underlines or not _RULE.fullmatch(line)):
            group.append(line.rstrip())
        elif group:
            yield group
            group = []
    if group:
        yield group


def _numbered_depth(lines: Sequence[str]) -> int | None:
    """How deep the number of a line that stands alone is: 0 for "3. Scope", 1 for "3.1 Scope"."""
    number = _NUMBERED_TITLE.fullmatch(lines[0].strip()) if len(lines) == 1 else None
    return number[1].count(".") if number else None


def _take_heading(builder: TextBuilder, lines: list[str]) -> list[str]:
    """Add the heading that a run begins with, if any, and return the other lines."""
    first = lines[0].strip()
    if len(lines) > 1 and (underline := _UNDERLINE.fullmatch(lines[1])):
        level = 1 if underline[1].startswith("=") else 2
        builder.add("heading", first, level=level)
        return lines[2:]
    number = _NUMBERED_TITLE.fullmatch(first)
    if len(lines) == 1 and (number or _is_capitals(first)):
        builder.add("heading", first, level=number[1].count(".") + 1 if number else 1)
        return []
    # "1 SUPPLY (24 V)" right above indented lines.
    above = len(lines) > 1 and not lines[0][0].isspace()
    if (
        above
        and len(first) <= _TITLE_LENGTH
        and _CAPITALS.match(first)
        and not _FIELD.match(first)
        and all(line[0].isspace() for line in lines[1:])
    ):
        builder.add("heading", first, level=2)
        return lines[1:]
    return lines


def _is_capitals(line: str) -> bool:
    letters = [character for character in line if character.isalpha()]
    shouted = len(letters) > 2 and line == line.upper() and line != line.lower()
    return shouted and len(line) <= _TITLE_LENGTH and line[-1] not in ".,;!?"


def _add_group(builder: TextBuilder, lines: list[str]) -> None:
    indents = [len(line) - len(line.lstrip()) for line in lines]
    listed = [bool(_BULLET.match(line) or _NUMBER.match(line)) for line in lines]
    if any(listed):
        _add_list(builder, lines, listed)
    elif len(lines) > 1 and min(indents) >= _CODE_INDENT:
        builder.add("code", "\n".join(line[min(indents) :] for line in lines))
    elif _keeps_lines(lines):
        # Spans are quoted; a record's line is what can be quoted by itself.
        for row in _continued(lines, [indent > indents[0] for indent in indents]):
            builder.add("table_row", row)
    else:
        builder.add("paragraph", " ".join(lines))


def _add_list(builder: TextBuilder, lines: list[str], listed: list[bool]) -> None:
    """Lines before the first item are a paragraph; other lines go on with the item above.

    A line without indent below an item with one ends the list.
    """
    start = listed.index(True)
    if start:
        _add_group(builder, lines[:start])
    indent = len(lines[start]) - len(lines[start].lstrip())
    stop = start + 1
    while stop < len(lines) and (listed[stop] or not indent or lines[stop][0].isspace()):
        stop += 1
    items = _continued(lines[start:stop], [not item for item in listed[start:stop]])
    for item in items:
        builder.add("list_item", _BULLET.sub("", item, count=1) if _BULLET.match(item) else item)
    if stop < len(lines):
        _add_group(builder, lines[stop:])


def _keeps_lines(lines: Sequence[str]) -> bool:
    """True for "key: value" lines and for lines aligned in columns."""
    fields = sum(bool(_FIELD.match(line)) for line in lines)
    aligned = sum(bool(_ALIGNED.search(line)) for line in lines)
    return len(lines) > 1 and (2 * fields > len(lines) or 3 * aligned >= len(lines))


def _continued(lines: Sequence[str], goes_on: Sequence[bool]) -> list[str]:
    rows: list[str] = []
    for line, more in zip(lines, goes_on, strict=True):
        if more and rows:
            rows[-1] += " " + line.strip()
        else:
            rows.append(line)
    return rows
