"""What a sample document must say, taken from its source and not from any reader."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import yaml
from openpyxl.utils import range_boundaries

from sample_docs.build_source import BULLET, Block, read_source
from sample_docs.build_spans import plain
from sample_docs.build_tables import Rows, areas, header_depth, places

Row = tuple[tuple[str, str], ...]
"""A row of a table: header and text of each cell. A cell over the whole width has no header."""

# The reader leaves out what groups thousands: whoever searches for "1280" finds it.
_FORMATS = {
    "": "{:.15g}",
    "#,##0": "{:.15g}",
    "#,##0.00": "{:.2f}",
    "0.00": "{:.2f}",
    "0 %": "{:.0%}",
    "0.0 %": "{:.1%}",
}


@dataclass(frozen=True, slots=True)
class Expected:
    """The words of all text outside tables, and the rows of all tables, each in their order.

    `hidden` names the sheets that are not to be read.
    """

    words: tuple[str, ...]
    rows: tuple[Row, ...]
    hidden: tuple[str, ...] = ()
    scanned: bool = False
    changes: int = 0


def expected(source: Path) -> Expected:
    """What the document that is built from a source must say."""
    return _workbook(source) if source.suffix == ".yaml" else _pages(source)


def words(text: str) -> list[str]:
    """The words of a text, without soft hyphens and the marks of list items."""
    return [word for word in text.replace("\u00ad", "").split() if word != BULLET]


def _pages(path: Path) -> Expected:
    source = read_source(path)
    texts = [str(source.meta["title"]), str(source.meta.get("subtitle", ""))]
    rows: list[Row] = [((str(n), str(v)),) for n, v in source.meta.get("block", {}).items()]
    for block in source.blocks:
        if source.meta["format"] == "pptx" and block.kind == "quote":
            texts.append("Notes:")
        texts += _texts(block)
        rows += _table(block.rows) if block.kind == "table" else []
    return Expected(
        tuple(words(" ".join(texts))),
        tuple(rows),
        scanned=bool(source.meta.get("scanned")),
        changes=sum(_changes(block) for block in source.blocks),
    )


def _changes(block: Block) -> int:
    """How many tracked changes a block has; what changes style in between is one change."""
    cells = chain.from_iterable(block.rows)
    runs = chain.from_iterable(groupby(span.change for span in spans) for spans in cells)
    return sum(bool(change) for change, _ in chain(groupby(s.change for s in block.spans), runs))


def _texts(block: Block) -> Iterator[str]:
    if block.kind not in {"table", "break"} and block.text.strip():
        yield f"{block.marker} {block.text}"


def _table(rows: Rows) -> Iterator[Row]:
    """The rows of the body, each with what reaches down into it from above."""
    depth, width = header_depth(rows), len(rows[0])
    grid = [[""] * width for _ in rows]
    lefts = [list(range(width)) for _ in rows]
    for area in areas(rows):
        for row, column in places(area):
            grid[row][column] = _one_line(plain(rows[area.top][area.left]))
            lefts[row][column] = area.left
    names = _names(grid[:depth])
    for line, starts in zip(grid[depth:], lefts[depth:], strict=True):
        firsts = [column for column in range(width) if starts[column] == column]
        if width > 1 and len(firsts) == 1:
            yield (("", line[0]),)
        elif any(line):
            yield tuple((names[column], line[column]) for column in firsts if line[column])


def _workbook(path: Path) -> Expected:
    described = yaml.safe_load(path.read_text(encoding="utf-8"))
    texts: list[str] = []
    rows: list[Row] = []
    for sheet in described["sheets"]:
        if not sheet.get("hidden"):
            texts.append(sheet["name"])
            _add_sheet(sheet, texts, rows)
    hidden = tuple(sheet["name"] for sheet in described["sheets"] if sheet.get("hidden"))
    return Expected(tuple(words(" ".join(texts))), tuple(rows), hidden)


def _add_sheet(sheet: dict[str, Any], texts: list[str], rows: list[Row]) -> None:
    grid = _cells(sheet)
    names: list[str] = []
    header: list[list[str]] = []
    for number, line in enumerate(grid, start=1):
        filled = [column for column, text in enumerate(line) if text]
        if number in sheet["header_rows"]:
            header.append(_spread(sheet, line, number))
            names = _names(header)
            continue
        header = []
        if len(filled) == 1:
            texts.append(line[filled[0]])
        elif filled:
            rows.append(tuple((names[column], line[column]) for column in filled))


def _cells(sheet: dict[str, Any]) -> list[list[str]]:
    """The text of every cell, a cell merged over rows in each of them."""
    width = max(len(row) for row in sheet["rows"])
    grid = [[""] * width for _ in sheet["rows"]]
    for r, row in enumerate(sheet["rows"]):
        for c, value in enumerate(row):
            grid[r][c] = _shown(value, _format(sheet, r + 1, c + 1))
    for merged in sheet.get("merges", []):
        left, top, _, bottom = range_boundaries(merged)
        for r in range(top, bottom):
            grid[r][left - 1] = grid[top - 1][left - 1]
    return grid


def _spread(sheet: dict[str, Any], row: list[str], number: int) -> list[str]:
    """A header row in which a name over several columns stands in each of them."""
    line = list(row)
    for merged in sheet.get("merges", []):
        left, top, right, bottom = range_boundaries(merged)
        if top <= number <= bottom:
            line[left - 1 : right] = [line[left - 1]] * (right - left + 1)
    return line


def _format(sheet: dict[str, Any], row: int, column: int) -> str:
    found = ""
    for place, number_format in sheet.get("formats", {}).items():
        left, top, right, bottom = range_boundaries(place if ":" in place else f"{place}:{place}")
        if left <= column <= right and (top or row) <= row <= (bottom or row):
            found = number_format
    return found


def _shown(value: Any, number_format: str) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).upper()
    if isinstance(value, int | float):
        return _FORMATS[number_format].format(value).replace("%", " %")
    return _one_line(str(value))


def _names(rows: Sequence[Sequence[str]]) -> list[str]:
    return [_joined(row[column] for row in rows) for column in range(len(rows[0]))]


def _joined(names: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(name for name in names if name))


def _one_line(text: str) -> str:
    return " ".join(text.split())
