"""PDF files: from pages to one document in reading order.

Only the text layer is read. Scripts, forms and attached files in a PDF are never opened.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder
from ingestion.parse.pdf_blocks import Element, write
from ingestion.parse.pdf_furniture import content, running_lines
from ingestion.parse.pdf_page import Item, Line, PageContent, read_page
from ingestion.parse.pdf_table import Table
from ingestion.parse.pdf_text import (
    Paragraph,
    Style,
    goes_on,
    kind_of,
    paragraphs,
)

MAX_PAGES = 2000

# pdfminer lets Python's own errors through when an object is not what the format says it is.
_DAMAGE = (
    MalformedPDFException,
    PdfminerException,
    PDFException,
    PSException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_UNTITLED = re.compile(
    r"^(?:\(?untitled\)?|\(anonymous\)|.*\.\w{2,4}|microsoft word - .*|\W*)$", re.I
)


def read_pdf(data: bytes) -> ParsedDocument:
    """Read the text layer of a PDF, with headings, lists, ruled tables and page numbers.

    Columns are read one after the other; running heads and tables of contents are left out.
    Raises UnreadableDocumentError for an encrypted, damaged, too long or text-less file.
    """
    _check_end(data)
    try:
        with pdfplumber.open(BytesIO(data)) as pdf:
            pages = _read_pages(pdf)
            title = pdf.metadata.get("Title")
    except _DAMAGE as error:
        raise _unreadable(error) from error
    return _document(pages, title if isinstance(title, str) else "")


def _check_end(data: bytes) -> None:
    # pdfminer repairs a cut file silently and gives its first pages: half a policy is worse
    # than none.
    if b"%%EOF" not in data.rstrip(b"\0")[-2048:]:
        raise UnreadableDocumentError(
            "The PDF is cut off: its end is missing. Copy or download the file again."
        )


def _unreadable(error: Exception) -> UnreadableDocumentError:
    causes = (error, error.__context__, *error.args)
    if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
        return UnreadableDocumentError(
            "The PDF is encrypted and needs a password. Save a copy without the password and "
            "add that."
        )
    return UnreadableDocumentError(
        "The PDF is damaged and cannot be read. Open it in a PDF viewer, save it again, or get "
        "a new copy."
    )


def _read_pages(pdf: Any) -> list[PageContent]:
    count = len(pdf.pages)
    if count == 0:
        raise UnreadableDocumentError("The PDF has no pages. Get a new copy of the file.")
    if count > MAX_PAGES:
        raise UnreadableDocumentError(
            f"The PDF has {count} pages; the limit is {MAX_PAGES}. Split it into several files."
        )
    pages = []
    for page in pdf.pages:
        pages.append(read_page(page))
        page.close()  # or the characters of all pages stay in memory
    return pages


def _document(pages: Sequence[PageContent], title: str) -> ParsedDocument:
    builder = TextBuilder()
    running = running_lines(pages)
    ordered = [(page, content(page, running, builder)) for page in pages]
    style = Style.of(
        [item for _, found in ordered for flow in found for item in flow if isinstance(item, Line)]
    )
    elements = list(_elements(ordered, style))
    write(builder, elements, style)
    _note_losses(builder, pages)
    if _UNTITLED.match(title):
        title = _first_heading(elements, style)
    return builder.build(title)


def _elements(
    ordered: Sequence[tuple[PageContent, Sequence[Sequence[Item]]]], style: Style
) -> Iterator[Element]:
    """Paragraphs and tables in reading order; what a page or column cut is one paragraph."""
    waiting: Paragraph | None = None
    for page, found in ordered:
        for flow in found:
            for element in _split(flow, page.number, style):
                if isinstance(element, Table):
                    if waiting:
                        yield waiting.page, waiting
                    waiting = None
                    yield page.number, element
                elif waiting and _continues(waiting, element, flow):
                    waiting.lines += element.lines
                else:
                    if waiting:
                        yield waiting.page, waiting
                    waiting = element
    if waiting:
        yield waiting.page, waiting


def _continues(before: Paragraph, after: Paragraph, flow: Sequence[Item]) -> bool:
    return after.lines[0] is flow[0] and goes_on(before, after)


def _split(flow: Sequence[Item], page: int, style: Style) -> Iterator[Paragraph | Table]:
    lines: list[Line] = []
    for item in flow:
        if isinstance(item, Line):
            lines.append(item)
            continue
        yield from paragraphs(lines, page, style)
        lines = []
        yield item
    yield from paragraphs(lines, page, style)


def _note_losses(builder: TextBuilder, pages: Sequence[PageContent]) -> None:
    images = sum(page.images for page in pages)
    if images:
        builder.lose(f"{images} image(s) not read.")
    pictured = [str(page.number) for page in pages if page.pictured]
    if pictured:
        builder.lose(
            "A picture of the whole page (a scan?) not read, only the text that came with it: "
            f"page {', '.join(pictured)}."
        )
    blank = [
        str(page.number) for page in pages if page.images and not page.rows and not page.tables
    ]
    if blank:
        builder.lose(f"No text on page {', '.join(blank)}: only pictures, perhaps a scan.")
    slanted = [str(page.number) for page in pages if page.slanted]
    if slanted:
        builder.lose(f"Slanted or vertical text not read: page {', '.join(slanted)}.")
    dense = [str(page.number) for page in pages if page.dense]
    if dense:
        builder.lose(f"Not searched for tables, too many drawn lines: page {', '.join(dense)}.")


def _first_heading(elements: Sequence[Element], style: Style) -> str:
    for page, element in elements:
        if page > 1:
            break
        if isinstance(element, Paragraph) and kind_of(element, style) == "heading":
            return style.unwrap(element.text)
    return ""
