"""PowerPoint presentations: every slide a heading, with what stands on it and its notes."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.shapes.group import GroupShape
from pptx.shapes.picture import Picture

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder, one_line

_BROKEN = (
    PythonPptxError,
    SyntaxError,  # malformed XML
    BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    IndexError,
    NotImplementedError,
    OSError,
)
_LISTS = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY}
_FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}


def read_pptx(data: bytes) -> ParsedDocument:
    """Read titles, bullets, tables and notes; `page` is the slide's number.

    Pictures, charts and hidden slides are left out and named. Raises UnreadableDocumentError
    when it is malformed or has no text.
    """
    builder = TextBuilder()
    left_out: Counter[str] = Counter()
    try:
        deck = Presentation(io.BytesIO(data))
        hidden = [
            str(number)
            for number, slide in enumerate(deck.slides, start=1)
            if not _add_slide(builder, slide, number, left_out)
        ]
        title = deck.core_properties.title or None
    except _BROKEN as error:
        # Parts that are missing or malformed show as almost any error of the library.
        raise UnreadableDocumentError(
            "Its parts do not fit together; open it in PowerPoint and save it again as .pptx."
        ) from error
    for kind, count in sorted(left_out.items()):
        builder.lose(f"{count} {kind}(s) not read.")
    if hidden:
        builder.lose(f"{len(hidden)} hidden slide(s) not read: {', '.join(hidden)}.")
    return builder.build(title)


def _add_slide(builder: TextBuilder, slide: Any, number: int, left_out: Counter[str]) -> bool:
    """Add a slide; false for one that is hidden in the show."""
    if slide.element.get("show") in ("0", "false"):
        return False
    title = slide.shapes.title
    shapes = [
        shape for shape in _flat(slide.shapes) if title is None or shape.shape_id != title.shape_id
    ]
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    note = one_line(notes.text) if notes is not None else ""
    name = one_line(title.text_frame.text) if title is not None else ""
    contents = [shape for shape in shapes if _is_content(shape, left_out)]
    if name or note or contents:
        builder.add("heading", name or f"Slide {number}", level=1, page=number)
    for shape in contents:
        _add_shape(builder, shape, number)
    if note:
        builder.add("paragraph", f"Notes: {note}", page=number)
    return True


def _flat(shapes: Any) -> Iterator[Any]:
    """All shapes from top to bottom, those in groups at the place of their group."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        # Not by `shape_type`, which is an error for a text shape without a geometry.
        if isinstance(shape, GroupShape):
            yield from _flat(shape.shapes)
        else:
            yield shape


def _is_content(shape: Any, left_out: Counter[str]) -> bool:
    """True for a shape with text; what shows something without text is counted."""
    if shape.is_placeholder and shape.placeholder_format.type in _FURNITURE:
        return False
    if shape.has_text_frame:
        return bool(one_line(shape.text_frame.text))
    if getattr(shape, "has_table", False) and shape.has_table:
        return True
    if getattr(shape, "has_chart", False) and shape.has_chart:
        left_out["chart"] += 1
    elif isinstance(shape, Picture) or shape.is_placeholder:
        left_out["image"] += 1
    elif shape.element.tag.endswith("graphicFrame"):
        left_out["diagram or embedded object"] += 1
    return False


def _add_shape(builder: TextBuilder, shape: Any, number: int) -> None:
    if not shape.has_text_frame:
        _add_table(builder, shape.table, number)
        return
    listed = shape.is_placeholder and shape.placeholder_format.type in _LISTS
    for paragraph in shape.text_frame.paragraphs:
        # A line break inside a paragraph is a vertical tab in its text.
        builder.add("list_item" if listed else "paragraph", paragraph.text, page=number)


def _add_table(builder: TextBuilder, table: Any, number: int) -> None:
    rows = [[_cell_text(table, r, c) for c in range(len(table.columns))] for r in _rows(table)]
    builder.table(rows, header_rows=1 if table.first_row else 0, page=number)


def _rows(table: Any) -> range:
    return range(len(table.rows))


def _cell_text(table: Any, row: int, column: int) -> str:
    """A cell's text; a cell that is merged into one above has that one's."""
    cell = table.cell(row, column)
    up = row
    while cell.is_spanned and up > 0 and not one_line(cell.text):
        up -= 1
        above = table.cell(up, column)
        if above.is_merge_origin:
            return str(above.text)
        cell = above
    return str(cell.text)
