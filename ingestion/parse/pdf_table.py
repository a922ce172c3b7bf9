"""Ruled tables of a PDF page, as a grid with merged cells expanded."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from ingestion.parse.builder import one_line

BOLD = re.compile(r"bold|black|heavy|demi|cmbx", re.IGNORECASE)
_UNMAPPED = re.compile(r"\(cid:(\d+)\)")
_BULLET_CODES = {"127", "149"}  # the bullet of WinAnsi, which many writers leave without a name
_EDGE = 3.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the lines of its cells still apart.

    `facts` is True for a list of facts, a bold name and its value in each row: no header then.
    `sure` is True when the header is set off in bold, not only taken to be the first row.
    `across` is True for each row of the body that is one cell over the whole width.
    """

    x0: float
    x1: float
    top: float
    bottom: float
    caption: str
    header_rows: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    edges: tuple[float, ...]
    across: tuple[bool, ...]
    facts: bool = False
    sure: bool = False

    def holds(self, word: Mapping[str, Any]) -> bool:
        """True for a word whose middle lies in the table."""
        x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
        return bool(self.x0 <= x <= self.x1 and self.top <= y <= self.bottom)

    def same_columns(self, other: "Table") -> bool:
        """True when the columns are as wide as the other's: then it may be the rest of it."""
        return len(self.edges) == len(other.edges) and all(
            abs((a - self.x0) - (b - other.x0)) <= _EDGE
            for a, b in zip(self.edges, other.edges, strict=True)
        )


def read_tables(page: Any) -> Iterator[Table]:
    """The page's tables of at least two columns; a framed paragraph is not a table."""
    for found in page.find_tables():
        lefts = _distinct(cell[0] for cell in found.cells)
        tops = _distinct(cell[1] for cell in found.cells)
        if len(lefts) < 2:
            continue
        table = _table(page, found, lefts, tops)
        if table.header_rows or table.rows:
            yield table


def _distinct(values: Iterator[float]) -> list[float]:
    """Sorted edges; edges closer than a hair's breadth are one."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > 1.0:
            edges.append(value)
    return edges


def _table(page: Any, found: Any, lefts: Sequence[float], tops: Sequence[float]) -> Table:
    grid, spans = _grid(found, lefts, tops)
    caption = ""
    if len(grid) > 1 and spans[0] == len(lefts):
        caption, grid, tops = grid[0][0], grid[1:], tops[1:]
        spans = spans[1:]
    chars = [c for c in page.chars if c["text"].strip() and _inside(c, found.bbox)]
    bold = [_all_bold(row_chars) for row_chars in _by_row(chars, tops)]
    leading = len(list(takewhile(bool, bold)))
    facts = not leading and len(lefts) == 2 and _all_bold([c for c in chars if c["x0"] < lefts[1]])
    # A name across several columns is explained by the row below it.
    least = 2 if spans and spans[0] > 1 and len(grid) > 2 else 1
    depth = 0 if facts else max(leading if leading < len(grid) else 1, least)
    x0, top, x1, bottom = (float(edge) for edge in found.bbox)
    return Table(
        x0,
        x1,
        top,
        bottom,
        one_line(caption),
        tuple(tuple(row) for row in grid[:depth]),
        tuple(tuple(row) for row in _without_echo(grid[depth:], found, tops[depth:], lefts)),
        (*lefts, x1),
        tuple(width == len(lefts) for width in spans[depth:]),
        facts,
        0 < leading < len(grid),
    )


def _grid(
    found: Any, lefts: Sequence[float], tops: Sequence[float]
) -> tuple[list[list[str]], list[int]]:
    """Every place's text, a merged cell's text in each of its places; the widest cell of a row."""
    grid = [[""] * len(lefts) for _ in tops]
    widest = [1] * len(tops)
    for row, texts in zip(found.rows, found.extract(x_tolerance_ratio=0.15), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            if cell is None:
                continue
            columns, lines = _span(cell, lefts, tops)
            for line in lines:
                widest[line] = max(widest[line], len(columns))
                for column in columns:
                    grid[line][column] = mapped(text or "")
    return grid, widest


def _span(cell: Box, lefts: Sequence[float], tops: Sequence[float]) -> tuple[list[int], list[int]]:
    columns = [i for i, left in enumerate(lefts) if cell[0] - 1 <= left < cell[2] - 1]
    lines = [i for i, top in enumerate(tops) if cell[1] - 1 <= top < cell[3] - 1]
    return columns, lines


def _without_echo(
    rows: Sequence[Sequence[str]], found: Any, tops: Sequence[float], lefts: Sequence[float]
) -> list[list[str]]:
    """Body rows in which a cell merged over columns is said once, in its first column."""
    kept = [list(row) for row in rows]
    for cell in found.cells:
        columns, lines = _span(cell, lefts, tops)
        for line in lines:
            for column in columns[1:]:
                kept[line][column] = ""
    return kept


def mapped(text: str) -> str:
    """Text with the bullets that the font does not name; other nameless glyphs are dropped."""
    return _UNMAPPED.sub(lambda found: "•" if found[1] in _BULLET_CODES else "", text)


def _inside(char: Mapping[str, Any], box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _by_row(chars: Sequence[Mapping[str, Any]], tops: Sequence[float]) -> list[list[Any]]:
    ends = [*tops[1:], float("inf")]
    return [
        [c for c in chars if top <= (c["top"] + c["bottom"]) / 2 < end]
        for top, end in zip(tops, ends, strict=True)
    ]


def _all_bold(chars: Sequence[Mapping[str, Any]]) -> bool:
    return bool(chars) and all(BOLD.search(char["fontname"]) for char in chars)
