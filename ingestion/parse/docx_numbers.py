"""The numbers that Word makes by itself, "9.2" before a clause: no text in the file has them.

mammoth knows only that a list is ordered, and an ordered list that a paragraph interrupts would
begin again at 1. A citation needs the number that stands on the page.
"""

import io
import re
import string
import zipfile
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DOCUMENT = re.compile(r"word/document\d*\.xml")
_NUMBERING = "word/numbering.xml"
_STYLES = "word/styles.xml"
_NO_NUMBER = frozenset({"bullet", "none"})
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST_ROMAN = 4000


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    start: int
    text: str
    is_legal: bool
    style: str | None


@dataclass(slots=True)
class _List:
    """A list: its levels, the starts that it sets anew, and the count that it may share."""

    levels: dict[int, _Level]
    starts: dict[int, int]
    counts: dict[int, int]
    is_begun: bool = False


@dataclass(slots=True)
class _Style:
    number: str | None
    level: int | None
    parent: str | None


@dataclass(slots=True)
class _Numbering:
    lists: dict[str, _List] = field(default_factory=dict)
    styles: dict[str, _Style] = field(default_factory=dict)


def with_numbers(data: bytes) -> bytes:
    """A Word file with its automatic numbers written as text, and its lists made unordered.

    Raises KeyError, ValueError or etree.XMLSyntaxError for a file that is not as Word writes it.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    if _NUMBERING not in parts:
        return data
    root = xml_root(parts[_NUMBERING])
    numbering = _Numbering(_lists(root), _styles(parts.get(_STYLES)))
    for name in filter(_DOCUMENT.fullmatch, list(parts)):
        document = xml_root(parts[name])
        for paragraph in document.iter(f"{_W}p"):
            _write_number(paragraph, numbering)
        parts[name] = etree.tostring(document, encoding="utf-8", xml_declaration=True)
    for form in root.iter(f"{_W}numFmt"):
        form.set(f"{_W}val", "bullet")
    parts[_NUMBERING] = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def xml_root(content: bytes) -> Any:
    """The root element of a part; nothing outside it is loaded."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _value(element: Any, path: str) -> str | None:
    """The w:val of the element at a path of names, such as "pPr/numPr"."""
    found = element.find("/".join(_W + name for name in path.split("/")))
    return None if found is None else found.get(f"{_W}val", "")


def _number(element: Any, path: str) -> int | None:
    value = _value(element, path)
    return int(value) if value else None


def _lists(root: Any) -> dict[str, _List]:
    abstract: dict[str, dict[int, _Level]] = {}
    counts: dict[str, dict[int, int]] = {}
    for element in root.findall(f"{_W}abstractNum"):
        key = element.get(f"{_W}abstractNumId")
        abstract[key] = {int(x.get(f"{_W}ilvl", 0)): _level(x) for x in element.findall(f"{_W}lvl")}
        counts[key] = {}
    lists: dict[str, _List] = {}
    for element in root.findall(f"{_W}num"):
        key = _value(element, "abstractNumId") or ""
        levels = dict(abstract.get(key, {}))
        starts: dict[int, int] = {}
        for override in element.findall(f"{_W}lvlOverride"):
            depth = int(override.get(f"{_W}ilvl", 0))
            if (level := override.find(f"{_W}lvl")) is not None:
                levels[depth] = _level(level)
            if (start := _number(override, "startOverride")) is not None:
                starts[depth] = start
        lists[element.get(f"{_W}numId")] = _List(levels, starts, counts.setdefault(key, {}))
    return lists


def _level(element: Any) -> _Level:
    start = _number(element, "start")
    return _Level(
        format=_value(element, "numFmt") or "decimal",
        start=1 if start is None else start,
        text=_value(element, "lvlText") or "",
        is_legal=_value(element, "isLgl") is not None,
        style=_value(element, "pStyle"),
    )


def _styles(content: bytes | None) -> dict[str, _Style]:
    if content is None:
        return {}
    return {
        element.get(f"{_W}styleId"): _Style(
            number=_value(element, "pPr/numPr/numId"),
            level=_number(element, "pPr/numPr/ilvl"),
            parent=_value(element, "basedOn"),
        )
        for element in xml_root(content).findall(f"{_W}style")
    }


def _write_number(paragraph: Any, numbering: _Numbering) -> None:
    place = _place(paragraph, numbering)
    # mammoth reads the fallback of a drawing; the choice has the same paragraphs again.
    if place is None or next(paragraph.iterancestors(_CHOICE), None) is not None:
        return
    label = _next_label(*place)
    if not label or not _has_text(paragraph):
        return
    run = etree.Element(f"{_W}r")
    text = etree.SubElement(run, f"{_W}t")
    text.text = f"{label} "
    text.set(_SPACE, "preserve")
    has_properties = len(paragraph) and paragraph[0].tag == f"{_W}pPr"
    paragraph.insert(1 if has_properties else 0, run)


def _has_text(paragraph: Any) -> bool:
    """True for a paragraph with text in force: what was deleted or moved away is not."""
    texts = (text for text in paragraph.iter(f"{_W}t") if text.text)
    return any(next(text.iterancestors(f"{_W}moveFrom"), None) is None for text in texts)


def _place(paragraph: Any, numbering: _Numbering) -> tuple[_List, int] | None:
    """The list and the level of a paragraph, by itself or by its style."""
    number = _value(paragraph, "pPr/numPr/numId")
    level = _number(paragraph, "pPr/numPr/ilvl")
    style = _value(paragraph, "pPr/pStyle")
    seen: set[str] = set()
    while number is None and style in numbering.styles and style not in seen:
        seen.add(style)
        found = numbering.styles[style]
        number = found.number
        if number in numbering.lists and level is None:
            linked = numbering.lists[number].levels.items()
            level = next((depth for depth, one in linked if one.style == style), found.level)
        style = found.parent or ""
    if number not in numbering.lists:
        return None
    return numbering.lists[number], level or 0


def _next_label(found: _List, depth: int) -> str:
    """Count on, and say the number as it is printed; bullets have none."""
    if not found.is_begun:
        found.is_begun = True
        for key in found.starts:
            found.counts.pop(key, None)
    if depth not in found.levels:
        return ""
    found.counts[depth] = _count(found, depth) + (depth in found.counts)
    for deeper in [key for key in found.counts if key > depth]:
        del found.counts[deeper]
    return _label(found, found.levels[depth])


def _count(found: _List, depth: int) -> int:
    """Where a level stands; where it has not begun, its first number."""
    start = found.starts.get(depth, found.levels[depth].start)
    return found.counts.get(depth, start)


def _label(found: _List, level: _Level) -> str:
    def printed(match: re.Match[str]) -> str:
        depth = int(match[1]) - 1
        if depth not in found.levels:
            return ""
        form = "decimal" if level.is_legal else found.levels[depth].format
        return _formatted(_count(found, depth), form)

    if level.format in _NO_NUMBER:
        return ""
    return re.sub(r"%([1-9])", printed, level.text).strip()


def _formatted(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and number > 0:
        rounds, letter = divmod(number - 1, 26)
        text = string.ascii_lowercase[letter] * (min(rounds, 9) + 1)
    elif form in ("lowerRoman", "upperRoman") and 0 < number < _MOST_ROMAN:
        text = ""
        for value, numeral in _ROMAN:
            text += numeral * (number // value)
            number %= value
    elif form == "decimalZero":
        text = f"{number:02}"
    else:
        text = "" if form in _NO_NUMBER else str(number)
    return text.upper() if form.startswith("upper") else text
