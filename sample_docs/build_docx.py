"""Build a Word document from a Markdown source."""

from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from sample_docs.build_source import BULLET, Block, Source, Spans, plain, read_source
from sample_docs.build_zip import fix_zip

# A table cell with one of these texts is merged with the cell above it or to its left.
MERGE_UP, MERGE_LEFT = "^", "<"


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
            paragraph = document.add_paragraph(f"{block.marker} ", style="List Paragraph")
            _add_runs(paragraph, block.spans)
        case "quote":
            _add_runs(document.add_paragraph(style="Intense Quote"), block.spans)
        case _:
            _add_runs(document.add_paragraph(), block.spans)


def _add_table(document: WordDocument, block: Block) -> None:
    """Add a table; cells that hold a merge mark join their neighbour."""
    table = document.add_table(len(block.rows), len(block.rows[0]), style="Table Grid")
    for r, row in enumerate(block.rows):
        for c, spans in enumerate(row):
            if plain(spans) not in {MERGE_UP, MERGE_LEFT}:
                _add_runs(table.cell(r, c).paragraphs[0], spans, bold=r == 0)
    for r, row in enumerate(block.rows):
        for c, spans in enumerate(row):
            if plain(spans) in {MERGE_UP, MERGE_LEFT}:
                _merge(table, r, c, plain(spans))
    _repeat_header(table)
    document.add_paragraph()


def _merge(table: Table, row: int, column: int, mark: str) -> None:
    up = mark == MERGE_UP
    neighbour = table.cell(row - 1, column) if up else table.cell(row, column - 1)
    merged: _Cell = neighbour.merge(table.cell(row, column))
    for paragraph in merged.paragraphs[1:]:
        if not paragraph.text:
            paragraph._p.getparent().remove(paragraph._p)


def _repeat_header(table: Table) -> None:
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))


def _add_runs(paragraph: Paragraph, spans: Spans, bold: bool = False) -> None:
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold = span.bold or bold or None
        run.italic = span.italic or None
