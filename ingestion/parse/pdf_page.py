"""What stands on a PDF page and in which order: words, ruled tables, columns.

A PDF only says where each character is painted. Lines, columns and cells are found by geometry.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from ingestion.parse.pdf_table import BOLD, Table, mapped, read_tables

MAX_EDGES = 5000
"""More drawn lines than this are a drawing; to look for cells among them takes minutes."""

_FARTHEST = 20_000.0  # points; a PDF page is at most 14,400 wide and high
_SMALLEST = 0.5  # points of type
_MONO = re.compile(r"courier|mono|consol|cmtt", re.IGNORECASE)
_STEP = 2.0
_LEAST_GUTTER = 6.0
_LEAST_LINES = 5


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one line. Coordinates are in points, from the top left corner of the page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool = False
    mono: bool = False


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page's lines and tables, not yet in reading order. `parts` of a line end at wide gaps."""

    number: int
    height: float
    rows: tuple[tuple[Line, ...], ...]
    tables: tuple[Table, ...]
    images: int
    dense: bool
    slanted: bool


Item = Line | Table


def read_page(page: Any) -> PageContent:
    """Read a pdfplumber page. Slanted text (a watermark, a margin note) stays out.

    So does what nobody can see: type without a size, and what lies far off every page.
    """
    page = page.filter(_can_be_seen)
    images = len(page.images)
    slanted = any(not _is_level(c) and c["text"].strip() for c in page.chars)
    page = page.filter(_is_level)
    if _has_doubles(page):
        page = page.dedupe_chars()
    dense = len(page.edges) > MAX_EDGES
    tables = () if dense else tuple(read_tables(page))
    words = [
        _word(word)
        for word in page.extract_words(x_tolerance_ratio=0.15, return_chars=True)
        if not any(table.holds(word) for table in tables)
    ]
    rows = tuple(tuple(_parts(row)) for row in _rows(word for word in words if word.text))
    return PageContent(page.page_number, float(page.height), rows, tables, images, dense, slanted)


def join(parts: Iterable[Line]) -> Line:
    """Pieces of one line as one line."""
    pieces = sorted(parts, key=lambda part: part.x0)
    text = pieces[0].text
    for before, piece in pairwise(pieces):
        # A piece that touches the one before it belongs to the same word: "mm" and a raised "2".
        text += piece.text if piece.x0 - before.x1 < 0.1 * piece.size else f" {piece.text}"
    sizes = Counter[float]()
    for piece in pieces:
        sizes[piece.size] += len(piece.text)
    marked = [piece for piece in pieces if any(char.isalnum() for char in piece.text)] or pieces
    return Line(
        text,
        pieces[0].x0,
        max(piece.x1 for piece in pieces),
        min(piece.top for piece in pieces),
        max(piece.bottom for piece in pieces),
        sizes.most_common(1)[0][0],
        all(piece.bold for piece in marked),
        all(piece.mono for piece in marked),
    )


def flows(rows: Sequence[Sequence[Line]], tables: Sequence[Table]) -> list[list[Item]]:
    """A page's content as runs in reading order: a column, or what stands across all columns."""
    parts: list[Item] = [part for row in rows for part in row]
    return [_whole_lines(flow) for flow in _columns([*parts, *tables]) if flow]


def _can_be_seen(obj: Any) -> bool:
    if obj["object_type"] == "char" and obj["size"] < _SMALLEST:
        return False
    return all(abs(obj[side]) < _FARTHEST for side in ("x0", "x1", "top", "bottom"))


def _is_level(obj: Any) -> bool:
    """True for anything but a character whose base line rises or falls."""
    if obj["object_type"] != "char":
        return True
    across, rise = obj["matrix"][:2]
    return bool(across > 0 and abs(rise) <= 0.1 * across)


def _has_doubles(page: Any) -> bool:
    """True when characters stand twice at one place: an old way to paint bold type."""
    places = {(round(c["x0"]), round(c["top"]), c["text"]) for c in page.chars if c["text"] != " "}
    return bool(len(places) < sum(c["text"] != " " for c in page.chars))


def _word(word: dict[str, Any]) -> Line:
    chars = word["chars"]
    sizes = Counter(round(float(char["size"]) * 2) / 2 for char in chars)
    return Line(
        mapped(word["text"]),
        float(word["x0"]),
        float(word["x1"]),
        float(word["top"]),
        float(word["bottom"]),
        sizes.most_common(1)[0][0],
        all(BOLD.search(char["fontname"]) for char in chars),
        all(_MONO.search(char["fontname"]) for char in chars),
    )


def _rows(words: Iterable[Line]) -> list[list[Line]]:
    """Words that stand side by side, from the top. Large words first: small ones join them."""
    rows: list[list[Line]] = []
    for word in sorted(words, key=lambda word: (-word.size, word.top, word.x0)):
        row = next((row for row in reversed(rows) if _joins(word, row)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    return sorted(rows, key=lambda row: row[0].top)


def _joins(word: Line, row: Sequence[Line]) -> bool:
    """True on the same base line, and for a raised or lowered word that touches one of the row.

    To overlap is not enough: a heading beside another column overlaps two lines of it.
    """
    first = row[0]
    lower = min(first.bottom - first.top, word.bottom - word.top)
    if min(first.bottom, word.bottom) - max(first.top, word.top) <= 0.3 * lower:
        return False
    if abs(first.bottom - word.bottom) <= 0.2 * max(first.size, word.size):
        return True
    return any(
        -1 < word.x0 - other.x1 < 0.2 * other.size or -1 < other.x0 - word.x1 < 0.2 * other.size
        for other in row
    )


def _parts(row: Sequence[Line]) -> list[Line]:
    """A row cut at its wide gaps: the pieces that columns are made of."""
    groups: list[list[Line]] = []
    for word in sorted(row, key=lambda word: word.x0):
        if groups and word.x0 - groups[-1][-1].x1 <= 0.9 * word.size:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [join(group) for group in groups]


def _whole_lines(flow: Sequence[Item]) -> list[Item]:
    lines: list[Item] = [
        join(row) for row in _rows(item for item in flow if isinstance(item, Line))
    ]
    tables: list[Item] = [item for item in flow if isinstance(item, Table)]
    return sorted([*lines, *tables], key=lambda item: item.top)


def _columns(items: Sequence[Item]) -> list[list[Item]]:
    """Items column by column. What crosses the gutter (a title, a wide table) parts the page."""
    gutter = _gutter(items)
    if gutter is None:
        return [list(items)]
    done: list[list[Item]] = []
    left: list[Item] = []
    right: list[Item] = []
    across: list[Item] = []
    for item in sorted(items, key=lambda item: item.top):
        if item.x0 < gutter < item.x1:
            done += [*_columns(left), *_columns(right)]
            left, right = [], []
            across.append(item)
            continue
        if across:
            done.append(across)
            across = []
        (left if item.x1 <= gutter else right).append(item)
    return [*done, *_columns(left), *_columns(right), across]


def _gutter(items: Sequence[Item]) -> float | None:
    """The middle of the empty strip between two columns of running text, if there is one."""
    lines = [item for item in items if isinstance(item, Line)]
    if len(lines) < 2 * _LEAST_LINES:
        return None
    x0, x1 = min(item.x0 for item in items), max(item.x1 for item in items)
    places = [x0 + 0.25 * (x1 - x0) + _STEP * i for i in range(int((x1 - x0) / 2 / _STEP) + 1)]
    crossing = [sum(item.x0 < place < item.x1 for item in items) for place in places]
    first, length = _longest_run(crossing, min(crossing))
    if length * _STEP < _LEAST_GUTTER:
        return None
    gutter = places[first + length // 2]
    left = [line for line in lines if line.x1 <= gutter]
    right = [line for line in lines if line.x0 >= gutter]
    full = _is_text(left, gutter - x0) and _is_text(right, x1 - gutter)
    return gutter if full else None


def _is_text(lines: Sequence[Line], width: float) -> bool:
    """Lines that mostly fill their column, or that are columns themselves.

    Short labels beside values are no column of text.
    """
    if len(lines) < _LEAST_LINES:
        return False
    return median(line.x1 - line.x0 for line in lines) > 0.5 * width or _gutter(lines) is not None


def _longest_run(values: Sequence[int], wanted: int) -> tuple[int, int]:
    best = (0, 0)
    start = 0
    for index, value in enumerate(values):
        if value != wanted:
            start = index + 1
        elif index + 1 - start > best[1]:
            best = (start, index + 1 - start)
    return best
