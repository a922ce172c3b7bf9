"""Word documents, as Word's own structure says."""

import io
from pathlib import Path

from docx import Document
from docx.shared import Inches
from PIL import Image

from ingestion.models import ParsedDocument
from ingestion.parse import parse


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
