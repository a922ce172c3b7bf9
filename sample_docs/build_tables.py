"""Merged cells and header rows of a table in a Markdown source.

A cell that holds only "^" is merged with the cell above it, one that holds only "<" with the cell
to its left. The first row is the header. A header row in which cells are merged to the left names
groups of columns, so the row below it belongs to the header too; so does a row in which a header
cell reaches down ("^"). This header has two rows, and the third row is the first of the body:

    | Grade | CO2 band | <    |
    | ^     | low      | high |
    | A     | 0 to 50  | 51   |
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sample_docs.build_spans import Spans, plain

UP, LEFT = "^", "<"

Rows = tuple[tuple[Spans, ...], ...]


@dataclass(frozen=True, slots=True)
class Area:
    """A cell with the places that it covers, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


def is_mark(spans: Spans) -> bool:
    """True for a cell that only says that it is merged with its neighbour."""
    return plain(spans).strip() in {UP, LEFT}


def header_depth(rows: Rows) -> int:
    """How many of the first rows are the header (see above); at least one row is body."""
    marks = [{plain(spans).strip() for spans in row} for row in rows]
    depth = 1
    while depth < len(rows) - 1 and (LEFT in marks[depth - 1] or UP in marks[depth]):
        depth += 1
    return depth


def areas(rows: Rows) -> Iterator[Area]:
    """Every cell that is no mark. Raises ValueError where marks do not form a rectangle."""
    taken: dict[tuple[int, int], Area] = {}
    for r, row in enumerate(rows):
        for c, spans in enumerate(row):
            if (r, c) in taken:
                continue
            if is_mark(spans):
                raise ValueError(f"row {r + 1}, column {c + 1}: a merge mark joins no cell")
            area = _area(rows, r, c)
            for place in places(area):
                taken[place] = area
            yield area


def places(area: Area) -> Iterator[tuple[int, int]]:
    """Row and column of every place that a cell covers."""
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield row, column


def _area(rows: Rows, top: int, left: int) -> Area:
    """Reach right as far as "<" goes and down as long as every row below is marks."""
    right = left
    while right + 1 < len(rows[top]) and plain(rows[top][right + 1]).strip() == LEFT:
        right += 1
    bottom = top
    while bottom + 1 < len(rows) and _goes_on(rows, bottom + 1, left, right):
        bottom += 1
    return Area(top, left, bottom, right)


def _goes_on(rows: Rows, row: int, left: int, right: int) -> bool:
    below = [plain(spans).strip() for spans in rows[row][left : right + 1]]
    return below[0] == UP and all(mark in {UP, LEFT} for mark in below)
