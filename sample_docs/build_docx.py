"""Build a Word document from a Markdown source."""

from itertools import groupby
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from sample_docs.build_source import BULLET, Block, Source, read_source
from sample_docs.build_spans import Change, Span, Spans, has_changes
from sample_docs.build_tables import areas, header_depth
from sample_docs.build_zip import fix_zip


def build_docx(source_path: Path, target: Path) -> None:
    """Write the document described by `source_path`."""
    source = read_source(source_path)
    document = Document()
    _set_properties(document, source)
    _drop_unused_parts(document)
    _page_furniture(document, source)
    document.add_paragraph(source.meta["title"], style="Title")
    _title_block(document, source)
    for block in source.blocks:
        _add_block(document, block)
    document.save(str(target))
    fix_zip(target, source.modified)


def _set_properties(document: WordDocument, source: Source) -> None:
    properties = document.core_properties
    properties.title = source.meta["title"]
    properties.author = properties.last_modified_by = source.meta["author"]
    properties.comments = ""
    properties.created = properties.modified = source.modified
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(10.5)


def _drop_unused_parts(document: WordDocument) -> None:
    """Drop the template's hundred table styles and its second copy of all styles."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in {"Normal Table", "Table Grid"}:
            style.delete()
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            del document.part.rels[key]


def _page_furniture(document: WordDocument, source: Source) -> None:
    """Set the page size, the header and the footer with its page number."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    revision = f"{source.meta['number']}, {source.meta['revision']}"
    section.header.paragraphs[0].text = f"{source.meta['title']}\t\t{revision}"
    footer = section.footer.paragraphs[0]
    footer.text = f"{source.meta['footer']}\t\tPage "
    _add_field(footer, "PAGE")
    footer.add_run(" of ")
    _add_field(footer, "NUMPAGES")


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    paragraph._p.append(field)


def _title_block(document: WordDocument, source: Source) -> None:
    rows = source.meta.get("block", {})
    table = document.add_table(len(rows), 2, style="Table Grid")
    for row, (name, value) in zip(table.rows, rows.items(), strict=True):
        row.cells[0].text = str(name)
        row.cells[1].text = str(value)
    document.add_paragraph()


def _add_block(document: WordDocument, block: Block) -> None:
    match block.kind:
        case "heading" if has_changes(block.spans):
            _add_runs(document.add_heading(level=block.level), block.spans)
        case "heading":
            document.add_heading(block.text, level=block.level)
        case "break":
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        case "table":
            _add_table(document, block)
        case "item" if block.marker == BULLET:
            style = "List Bullet" if block.level == 1 else "List Bullet 2"
            _add_runs(document.add_paragraph(style=style), block.spans)
        case "item":
            # The number of an item that is deleted as a whole goes with it.
            number = Span(f"{block.marker} ", change="" if block.text.strip() else "deleted")
            paragraph = document.add_paragraph(style="List Paragraph")
            _add_runs(paragraph, (number, *block.spans))
        case "quote":
            _add_runs(document.add_paragraph(style="Intense Quote"), block.spans)
        case _:
            _add_runs(document.add_paragraph(), block.spans)


def _add_table(document: WordDocument, block: Block) -> None:
    """Add a table with its merged cells; its header rows are bold and repeated on every page."""
    table = document.add_table(len(block.rows), len(block.rows[0]), style="Table Grid")
    header = header_depth(block.rows)
    for area in areas(block.rows):
        cell = table.cell(area.top, area.left)
        if (area.top, area.left) != (area.bottom, area.right):
            cell = cell.merge(table.cell(area.bottom, area.right))
        spans = block.rows[area.top][area.left]
        _add_runs(cell.paragraphs[0], spans, bold=area.top < header)
    for row in table.rows[:header]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph()


def _add_runs(paragraph: Paragraph, spans: Spans, bold: bool = False) -> None:
    for change, group in groupby(spans, key=lambda span: span.change):
        runs = [_add_run(paragraph, span, bold) for span in group]
        if change:
            _track(paragraph, runs, change)


def _add_run(paragraph: Paragraph, span: Span, bold: bool) -> Run:
    run = paragraph.add_run(span.text)
    run.bold = span.bold or bold or None
    run.italic = span.italic or None
    return run


def _track(paragraph: Paragraph, runs: list[Run], change: Change) -> None:
    """Make runs a tracked change of the document's author, on the document's date."""
    properties = paragraph.part.package.core_properties
    tracked = OxmlElement("w:ins" if change == "inserted" else "w:del")
    tracked.set(qn("w:id"), str(len(paragraph.part.element.xpath("//w:ins | //w:del"))))
    tracked.set(qn("w:author"), properties.author)
    tracked.set(qn("w:date"), f"{properties.modified:%Y-%m-%dT%H:%M:%SZ}")
    runs[0]._r.addprevious(tracked)
    tracked.extend(run._r for run in runs)
    if change == "deleted":
        for text in tracked.iter(qn("w:t")):
            text.tag = qn("w:delText")
