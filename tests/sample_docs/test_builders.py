"""What the builders make of merged cells, tracked changes and scanned pages."""

import io
import zipfile
from pathlib import Path

import pdfplumber
import pytest
from markdown_it import MarkdownIt

from ingestion.models import ParsedDocument
from ingestion.parse import parse
from sample_docs.build import BUILDERS
from sample_docs.build_source import read_source
from sample_docs.build_spans import Span, read_spans
from sample_docs.build_tables import Area, Rows, areas, header_depth

FRONT = """---
format: {}
title: Fleet rules
number: HR-1
revision: Edition 1
date: 2026-03-02
author: Noor Baptiste
footer: For employees
scanned: {}
block:
  Owner: Noor Baptiste
---

# 1 Cars

"""
CARS = """| Class | CO2 band | < | Monthly rate | < | < |
|---|---|---|---|---|---|
| ^ | low | high | 24 months | 36 months | < |
| ^ | ^ | ^ | all | petrol | electric |
"""
PROSE = "The driver pays what a driver of the class above would pay, and not a penny more. " * 4


def source(folder: Path, wanted: str, body: str, *, scanned: bool = False) -> Path:
    path = folder / "source.md"
    path.write_text(FRONT.format(wanted, str(scanned).lower()) + body, encoding="utf-8")
    return path


def built(folder: Path, wanted: str, body: str, *, scanned: bool = False) -> bytes:
    target = folder / f"target.{wanted}"
    BUILDERS[wanted](source(folder, wanted, body, scanned=scanned), target)
    return target.read_bytes()


def lines(parsed: ParsedDocument, kind: str) -> list[str]:
    return [parsed.text[b.start : b.end] for b in parsed.blocks if b.kind == kind]


def rows(*lines: str) -> Rows:
    return tuple(tuple((Span(cell),) for cell in line.split()) for line in lines)


@pytest.mark.parametrize(
    ("table", "depth"),
    [
        (("a b", "1 2"), 1),
        (("a b", "1 2", "^ 3"), 1),
        (("a b", "1 2", "x <"), 1),
        (("a b <", "^ c d", "1 2 3"), 2),
        (("a b <", "c d e", "1 2 3"), 2),
        (("a < <", "b c <", "^ d e", "1 2 3", "^ 2 3"), 3),
        (("a b", "^ c", "1 2"), 2),
        (("a <", "1 2"), 1),
    ],
)
def test_header_rows_are_told_by_the_merge_marks(table: tuple[str, ...], depth: int) -> None:
    assert header_depth(rows(*table)) == depth


def test_merged_cells_are_rectangles() -> None:
    found = list(areas(rows("a < b", "^ < c", "d e ^")))
    assert found == [
        Area(0, 0, 1, 1),
        Area(0, 2, 0, 2),
        Area(1, 2, 2, 2),
        Area(2, 0, 2, 0),
        Area(2, 1, 2, 1),
    ]
    with pytest.raises(ValueError, match="row 1, column 1: a merge mark joins no cell"):
        list(areas(rows("^ a", "b c")))


@pytest.mark.parametrize("wanted", ["pdf", "docx"])
def test_every_cell_has_its_full_header_on_every_page(tmp_path: Path, wanted: str) -> None:
    body = [
        f"| Class {n} | {n} | {n + 50} | {n + 300} | {n + 200} | {n + 100} |" for n in range(99)
    ]
    parsed = parse(f"a.{wanted}", built(tmp_path, wanted, "\n".join([CARS.strip(), *body])))
    assert lines(parsed, "table_row")[1:] == [
        f"Class: Class {n} | CO2 band / low: {n} | CO2 band / high: {n + 50} | "
        f"Monthly rate / 24 months / all: {n + 300} | Monthly rate / 36 months / petrol: {n + 200}"
        f" | Monthly rate / 36 months / electric: {n + 100}"
        for n in range(99)
    ]


@pytest.mark.parametrize("wanted", ["pdf", "docx"])
def test_merged_cells_of_the_body(tmp_path: Path, wanted: str) -> None:
    table = "| Country | Item | Cap |\n|---|---|---|\n| Spain | Hotel | 120 |\n| ^ | Meal | 40 |\n"
    table += "| Changed in May: | < | < |\n| Italy | none | < |\n| Total | < | 160 |\n"
    parsed = parse(f"a.{wanted}", built(tmp_path, wanted, table))
    found = lines(parsed, "table_row")[1:]
    assert found[:3] == [
        "Country: Spain | Item: Hotel | Cap: 120",
        "Country: Spain | Item: Meal | Cap: 40",
        "Changed in May:",
    ]
    assert found[3].startswith("Country: Italy | Item: none")
    assert found[4] == "Country: Total | Cap: 160"


def test_a_change_may_begin_in_one_style_and_end_in_another() -> None:
    token = MarkdownIt().parseInline("pay {-at **most-}{+at** least+} 5 {-%")[0]
    assert read_spans(token) == (
        Span("pay "),
        Span("at ", change="deleted"),
        Span("most", bold=True, change="deleted"),
        Span("at", bold=True, change="inserted"),
        Span(" least", change="inserted"),
        Span(" 5 {-%"),
    )


CHANGED = """Below {-80 %-}{+90 %+} of it, {-six **or** seven-}{+three+} months.

1. first {+new+}
2. {-second-}

- {-gone-}{+come+}

| Fee {-old-}{+now+} | Note |
|---|---|
| {-18-}{+20+} | stays |

## 1.1 {-Old-}{+New+} heading
"""


def test_tracked_changes_are_words_own_and_read_as_accepted(tmp_path: Path) -> None:
    data = built(tmp_path, "docx", CHANGED)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("word/document.xml").decode()
    mark = 'w:author="Noor Baptiste" w:date="2026-03-02T00:00:00Z"'
    assert xml.count(f"{mark}>") == xml.count("<w:ins ") + xml.count("<w:del ") == 14
    assert xml.count("<w:delText") == 10  # three styles in one, and the number of an item
    parsed = parse("a.docx", data)
    assert parsed.text.split("\n\n")[3:] == [
        "Below 90 % of it, three months.",
        "1. first new",
        "come",
        "Fee now: 20 | Note: stays",
        "1.1 New heading",
    ]
    assert parsed.losses == (
        "14 tracked change(s) taken as accepted: 7 insertion(s) read, 7 deletion(s) left out.",
    )


@pytest.mark.parametrize("body", ["a {+b+}", "| a | b |\n|---|---|\n| {-c-} | d |"])
def test_only_word_has_tracked_changes(tmp_path: Path, body: str) -> None:
    with pytest.raises(ValueError, match="only a docx has tracked changes"):
        read_source(source(tmp_path, "pdf", body))


def test_a_scan_is_a_picture_with_its_text_at_the_same_places(tmp_path: Path) -> None:
    body = f"{PROSE}\n\n{CARS}| A | 1 | 2 | 3 | 4 | 5 |\n\n" + f"{PROSE}\n\n" * 16
    data = built(tmp_path, "pdf", body, scanned=True)
    assert data == built(tmp_path, "pdf", body, scanned=True)
    parsed = parse("a.pdf", data)
    assert lines(parsed, "heading") == ["Fleet rules", "1 Cars"]
    assert lines(parsed, "paragraph").count(PROSE.strip()) == 17
    assert "A 1 2 3 4 5" in lines(parsed, "paragraph")
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        assert len(data) < 400_000 * len(pdf.pages)
        for page in pdf.pages:
            assert [image["srcsize"] for image in page.images] == [(910, 1287)]
            assert not page.lines
            assert not page.rects
            slopes = {round(char["matrix"][1] / char["matrix"][0], 5) for char in page.chars}
            assert len(slopes) == 1
            assert abs(slopes.pop()) < 0.0105  # 0.6 degrees


def test_a_normal_pdf_with_the_same_source_has_no_picture(tmp_path: Path) -> None:
    data = built(tmp_path, "pdf", PROSE)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        assert not pdf.pages[0].images
    assert parse("a.pdf", data).losses == ()
