"""Workbooks and slides: sheets, tables, slides and notes in order."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml.etree import XMLSyntaxError
from openpyxl.utils.exceptions import InvalidFileException
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.exc import PythonPptxError

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder, one_line

# What the libraries raise for packages whose parts are missing or malformed.
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    PythonPptxError,
    XMLSyntaxError,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
)
_MAX_ROWS = 100_000


def read_xlsx(data: bytes) -> ParsedDocument:
    """Read a workbook: a heading for each visible sheet, its tables as rows with their header.

    Hidden sheets are left out and named in `losses`. Raises UnreadableDocumentError.
    """
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        builder = TextBuilder()
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                _add_sheet(builder, sheet)
            else:
                builder.lose(f"The hidden sheet {sheet.title!r} is not indexed.")
        return builder.build(one_line(book.properties.title or ""))
    except _BROKEN as error:
        raise UnreadableDocumentError(
            "The workbook is damaged or incomplete; open it in a spreadsheet program, save it anew."
        ) from error


def read_pptx(data: bytes) -> ParsedDocument:
    """Read slides: each a heading with its page number, then text, tables and speaker notes.

    Pictures are counted in `losses`. Raises UnreadableDocumentError.
    """
    try:
        slides = Presentation(io.BytesIO(data))
        builder = TextBuilder()
        pictures = 0
        for number, slide in enumerate(slides.slides, start=1):
            pictures += _add_slide(builder, slide, number)
        if pictures:
            builder.lose(f"{pictures} picture(s) not read.")
        return builder.build(one_line(slides.core_properties.title or ""))
    except _BROKEN as error:
        raise UnreadableDocumentError(
            "The presentation is damaged or incomplete; open it in its program and save it anew."
        ) from error


def _add_sheet(builder: TextBuilder, sheet: Any) -> None:
    if sheet.max_row > _MAX_ROWS:
        raise UnreadableDocumentError(
            f"The sheet {sheet.title!r} has more than {_MAX_ROWS} rows; split it, or export CSV."
        )
    builder.add("heading", sheet.title, level=1)
    merged = {
        (row, column): sheet.cell(area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }
    table: list[list[str]] = []
    header_rows = 0
    for cells in sheet.iter_rows():
        row = [_text(merged.get((cell.row, cell.column), cell)) for cell in cells]
        if len({text for text in row if text}) >= 2:
            if not table or (header_rows == len(table) and _spans(cells, sheet, header_rows)):
                header_rows = len(table) + 1
            table.append(row)
            continue
        _flush(builder, table, header_rows)
        table, header_rows = [], 0
        builder.add("paragraph", next((text for text in row if text), ""))
    _flush(builder, table, header_rows)


def _spans(cells: Sequence[Any], sheet: Any, header_rows: int) -> bool:
    """True for a second header row: the row above it has a cell merged over several columns."""
    above = cells[0].row - 1
    return header_rows < 3 and any(
        area.min_row <= above <= area.max_row and area.max_col > area.min_col
        for area in sheet.merged_cells.ranges
    )


def _flush(builder: TextBuilder, table: list[list[str]], header_rows: int) -> None:
    if table:
        builder.table(table, header_rows=header_rows)


def _text(cell: Any) -> str:
    """A cell as a reader sees it: ISO dates, the decimals that its format shows."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    return one_line(str(value))


def _number(value: float, shown_as: str) -> str:
    first = shown_as.split(";")[0]
    if first.endswith("%"):
        return f"{_number(value * 100, first[:-1])} %"
    digits = first.split(".")[-1] if "." in first else ""
    decimals = len(digits) - len(digits.lstrip("0"))
    grouped = "," if "#,#" in first else ""
    if decimals or first.startswith(("0", "#")):
        return f"{value:{grouped}.{decimals}f}"
    return f"{value:.10g}"


def _add_slide(builder: TextBuilder, slide: Any, number: int) -> int:
    title = slide.shapes.title
    heading = one_line(title.text_frame.text) if title is not None else ""
    builder.add("heading", heading or f"Slide {number}", level=1, page=number)
    pictures = 0
    for shape in _shapes(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.shape_type == MSO_SHAPE_TYPE.PICTURE:
            pictures += 1
        elif getattr(shape, "has_table", False) and shape.has_table:
            rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
            builder.table(rows, page=number)
        elif shape.has_text_frame:
            for paragraph in shape.text_frame.paragraphs:
                builder.add("list_item", paragraph.text, page=number)
    if slide.has_notes_slide:
        notes = one_line(slide.notes_slide.notes_text_frame.text)
        if notes:
            builder.add("paragraph", f"Notes: {notes}", page=number)
    return pictures


def _shapes(shapes: Any) -> Iterator[Any]:
    """All shapes in reading order, those inside groups too."""
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _shapes(shape.shapes)
        else:
            yield shape
