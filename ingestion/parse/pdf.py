"""PDF files: from pages to one document in reading order.

Only the text layer is read. Scripts, forms and attached files in a PDF are never opened.
"""

import re
import struct
import zlib
from collections import Counter
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
from ingestion.parse.builder import TextBuilder, merge_header
from ingestion.parse.pdf_page import Item, Line, PageContent, flows, join, read_page
from ingestion.parse.pdf_table import Table
from ingestion.parse.pdf_text import (
    BULLET,
    Paragraph,
    Style,
    goes_on,
    heading_levels,
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
_ZONE = 0.12
_PAGE_NUMBER = re.compile(r"^\W*(?:\w+\s+)?\d+(?:\s*(?:of|/|von|de|di)\s*\d+)?\W*$", re.IGNORECASE)
_LEADER = re.compile(r"(?:\s?[.·…_]){4,}\s*[\divxlc]+$", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"\S\s+\d{1,4}$")
_UNTITLED = re.compile(
    r"^(?:\(?untitled\)?|\(anonymous\)|.*\.\w{2,4}|microsoft word - .*|\W*)$", re.I
)

Element = tuple[int, Paragraph | Table]


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
    running = _running(pages)
    ordered = [(page, _flows(page, running, builder)) for page in pages]
    style = Style.of(
        [item for _, found in ordered for flow in found for item in flow if isinstance(item, Line)]
    )
    elements = list(_elements(ordered, style))
    _write(builder, elements, style)
    _note_losses(builder, pages)
    if _UNTITLED.match(title):
        title = _first_heading(elements, style)
    return builder.build(title)


def _running(pages: Sequence[PageContent]) -> set[tuple[bool, int, str]]:
    """The lines that come back, but for their digits, at the same place of many pages."""
    seen = Counter(key for page in pages for key in {_place(r, page) for r in page.rows} if key)
    return {key for key, count in seen.items() if count >= max(2, 0.4 * len(pages))}


def _place(row: Sequence[Line], page: PageContent) -> tuple[bool, int, str] | None:
    line = join(row)
    top = line.bottom < _ZONE * page.height
    if not top and line.top < (1 - _ZONE) * page.height:
        return None
    return top, round(line.top / 4), re.sub(r"\d+", "#", line.text)


def _flows(
    page: PageContent, running: set[tuple[bool, int, str]], builder: TextBuilder
) -> list[list[Item]]:
    rows = []
    for row in page.rows:
        place = _place(row, page)
        if place and (place in running or _PAGE_NUMBER.match(join(row).text)):
            continue
        rows.append(row)
    return [_without_contents(flow, builder) for flow in flows(rows, page.tables)]


def _without_contents(flow: list[Item], builder: TextBuilder) -> list[Item]:
    """The flow without a table of contents, which would be found instead of what it lists."""
    texts = [item.text if isinstance(item, Line) else "" for item in flow]
    leaders = [index for index, text in enumerate(texts) if _LEADER.search(text)]
    if len(leaders) < 3:
        return flow
    builder.lose("The table of contents was left out.")
    first, last = leaders[0], leaders[-1]
    while first > 0 and _ENDS_IN_NUMBER.search(texts[first - 1]):
        first -= 1
    while last + 1 < len(texts) and _ENDS_IN_NUMBER.search(texts[last + 1]):
        last += 1
    heading = flow[first - 1] if first else None
    entry = flow[first]
    if isinstance(heading, Line) and isinstance(entry, Line) and heading.size > entry.size:
        first -= 1
    return flow[:first] + flow[last + 1 :]


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


def _write(builder: TextBuilder, elements: Sequence[Element], style: Style) -> None:
    kinds = [
        kind_of(element, style) if isinstance(element, Paragraph) else "table_row"
        for _, element in elements
    ]
    levels = heading_levels(
        element
        for (_, element), kind in zip(elements, kinds, strict=True)
        if kind == "heading" and isinstance(element, Paragraph)
    )
    last: tuple[int, Table, list[str]] | None = None
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
    last: tuple[int, Table, list[str]] | None,
) -> list[str]:
    """Write a table; gives its header, or the one that it takes over from the page before."""
    head = [[style.unwrap(cell) for cell in row] for row in table.header_rows]
    body = [[style.unwrap(cell) for cell in row] for row in table.rows]
    header = merge_header(head)
    if table.caption:
        builder.add("paragraph", style.unwrap(table.caption), page=page)
    elif last and _is_rest(page, table, header, last):
        builder.table([*head, *body] if header != last[2] else body, page=page, header=last[2])
        return last[2]
    if table.facts:
        for name, value in body:
            text = f"{name.rstrip(': ')}: {value}" if name and value else name or value
            builder.add("table_row", text, page=page)
        return []
    if body:
        builder.table(body, page=page, header=header)
    else:
        builder.table(head, page=page, header_rows=0)
    return header


def _is_rest(
    page: int, table: Table, header: list[str], last: tuple[int, Table, list[str]]
) -> bool:
    before_page, before, before_header = last
    moved = page != before_page or abs(table.x0 - before.x0) > 1
    if not (moved and before_header and table.same_columns(before)):
        return False
    return not table.sure or header == before_header


def _note_losses(builder: TextBuilder, pages: Sequence[PageContent]) -> None:
    images = sum(page.images for page in pages)
    if images:
        builder.lose(f"{images} image(s) not read.")
    blank = [
        str(page.number) for page in pages if page.images and not page.rows and not page.tables
    ]
    if blank:
        builder.lose(f"No text on page {', '.join(blank)}: only pictures, perhaps a scan.")
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
