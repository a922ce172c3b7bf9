"""Build a PDF from a Markdown source: the flow of paragraphs, lists, boxes and tables."""

from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import FrameBreak, PageBreak, Paragraph, Spacer, Table, TableStyle
from reportlab.platypus.tableofcontents import TableOfContents

from sample_docs.build_source import Block, Source
from sample_docs.build_spans import Spans, plain
from sample_docs.build_tables import areas, header_depth

MARGIN = 20 * mm
TEXT_WIDTH = A4[0] - 2 * MARGIN
_GREY = colors.HexColor("#D9E2EC")
_BOX_COLOURS = {"DANGER": "#F8D0CC", "WARNING": "#FCE3C4", "CAUTION": "#FFF5C2"}

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=13.5, spaceAfter=6)
CELL = ParagraphStyle("cell", BODY, fontSize=8.5, leading=10.5, spaceAfter=0)
TITLE = ParagraphStyle("title", BODY, fontName="Helvetica-Bold", fontSize=20, leading=25)
_HEADINGS = {
    level: ParagraphStyle(
        f"h{level}",
        BODY,
        fontName="Helvetica-Bold",
        fontSize=size,
        leading=size * 1.25,
        spaceBefore=10,
        keepWithNext=1,
    )
    for level, size in {1: 15, 2: 12, 3: 10.5}.items()
}


def story(source: Source, columns: int) -> list[Any]:
    """The document as a list of reportlab flowables."""
    flow: list[Any] = [Paragraph(escape(source.meta["title"]), TITLE), _title_block(source)]
    if columns > 1:
        flow.append(FrameBreak())
    if source.meta.get("contents"):
        flow += [Paragraph("Contents", _HEADINGS[1]), _contents(), PageBreak()]
    width = (TEXT_WIDTH - (columns - 1) * 7 * mm) / columns
    for block in source.blocks:
        flow += _flowables(block, width)
    return flow


def markup(spans: Spans) -> str:
    """Spans in reportlab's paragraph markup."""
    parts = []
    for span in spans:
        text = escape(span.text)
        text = f"<b>{text}</b>" if span.bold else text
        parts.append(f"<i>{text}</i>" if span.italic else text)
    return "".join(parts)


def _contents() -> Any:
    contents = TableOfContents()
    contents.levelStyles = [
        ParagraphStyle("toc1", BODY, spaceAfter=1, fontName="Helvetica-Bold"),
        ParagraphStyle("toc2", BODY, spaceAfter=0, leftIndent=12),
    ]
    return contents


def _title_block(source: Source) -> Any:
    rows = [
        [Paragraph(f"<b>{escape(str(name))}</b>", CELL), Paragraph(escape(str(value)), CELL)]
        for name, value in source.meta["block"].items()
    ]
    table = Table(rows, colWidths=[45 * mm, TEXT_WIDTH - 45 * mm], spaceAfter=10)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.4, colors.grey)]))
    return table


def _flowables(block: Block, width: float) -> list[Any]:
    match block.kind:
        case "heading":
            heading = Paragraph(markup(block.spans), _HEADINGS[block.level])
            if block.level <= 2:
                heading.outline_level = block.level - 1
            return [heading]
        case "item" | "para" if block.level:
            style = ParagraphStyle("item", BODY, leftIndent=14 * block.level, spaceAfter=3)
            style.bulletIndent = 14 * (block.level - 1)
            return [Paragraph(markup(block.spans), style, bulletText=block.marker or None)]
        case "quote":
            return [_box(block, width), Spacer(1, 6)]
        case "table":
            return [_table(block, width), Spacer(1, 8)]
        case "break":
            return [PageBreak()]
        case _:
            return [Paragraph(markup(block.spans), BODY)]


def _box(block: Block, width: float) -> Any:
    """A framed paragraph, coloured by its signal word."""
    colour = _BOX_COLOURS.get(block.text.split(maxsplit=1)[0].strip(".:"), "#E6EEF5")
    box = Table([[Paragraph(markup(block.spans), BODY)]], colWidths=[width])
    box.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), colors.HexColor(colour)),
                ("BOX", (0, 0), (-1, -1), 0.8, colors.black),
            ]
        )
    )
    return box


def _table(block: Block, width: float) -> Any:
    """A table with its header rows in bold, repeated on every page it runs over.

    Which rows are the header, and which cells are merged: see `build_tables`.
    """
    header = header_depth(block.rows)
    rows: list[list[Any]] = [[""] * len(row) for row in block.rows]
    style: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("BACKGROUND", (0, 0), (-1, header - 1), _GREY),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    for area in areas(block.rows):
        text = markup(block.rows[area.top][area.left])
        bold = area.top < header
        rows[area.top][area.left] = Paragraph(f"<b>{text}</b>" if bold else text, CELL)
        if (area.top, area.left) != (area.bottom, area.right):
            style.append(("SPAN", (area.left, area.top), (area.right, area.bottom)))
    table = Table(rows, colWidths=_column_widths(block, width), repeatRows=header)
    table.setStyle(TableStyle(style))
    return table


def _column_widths(block: Block, width: float) -> list[float]:
    """Give each column its longest word, and share the rest by the amount of text.

    Cells over several columns do not count: they have room enough.
    """
    columns: list[list[str]] = [[""] for _ in block.rows[0]]
    for area in areas(block.rows):
        if area.left == area.right:
            columns[area.left].append(plain(block.rows[area.top][area.left]))
    least = [
        max(stringWidth(w, "Helvetica-Bold", 8.5) for cell in column for w in cell.split() or [""])
        + 14
        for column in columns
    ]
    amounts = [max(1, *(len(cell) for cell in column)) ** 0.8 for column in columns]
    spare = width - sum(least)
    return [low + spare * amount / sum(amounts) for low, amount in zip(least, amounts, strict=True)]
