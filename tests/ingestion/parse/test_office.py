"""Excel workbooks and PowerPoint presentations."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from PIL import Image
from pptx import Presentation
from pptx.util import Cm

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse import parse

Cells = Sequence[Sequence[object]]


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def book(
    rows: Cells, *, merged: Sequence[str] = (), formats: dict[str, str] | None = None
) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Prices"
    for row in rows:
        sheet.append(list(row))
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    for area in merged:
        sheet.merge_cells(area)
    return saved(workbook)


def lines(parsed: ParsedDocument) -> list[tuple[str, str]]:
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def rows_of(rows: Cells, **options: object) -> list[str]:
    parsed = parse("a.xlsx", book(rows, **options))  # type: ignore[arg-type]
    return [text for kind, text in lines(parsed) if kind == "table_row"]


def test_a_sheet_is_a_heading_with_paragraphs_and_rows() -> None:
    data = book([["Price list 2026"], [], ["Part", "GBP", "Note"], ["X-1", 412, "new"], ["X-2", 3]])
    assert lines(parse("a.xlsx", data)) == [
        ("heading", "Prices"),
        ("paragraph", "Price list 2026"),
        ("table_row", "Part: X-1 | GBP: 412 | Note: new"),
        ("table_row", "Part: X-2 | GBP: 3"),
    ]


def test_merged_header_cells_name_all_their_columns() -> None:
    rows: Cells = [["Part", "Price", None], [None, "GBP", "EUR"], ["X-1", 4, 5], [None, 6, 7]]
    assert rows_of(rows, merged=["A1:A2", "B1:C1", "A3:A4"]) == [
        "Part: X-1 | Price / GBP: 4 | Price / EUR: 5",
        "Part: X-1 | Price / GBP: 6 | Price / EUR: 7",
    ]


def test_an_empty_row_ends_a_table_and_rows_below_keep_its_header() -> None:
    rows: Cells = [
        ["Role", "GBP"],
        ["Lead", 10],
        [],
        ["Special cases"],
        ["Card", 15],
        [],
        ["A", "B"],
    ]
    data = book([*rows, ["x", 1]])
    assert lines(parse("a.xlsx", data))[1:] == [
        ("table_row", "Role: Lead | GBP: 10"),
        ("paragraph", "Special cases"),
        ("table_row", "Role: Card | GBP: 15"),
        ("table_row", "A: x | B: 1"),
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (412, "#,##0.00", "412.00"),
        (0.1 + 0.2, "General", "0.3"),
        (58.5, "General", "58.5"),
        (1200.0, "#,##0", "1200"),
        (0.035, "0.0%", "3.5%"),
        (0.03, "0 %", "3 %"),
        (1250.5, '"£"#,##0.00', "£1250.50"),
        (1250.5, "#,##0.00 [$€-407]", "1250.50 €"),
        (1.5e-9, "0.00E+00", "1.5e-09"),
        (date(2026, 3, 2), "yyyy-mm-dd", "2026-03-02"),
        (datetime(2026, 3, 2, 9, 30), "dd/mm/yyyy hh:mm", "2026-03-02 09:30"),
        (True, "General", "TRUE"),
    ],
)
def test_values_as_they_are_shown(value: object, number_format: str, shown: str) -> None:
    rows: Cells = [["Name", "Value", "Note"], ["x", value, "y"]]
    assert rows_of(rows, formats={"B2": number_format}) == [f"Name: x | Value: {shown} | Note: y"]


def test_hidden_sheets_and_formulas_without_result_are_losses() -> None:
    workbook = Workbook()
    workbook.active.append(["A", "B"])
    workbook.active.append([1, "=A2*2"])
    old = workbook.create_sheet("old_2024")
    old.append(["secret", "=1+1"])
    old.sheet_state = "hidden"
    parsed = parse("a.xlsx", saved(workbook))
    assert "secret" not in parsed.text
    assert parsed.losses[0] == "1 hidden sheet(s) not read: old_2024."
    assert parsed.losses[1].startswith("1 formula(s) have no saved result")


def test_a_bold_row_below_a_bold_header_is_a_header() -> None:
    workbook = Workbook()
    for row in [["A", "B"], ["x", "y"], [], ["C", "D"], ["p", "q"], [], ["r", "s"]]:
        workbook.active.append(row)
    for place in ("A1", "B1", "A4", "B4"):
        workbook.active[place].font = Font(bold=True)
    parsed = parse("a.xlsx", saved(workbook))
    assert [text for _, text in lines(parsed)][1:] == ["A: x | B: y", "C: p | D: q", "C: r | D: s"]


def test_a_cell_at_the_far_end_of_the_sheet_costs_nothing() -> None:
    workbook = Workbook()
    workbook.active.append(["A", "B"])
    workbook.active["XFD1048576"] = "far"
    assert "far" in parse("a.xlsx", saved(workbook)).text


def rewritten(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return stream.getvalue()


def _merge_all(_name: str, part: bytes) -> bytes:
    return part.replace(b"A1:B1", b"A1:XFD1048576")


def _merge_all_in_single_quotes(_name: str, part: bytes) -> bytes:
    return part.replace(b'"A1:B1"', b"'A1:XFD1048576'")


def _merge_all_in_utf_16(name: str, part: bytes) -> bytes:
    if not name.endswith("sheet1.xml"):
        return part
    text = _merge_all(name, part).decode()
    return f"<?xml version='1.0' encoding='UTF-16'?>{text[text.find('<worksheet') :]}".encode(
        "utf-16"
    )


@pytest.mark.parametrize("change", [_merge_all, _merge_all_in_single_quotes, _merge_all_in_utf_16])
def test_merging_the_whole_sheet_is_refused(change: Callable[[str, bytes], bytes]) -> None:
    data = rewritten(book([["A", "B"], [1, 2]], merged=["A1:B1"]), change)
    with pytest.raises(UnreadableDocumentError, match="merges more than 200,000 cells"):
        parse("a.xlsx", data)


def test_a_table_of_one_row_keeps_its_values() -> None:
    assert rows_of([["Total", 12]]) == ["Total | 12"]
    assert rows_of([["Part", "GBP"], [], ["X-1", 4]]) == ["Part | GBP", "Part: X-1 | GBP: 4"]


def test_a_style_out_of_range_is_refused() -> None:
    def change(name: str, part: bytes) -> bytes:
        return part.replace(b'fontId="0"', b'fontId="99999999999"') if "styles" in name else part

    with pytest.raises(UnreadableDocumentError, match="do not fit together"):
        parse("a.xlsx", rewritten(book([["A", "B"], [1, 2]]), change))


def test_a_text_shape_without_a_geometry_is_read() -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_textbox(Cm(1), Cm(1), Cm(5), Cm(1)).text_frame.text = "a bare shape"

    def change(name: str, part: bytes) -> bytes:
        if not name.startswith("ppt/slides/slide"):
            return part
        bare = re.sub(rb"<a:prstGeom.*?</a:prstGeom>", b"", part, flags=re.DOTALL)
        return bare.replace(b' txBox="1"', b"")

    assert "a bare shape" in parse("a.pptx", rewritten(saved(deck), change)).text


def test_an_empty_workbook_has_no_text() -> None:
    with pytest.raises(UnreadableDocumentError, match="no text"):
        parse("a.xlsx", saved(Workbook()))


@pytest.mark.parametrize(("name", "part"), [("a.xlsx", "xl/x.xml"), ("a.pptx", "ppt/x.xml")])
def test_parts_that_do_not_fit_together(name: str, part: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types")
        archive.writestr(part, "<a/>")
    with pytest.raises(UnreadableDocumentError, match="do not fit together"):
        parse(name, stream.getvalue())


def test_slides_have_title_bullets_tables_notes_and_numbers(tmp_path: Path) -> None:
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Support"
    first.placeholders[1].text = "6,840 tickets\nP1: 30 minutes"
    first.notes_slide.notes_text_frame.text = "Say\nthanks"
    second = deck.slides.add_slide(deck.slide_layouts[6])
    table = second.shapes.add_table(3, 2, Cm(1), Cm(9), Cm(9), Cm(3)).table
    for index, text in enumerate(["Plan", "Fee", "Basic", "18", "", "20"]):
        table.cell(index // 2, index % 2).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(Cm(1), Cm(1), Cm(5), Cm(1)).text_frame.text = "in a group"
    picture = tmp_path / "dot.png"
    Image.new("RGB", (2, 2)).save(picture)
    second.shapes.add_picture(str(picture), Cm(1), Cm(14))
    third = deck.slides.add_slide(deck.slide_layouts[1])
    third.shapes.title.text = "Backup"
    third.element.set("show", "0")
    parsed = parse("a.pptx", saved(deck))
    assert [(b.kind, b.page, parsed.text[b.start : b.end]) for b in parsed.blocks] == [
        ("heading", 1, "Support"),
        ("list_item", 1, "6,840 tickets"),
        ("list_item", 1, "P1: 30 minutes"),
        ("paragraph", 1, "Notes: Say thanks"),
        ("heading", 2, "Slide 2"),
        ("paragraph", 2, "in a group"),
        ("table_row", 2, "Plan: Basic | Fee: 18"),
        ("table_row", 2, "Plan: Basic | Fee: 20"),
    ]
    assert parsed.losses == ("1 image(s) not read.", "1 hidden slide(s) not read: 3.")


def test_a_deck_without_words_has_no_text() -> None:
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[6])
    with pytest.raises(UnreadableDocumentError, match="no text"):
        parse("a.pptx", saved(deck))
