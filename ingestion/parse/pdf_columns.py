"""The reading order of a PDF page: its columns one after the other."""

from collections.abc import Sequence
from statistics import median

from ingestion.parse.pdf_page import Item, Line, PageContent, join, rows_of
from ingestion.parse.pdf_table import Table

_STEP = 2.0
_LEAST_GUTTER = 6.0
_LEAST_LINES = 5
_CELLS = 0.9  # of the lines begin with a capital or a digit


def flows(page: PageContent, rows: Sequence[Sequence[Line]]) -> list[list[Item]]:
    """These rows and the page's tables as runs in reading order.

    A run is a column, or what stands across all columns.
    """
    parts: list[Item] = [part for row in rows for part in row]
    found = _columns([*parts, *page.tables], page.pictured)
    return [_whole_lines(flow) for flow in found if flow]


def _whole_lines(flow: Sequence[Item]) -> list[Item]:
    lines: list[Item] = [
        join(row) for row in rows_of(item for item in flow if isinstance(item, Line))
    ]
    tables: list[Item] = [item for item in flow if isinstance(item, Table)]
    return sorted([*lines, *tables], key=lambda item: item.top)


def _columns(items: Sequence[Item], pictured: bool) -> list[list[Item]]:
    """Items column by column. What crosses the gutter (a title, a wide table) parts the page."""
    gutter = _gutter(items, pictured)
    if gutter is None:
        return [list(items)]
    done: list[list[Item]] = []
    left: list[Item] = []
    right: list[Item] = []
    across: list[Item] = []
    for item in sorted(items, key=lambda item: item.top):
        if item.x0 < gutter < item.x1:
            done += [*_columns(left, pictured), *_columns(right, pictured)]
            left, right = [], []
            across.append(item)
            continue
        if across:
            done.append(across)
            across = []
        (left if item.x1 <= gutter else right).append(item)
    return [*done, *_columns(left, pictured), *_columns(right, pictured), across]


def _gutter(items: Sequence[Item], pictured: bool) -> float | None:
    """The middle of the empty strip between two columns of running text, if there is one."""
    lines = [item for item in items if isinstance(item, Line)]
    if len(lines) < 2 * _LEAST_LINES:
        return None
    x0, x1 = min(item.x0 for item in items), max(item.x1 for item in items)
    places = [x0 + 0.25 * (x1 - x0) + _STEP * i for i in range(int((x1 - x0) / 2 / _STEP) + 1)]
    crossing = [sum(item.x0 < place < item.x1 for item in items) for place in places]
    # A title across the columns may end within the gutter: one item more is let in then.
    for most in (min(crossing), min(crossing) + 1):
        first, length = _longest_run([count <= most for count in crossing])
        if length * _STEP < _LEAST_GUTTER:
            continue
        gutter = places[first + length // 2]
        left = [line for line in lines if line.x1 <= gutter]
        right = [line for line in lines if line.x0 >= gutter]
        if _is_text(left, gutter - x0, pictured) and _is_text(right, x1 - gutter, pictured):
            return gutter
    return None


def _is_text(lines: Sequence[Line], width: float, pictured: bool) -> bool:
    """Lines that mostly fill their column, or that are columns themselves.

    Short labels beside values are no column of text. Neither are cells whose rules are only in
    the picture of a scan: they begin with a capital or a digit, most lines of a text do not.
    """
    if len(lines) < _LEAST_LINES:
        return False
    begun = sum(line.text[0].isupper() or line.text[0].isdigit() for line in lines)
    cells = pictured and begun > _CELLS * len(lines)
    full = median(line.x1 - line.x0 for line in lines) > 0.5 * width
    return (full and not cells) or _gutter(lines, pictured) is not None


def _longest_run(values: Sequence[bool]) -> tuple[int, int]:
    """Where the longest run of true values begins, and its length."""
    best = (0, 0)
    start = 0
    for index, value in enumerate(values):
        if not value:
            start = index + 1
        elif index + 1 - start > best[1]:
            best = (start, index + 1 - start)
    return best
