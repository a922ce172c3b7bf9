"""Word documents, as Word's own structure says."""

import io
from pathlib import Path

from docx import Document
from docx.oxml import parse_xml
from docx.shared import Inches
from PIL import Image

from ingestion.models import ParsedDocument
from ingestion.parse import parse

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def lines(parsed: ParsedDocument) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def test_headings_lists_tables_and_split_runs() -> None:
    document = Document()
    document.add_paragraph("Handbook", style="Title")
    document.add_heading("1 Scope", level=1)
    document.add_heading("1.1 Detail", level=2)
    paragraph = document.add_paragraph("un")
    paragraph.add_run("break").bold = True
    paragraph.add_run("able")
    document.add_paragraph("first", style="List Bullet")
    document.add_paragraph("second", style="List Bullet 2")
    document.add_paragraph("Never.", style="Intense Quote")
    table = document.add_table(2, 3)
    for cell, text in zip(table._cells, ["Plan", "Fee", "Note", "Basic", "18", ""], strict=True):
        cell.text = text
    document.sections[0].header.paragraphs[0].text = "running header"
    parsed = parse("a.docx", saved(document))
    assert parsed.title == "Handbook"
    assert lines(parsed) == [
        ("heading", 1, "Handbook"),
        ("heading", 1, "1 Scope"),
        ("heading", 2, "1.1 Detail"),
        ("paragraph", 0, "unbreakable"),
        ("list_item", 0, "first"),
        ("list_item", 0, "second"),
        ("paragraph", 0, "Never."),
        ("table_row", 0, "Plan: Basic | Fee: 18"),
    ]


def test_merged_cells_stand_in_every_row_they_cover() -> None:
    document = Document()
    table = document.add_table(3, 3)
    for cell, text in zip(
        table._cells, ["Plan", "Low", "High", "A", "1", "2", "x", "3", "4"], strict=True
    ):
        cell.text = text
    table.cell(2, 0).text = ""
    table.cell(1, 0).merge(table.cell(2, 0))
    parsed = parse("a.docx", saved(document))
    assert parsed.text.split("\n") == [
        "Plan: A | Low: 1 | High: 2",
        "Plan: A | Low: 3 | High: 4",
    ]


def test_pictures_are_a_loss(tmp_path: Path) -> None:
    picture = tmp_path / "dot.png"
    Image.new("RGB", (2, 2)).save(picture)
    document = Document()
    document.add_paragraph("text")
    document.add_picture(str(picture), width=Inches(1))
    assert parse("a.docx", saved(document)).losses == ("1 image(s) not read.",)


def body(xml: str) -> bytes:
    """A document whose body is the given WordprocessingML, w: being its prefix."""
    document = Document()
    wrapped = f'<w:body xmlns:w="{W}">{xml}</w:body>'
    for element in reversed(list(parse_xml(wrapped))):
        document.element.body.insert(0, element)
    return saved(document)


def run(text: str, name: str = "t") -> str:
    return f'<w:r><w:{name} xml:space="preserve">{text}</w:{name}></w:r>'


def test_tracked_changes_are_taken_as_accepted_and_reported() -> None:
    mark = 'w:id="1" w:author="N. N." w:date="2026-01-01T00:00:00Z"'
    parsed = parse(
        "a.docx",
        body(
            f"<w:p>{run('below ')}<w:del {mark}>{run('80 %', 'delText')}</w:del>"
            f"<w:ins {mark}>{run('90 ')}{run('%')}</w:ins>{run(' of it')}</w:p>"
            f"<w:p><w:moveFrom {mark}>{run('Moved')}</w:moveFrom></w:p>"
            f"<w:p><w:pPr><w:rPr><w:del {mark}/></w:rPr></w:pPr>{run('One ')}</w:p>"
            f"<w:p>{run('paragraph.')}</w:p>"
            f"<w:p><w:moveTo {mark}>{run('Moved')}</w:moveTo></w:p>"
        ),
    )
    assert parsed.text == "below 90 % of it\n\nOne paragraph.\n\nMoved"
    assert parsed.losses == (
        "4 tracked change(s) taken as accepted: 2 insertion(s) read, 2 deletion(s) left out.",
    )


def test_a_deleted_table_row_is_left_out() -> None:
    mark = 'w:id="1" w:author="N. N." w:date="2026-01-01T00:00:00Z"'

    def row(properties: str, *texts: str) -> str:
        cells = "".join(f"<w:tc><w:p>{run(text)}</w:p></w:tc>" for text in texts)
        return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"

    rows = row("<w:tblHeader/>", "Plan", "Low", "High") + row("", "A", "1", "2")
    rows += row(f"<w:del {mark}/>", "B", "3", "4") + row(f"<w:ins {mark}/>", "C", "5", "6")
    parsed = parse("a.docx", body(f"<w:tbl>{rows}</w:tbl><w:p/>"))
    assert parsed.text.split("\n") == [
        "Plan: A | Low: 1 | High: 2",
        "Plan: C | Low: 5 | High: 6",
    ]
    assert parsed.losses == (
        "2 tracked change(s) taken as accepted: 1 insertion(s) read, 1 deletion(s) left out.",
    )


def test_a_paragraph_that_was_moved_away_leaves_no_number() -> None:
    mark = 'w:id="1" w:author="N. N." w:date="2026-01-01T00:00:00Z"'
    style = '<w:pPr><w:pStyle w:val="ListNumber"/></w:pPr>'
    away = f"<w:p>{style}<w:moveFrom {mark}>{run('gone')}</w:moveFrom></w:p>"
    parsed = parse("a.docx", body(f"<w:p>{style}{run('first')}</w:p>{away}"))
    assert lines(parsed) == [("list_item", 0, "1. first")]
