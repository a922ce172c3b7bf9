"""HTML tables: merged cells spread out, header rows found."""

import re
from dataclasses import dataclass

from bs4 import Tag

from ingestion.parse.builder import TextBuilder, merge_header, one_line
from ingestion.parse.markup_text import inline_text

# More is a mistake or an attack: a merged cell is repeated in all the places it covers.
_LARGEST_SPAN = 200
_MOST_CELLS = 200_000


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    is_name: bool
    width: int
    height: int


def is_layout(table: Tag) -> bool:
    """True for a table that only places things: it holds tables or headings, or is one column."""
    if table.get("role") == "presentation" or table.find(["table", "h1", "h2", "h3"]):
        return True
    return all(len(_cells(row)) <= 1 for row in table.find_all("tr"))


def add_table(builder: TextBuilder, table: Tag) -> None:
    """Append a table: its caption as a paragraph, then its rows."""
    caption = table.find("caption")
    if caption:
        builder.add("paragraph", inline_text(caption))
    rows = [row for row in table.find_all("tr") if one_line(inline_text(row))]
    grid = _grid(rows)
    marked = _marked_rows(rows)
    if not marked and grid and all(len(row) == 2 for row in grid):
        # Two columns without a header: a list of facts, a name and its value in each row.
        for name, value in grid:
            builder.table([[value or name]], header=[name if value else ""])
        return
    width = max(map(len, grid), default=0)
    names = grid[: marked or 1]
    if len(grid) > len(names):
        _add_body(builder, names, grid[len(names) :], rows[len(names) :], width)
    else:
        builder.table(grid, header_rows=0)


def _add_body(
    builder: TextBuilder, names: list[list[str]], body: list[list[str]], rows: list[Tag], width: int
) -> None:
    header = merge_header(names)
    for cells, row in zip(body, rows, strict=True):
        if width > 1 and len(_cells(row)) == 1 and len(set(cells)) == 1 and len(cells) == width:
            # A cell over the whole width speaks of the rows below it.
            builder.add("table_row", cells[0])
        else:
            builder.table([_label_once(cells, row)], header=header)


def _label_once(cells: list[str], row: Tag) -> list[str]:
    """A row's label that runs over several columns, such as "Total", is no value in them."""
    first = _cell(_cells(row)[0]) if _cells(row) else None
    if first is None or first.width == 1 or first.text != cells[0]:
        return cells
    return [first.text, *[""] * (first.width - 1), *cells[first.width :]]


def _cells(row: Tag) -> list[Tag]:
    return row.find_all(["td", "th"], recursive=False)


def _marked_rows(rows: list[Tag]) -> int:
    """How many leading rows are marked as header: in a <thead>, all <th>, or all bold."""
    count = 0
    for row in rows:
        cells = [_cell(cell) for cell in _cells(row)]
        filled = [cell for cell in cells if cell.text]
        only_names = len(filled) > 1 and all(cell.is_name for cell in filled)
        if row.find_parent("thead") is None and not only_names:
            break
        count += 1
    return count


def _grid(rows: list[Tag]) -> list[list[str]]:
    """The rows' texts, with every merged cell in all the places it covers."""
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # by column: rows still to cover, and the text
    total = 0
    for row in rows:
        line: list[str] = []
        for cell in map(_cell, _cells(row)):
            _take_from_above(line, below)
            for _ in range(cell.width):
                if cell.height > 1:
                    below[len(line)] = (cell.height - 1, cell.text)
                line.append(cell.text)
        _take_from_above(line, below)
        total += len(line)
        if total > _MOST_CELLS:
            break
        grid.append(line)
    return grid


def _take_from_above(line: list[str], below: dict[int, tuple[int, str]]) -> None:
    while len(line) in below:
        left, text = below.pop(len(line))
        if left > 1:
            below[len(line)] = (left - 1, text)
        line.append(text)


def _cell(tag: Tag) -> _Cell:
    text = one_line(inline_text(tag))
    bold = one_line("".join(inline_text(part) for part in tag.find_all(["b", "strong"])))
    is_name = tag.name == "th" or (bold == text != "")
    return _Cell(text, is_name, _span(tag, "colspan"), _span(tag, "rowspan"))


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return max(1, min(int(value), _LARGEST_SPAN)) if re.fullmatch(r"[0-9]{1,6}", value) else 1
