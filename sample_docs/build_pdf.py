"""Build a PDF from a Markdown source: the pages."""

from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageTemplate

from sample_docs.build_pdf_blocks import MARGIN, TEXT_WIDTH, story
from sample_docs.build_pdf_scan import scanned
from sample_docs.build_source import Source, read_source

_TITLE_HEIGHT = 46 * mm
_GUTTER = 7 * mm
_TOP = A4[1] - 24 * mm
_BOTTOM = 20 * mm


def build_pdf(source_path: Path, target: Path) -> None:
    """Write the document described by `source_path`.

    It is laid out twice: the first time to learn how many pages there are for "Page x of y".
    With `scanned: true` in its front matter, it is a scan of the pages then laid out.
    """
    source = read_source(source_path)
    _, pages = _render(source, 0)
    data, _ = _render(source, pages)
    target.write_bytes(scanned(data, source.meta) if source.meta.get("scanned") else data)


def _render(source: Source, total: int) -> tuple[bytes, int]:
    buffer = BytesIO()
    document: Any = BaseDocTemplate(
        buffer,
        pagesize=A4,
        title=source.meta["title"],
        author=source.meta["author"],
        subject=source.meta["number"],
        lang="en-GB",
        invariant=1,
        pageCompression=0,  # plain streams: the bytes don't depend on the zlib build
    )
    document.addPageTemplates(_page_templates(source, total))
    document.afterFlowable = lambda flowable: _note_heading(document, flowable)
    columns = source.meta.get("columns", 1)
    document.multiBuild([NextPageTemplate("later"), *story(source, columns)])
    return buffer.getvalue(), document.page


def _page_templates(source: Source, total: int) -> list[Any]:
    """The first page, which in two columns has the title across both, and the later pages."""

    def header(canvas: Any, _document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(MARGIN, A4[1] - 14 * mm, source.meta["title"])
        revision = f"{source.meta['number']}  {source.meta['revision']}"
        canvas.drawRightString(A4[0] - MARGIN, A4[1] - 14 * mm, revision)
        canvas.line(MARGIN, A4[1] - 16 * mm, A4[0] - MARGIN, A4[1] - 16 * mm)

    def footer(canvas: Any, document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.line(MARGIN, 15 * mm, A4[0] - MARGIN, 15 * mm)
        canvas.drawString(MARGIN, 11 * mm, source.meta["footer"])
        canvas.drawRightString(A4[0] - MARGIN, 11 * mm, f"Page {document.page} of {total}")

    columns = source.meta.get("columns", 1)
    first = [_frame(0, 1, _TOP)]
    if columns > 1:
        title = Frame(MARGIN, _TOP - _TITLE_HEIGHT, TEXT_WIDTH, _TITLE_HEIGHT, 0, 0, 0, 0)
        first = [title, *(_frame(i, columns, _TOP - _TITLE_HEIGHT) for i in range(columns))]
    later = [_frame(i, columns, _TOP) for i in range(columns)]
    hooks = {"onPage": header, "onPageEnd": footer}
    return [PageTemplate("first", first, **hooks), PageTemplate("later", later, **hooks)]


def _frame(index: int, columns: int, top: float) -> Any:
    width = (TEXT_WIDTH - (columns - 1) * _GUTTER) / columns
    left = MARGIN + index * (width + _GUTTER)
    return Frame(left, _BOTTOM, width, top - _BOTTOM, 0, 0, 0, 0)


def _note_heading(document: Any, flowable: Any) -> None:
    """Add a heading to the outline and tell the table of contents its page."""
    level = getattr(flowable, "outline_level", None)
    if level is None:
        return
    text = flowable.getPlainText()
    document.canv.bookmarkPage(text)
    document.canv.addOutlineEntry(text, text, level)
    document.notify("TOCEntry", (level, text, document.page))
