"""From paragraphs and tables of a PDF to blocks."""

from collections.abc import Sequence

from ingestion.parse.builder import TextBuilder, merge_header
from ingestion.parse.pdf_table import Table
from ingestion.parse.pdf_text import BULLET, Paragraph, Style, heading_levels, kind_of

Element = tuple[int, Paragraph | Table]
"""A paragraph or table, with its page."""

Written = tuple[int, Table, list[str]]
"""The table that was written last, with its page and header."""


def write(builder: TextBuilder, elements: Sequence[Element], style: Style) -> None:
    """Add the elements with their kinds and levels; tables that go on keep their header."""
    kinds = [
        kind_of(element, style) if isinstance(element, Paragraph) else "table_row"
        for _, element in elements
    ]
    levels = heading_levels(
        element
        for (_, element), kind in zip(elements, kinds, strict=True)
        if kind == "heading" and isinstance(element, Paragraph)
    )
    last: Written | None = None
    for (page, element), kind in zip(elements, kinds, strict=True):
        if isinstance(element, Table):
            header = _write_table(builder, element, page, style, last)
            last = (page, element, header)
            continue
        last = None
        if kind == "code":
            builder.add("code", element.text, page=page)
            continue
        level = levels.get((element.size, element.bold), 0) if kind == "heading" else 0
        text = BULLET.sub("", style.unwrap(element.text))
        builder.add(kind, text, level=level, page=page)


def _write_table(
    builder: TextBuilder,
    table: Table,
    page: int,
    style: Style,
    last: Written | None,
) -> list[str]:
    """Write a table; gives its header, or the one that it takes over from the page before."""
    head = [[style.unwrap(cell) for cell in row] for row in table.header_rows]
    body = [[style.unwrap(cell) for cell in row] for row in table.rows]
    header = merge_header(head)
    if table.caption:
        builder.add("paragraph", style.unwrap(table.caption), page=page)
    elif last and _is_rest(page, table, header, last):
        if header != last[2]:
            builder.table(head, page=page, header=last[2])
        _write_rows(builder, table, body, page, last[2])
        return last[2]
    if table.facts:
        for name, value in body:
            text = f"{name.rstrip(': ')}: {value}" if name and value else name or value
            builder.add("table_row", text, page=page)
        return []
    if body:
        _write_rows(builder, table, body, page, header)
    else:
        builder.table(head, page=page, header_rows=0)
    return header


def _write_rows(
    builder: TextBuilder, table: Table, body: list[list[str]], page: int, header: list[str]
) -> None:
    """Write rows of the body; a cell over the whole width speaks of the rows below it."""
    for row, across in zip(body, table.across, strict=True):
        builder.table([row], page=page, header=[] if across else header)


def _is_rest(page: int, table: Table, header: list[str], last: Written) -> bool:
    before_page, before, before_header = last
    moved = page != before_page or abs(table.x0 - before.x0) > 1
    if not (moved and before_header and table.same_columns(before)):
        return False
    return not table.sure or header == before_header
