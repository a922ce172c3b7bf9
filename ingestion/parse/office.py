"""Excel workbooks: every sheet a heading, every row of a table with its header."""

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder, merge_header, one_line
from ingestion.parse.office_parts import inspect_parts
from ingestion.parse.office_values import shown
from ingestion.parse.slides import read_pptx

__all__ = ["read_pptx", "read_xlsx"]

_BROKEN = (
    InvalidFileException,
    SyntaxError,  # malformed XML
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    IndexError,
    NotImplementedError,
    OSError,
)
_MOST_HEADER_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    is_text: bool
    bold: bool


@dataclass(slots=True)
class _Grid:
    """A sheet's filled cells by row and column, and the merged ranges that cover each row.

    A merged range is first row, last row, first column, last column.
    """

    rows: dict[int, dict[int, _Cell]]
    merged: dict[int, list[tuple[int, int, int, int]]]


def read_xlsx(data: bytes) -> ParsedDocument:
    """Read the values of a workbook; hidden sheets, pictures and charts are left out and named.

    Raises UnreadableDocumentError when it is malformed or holds no value.
    """
    builder = TextBuilder()
    has_formulas = inspect_parts(data, builder)
    book = _load(data, values=True)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            _add_sheet(builder, sheet)
    hidden = [one_line(sheet.title) for sheet in book.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        builder.lose(f"{len(hidden)} hidden sheet(s) not read: {', '.join(hidden)}.")
    if has_formulas and (missing := _without_result(book, _load(data, values=False))):
        builder.lose(
            f"{missing} formula(s) have no saved result and were not read; "
            "open the workbook in Excel and save it."
        )
    return builder.build(book.properties.title)


def _load(data: bytes, *, values: bool) -> Any:
    try:
        with warnings.catch_warnings():
            # They are about styles and extensions that carry no text.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(data), data_only=values)
    except _BROKEN as error:
        # openpyxl has no error of its own for parts that are missing or malformed.
        raise UnreadableDocumentError(
            "Its parts do not fit together; open it in Excel and save it again as .xlsx."
        ) from error


def _without_result(values: Any, formulas: Any) -> int:
    count = 0
    for sheet in formulas.worksheets:
        if sheet.sheet_state != "visible":
            continue
        saved = values[sheet.title]._cells
        for place, cell in sheet._cells.items():
            count += cell.data_type == "f" and (place not in saved or saved[place].value is None)
    return count


def _add_sheet(builder: TextBuilder, sheet: Any) -> None:
    grid = _grid(sheet)
    if not grid.rows:
        return
    builder.add("heading", sheet.title, level=1)
    header: dict[int, str] | None = None
    was_bold = False
    for region in _regions(grid):
        start = 0
        while start < len(region) and len(grid.rows[region[start]]) == 1:
            builder.add("paragraph", _only(grid.rows[region[start]]).text)
            start += 1
        body = region[start:]
        if not body:
            continue
        if _has_header(grid, body, header, was_bold):
            was_bold = all(cell.bold for cell in grid.rows[body[0]].values())
            depth = _depth(grid, body)
            header = _header(grid, body[:depth])
            # A table of one row has no header; its values must not be lost.
            _add_rows(builder, grid, body[depth:] or body, header if body[depth:] else {})
        else:
            _add_rows(builder, grid, body, header or {})


def _grid(sheet: Any) -> _Grid:
    """The cells that exist. Iterating over the sheet would also make those that do not."""
    rows: dict[int, dict[int, _Cell]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        text = one_line(shown(cell.value, cell.number_format))
        if text:
            found = _Cell(text, isinstance(cell.value, str), bool(cell.font and cell.font.b))
            rows.setdefault(row, {})[column] = found
    merged: dict[int, list[tuple[int, int, int, int]]] = {}
    for one in sheet.merged_cells.ranges:
        for row in range(one.min_row, one.max_row + 1):
            bounds = (one.min_row, one.max_row, one.min_col, one.max_col)
            merged.setdefault(row, []).append(bounds)
    return _Grid(rows, merged)


def _regions(grid: _Grid) -> Iterator[list[int]]:
    """Runs of rows without an empty one; a row inside a merged cell is not empty."""
    region: list[int] = []
    for row in sorted(grid.rows):
        if region and any(gap not in grid.merged for gap in range(region[-1] + 1, row)):
            yield region
            region = []
        region.append(row)
    if region:
        yield region


def _only(row: dict[int, _Cell]) -> _Cell:
    return next(iter(row.values()))


def _has_header(grid: _Grid, body: Sequence[int], header: object, bold: bool) -> bool:
    """Whether a table begins with its header.

    The first table of a sheet does. A later one goes on under the header above unless its own
    first row looks like one.
    """
    first = grid.rows[body[0]]
    if header is None:
        return True
    if not all(cell.is_text for cell in first.values()):
        return False
    if bold or all(cell.bold for cell in first.values()):
        return all(cell.bold for cell in first.values())
    return any(not cell.is_text for row in body[1:2] for cell in grid.rows[row].values())


def _depth(grid: _Grid, body: Sequence[int]) -> int:
    """How many rows the header has: as many as its merged cells reach down or across over."""
    depth = 1
    for top, bottom, left, right in grid.merged.get(body[0], []):
        if top == body[0]:
            depth = max(depth, bottom - top + 1, 2 if right > left else 1)
    return min(depth, _MOST_HEADER_ROWS, max(len(body) - 1, 1))


def _header(grid: _Grid, rows: Sequence[int]) -> dict[int, str]:
    """The name of each column from one or more header rows."""
    lines = [_line(grid, row, across=True) for row in rows]
    columns = sorted({column for line in lines for column in line})
    names = merge_header([[line.get(column, "") for column in columns] for line in lines])
    return dict(zip(columns, names, strict=True))


def _line(grid: _Grid, row: int, *, across: bool = False) -> dict[int, str]:
    """A row's texts by column, with what is merged from above.

    With `across`, what is merged from the left, too: the name of a group of columns.
    """
    cells = {column: cell.text for column, cell in grid.rows.get(row, {}).items()}
    for top, _, left, right in grid.merged.get(row, []):
        origin = grid.rows.get(top, {}).get(left)
        if origin is not None:
            for column in range(left, right + 1 if across else left + 1):
                cells.setdefault(column, origin.text)
    return cells


def _add_rows(
    builder: TextBuilder, grid: _Grid, body: Sequence[int], header: dict[int, str]
) -> None:
    first_column = min(header, default=0)
    for row in body:
        cells = _line(grid, row)
        if len(cells) == 1 and min(cells) <= first_column and len(header) > 1:
            # A label above the rows that follow, or a note below those before.
            builder.add("paragraph", next(iter(cells.values())))
            continue
        # Only the columns in use: a stray cell at the far end must not cost 16,384 of them.
        columns = sorted({*header, *cells})
        texts = [cells.get(column, "") for column in columns]
        builder.table([texts], header=[header.get(column, "") for column in columns])
