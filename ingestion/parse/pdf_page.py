"""What stands on a PDF page and in which order: words, ruled tables, columns.

A PDF only says where each character is painted. Lines, columns and cells are found by geometry.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pdfplumber.utils.text import extract_words

from ingestion.parse.pdf_skew import put_straight
from ingestion.parse.pdf_table import BOLD, Table, mapped, read_tables

MAX_EDGES = 5000
"""More drawn lines than this are a drawing; to look for cells among them takes minutes."""

_FARTHEST = 20_000.0  # points; a PDF page is at most 14,400 wide and high
_SMALLEST = 0.5  # points of type
_MONO = re.compile(r"courier|mono|consol|cmtt", re.IGNORECASE)
_WHOLE = 0.8


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
    """A page's lines and tables, not yet in reading order. A line's parts end at wide gaps.

    `pictured` is True for text over a picture of the whole page, which most often is a scan.
    """

    number: int
    height: float
    rows: tuple[tuple[Line, ...], ...]
    tables: tuple[Table, ...]
    images: int
    dense: bool
    slanted: bool
    pictured: bool = False


Item = Line | Table


def read_page(page: Any) -> PageContent:
    """Read a pdfplumber page. Slanted text (a watermark, a margin note) stays out.

    So does what nobody can see: type without a size, and what lies far off every page.
    """
    page = page.filter(_can_be_seen)
    pictures = [image for image in page.images if not _covers(image, page)]
    covered = len(pictures) < len(page.images)
    slanted = any(not _is_level(c) and c["text"].strip() for c in page.chars)
    page = page.filter(_is_level)
    if _has_doubles(page):
        page = page.dedupe_chars()
    dense = len(page.edges) > MAX_EDGES
    tables = () if dense else tuple(read_tables(page))
    chars = put_straight(page.chars, float(page.width), float(page.height))
    words = [
        _word(word)
        for word in extract_words(chars, x_tolerance_ratio=0.15, return_chars=True)
        if not any(table.holds(word) for table in tables)
    ]
    rows = tuple(tuple(_parts(row)) for row in rows_of(word for word in words if word.text))
    pictured = covered and bool(rows)
    images = len(pictures if pictured else page.images)
    height = float(page.height)
    return PageContent(page.page_number, height, rows, tables, images, dense, slanted, pictured)


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


def _can_be_seen(obj: Any) -> bool:
    if obj["object_type"] == "char" and obj["size"] < _SMALLEST:
        return False
    return all(abs(obj[side]) < _FARTHEST for side in ("x0", "x1", "top", "bottom"))


def _covers(image: Any, page: Any) -> bool:
    """True for a picture of the whole page, or of all of it but its margins."""
    width, height = (image["x1"] - image["x0"], image["bottom"] - image["top"])
    return bool(width * height > _WHOLE * page.width * page.height)


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


def rows_of(words: Iterable[Line]) -> list[list[Line]]:
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
