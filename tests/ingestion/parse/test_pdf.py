"""PDF files, made here with reportlab."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.pdf import MAX_PAGES, read_pdf

Draw = Callable[[Any], None]
HEIGHT = A4[1]
GRID = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
BOLD_HEADER = [*GRID, ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")]


def pdf(*pages: Draw, title: str = "", **options: Any) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, **options)
    if title:
        canvas.setTitle(title)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def write(
    canvas: Any,
    lines: Sequence[str],
    *,
    x: float = 60,
    top: float = 150,
    font: str = "Helvetica",
    size: float = 10,
    pitch: float = 13,
) -> None:
    """Lines from `top` points below the upper edge; an empty one is a gap."""
    canvas.setFont(font, size)
    for line in lines:
        if line:
            canvas.drawString(x, HEIGHT - top, line)
        top += pitch


def page(*lines: str, **options: Any) -> Draw:
    return lambda canvas: write(canvas, lines, **options)


def draw_table(
    canvas: Any, rows: Sequence[Sequence[str]], top: float, style: Sequence[Any] = BOLD_HEADER
) -> None:
    table: Any = Table(rows, colWidths=[120] * len(rows[0]), style=list(style))
    _, height = table.wrapOn(canvas, 500, 700)
    table.drawOn(canvas, 60, HEIGHT - top - height)


def blocks(parsed: ParsedDocument) -> list[tuple[str, int, int | None, str]]:
    return [(b.kind, b.level, b.page, parsed.text[b.start : b.end]) for b in parsed.blocks]


def texts(data: bytes) -> list[str]:
    return [text for *_, text in blocks(read_pdf(data))]


def reason(data: bytes) -> str:
    with pytest.raises(UnreadableDocumentError) as caught:
        read_pdf(data)
    return caught.value.reason


FILLER = ["This line of running text fills the width of its page like many others do.", ""] * 8


def test_headings_by_size_and_by_bold_numbers() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, ["Safety manual"], font="Helvetica-Bold", size=20, top=120)
        write(canvas, ["1 Scope"], font="Helvetica-Bold", size=14, top=160)
        write(canvas, ["1.1 Who reads this"], font="Helvetica-Bold", top=190)
        write(canvas, ["Everybody who opens a panel reads", "this text first."], top=206)

    assert blocks(read_pdf(pdf(draw))) == [
        ("heading", 1, 1, "Safety manual"),
        ("heading", 2, 1, "1 Scope"),
        ("heading", 3, 1, "1.1 Who reads this"),
        ("paragraph", 0, 1, "Everybody who opens a panel reads this text first."),
    ]


def test_a_bold_line_inside_a_paragraph_is_no_heading() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, ["Nobody opens the cover before the power supply is off,"])
        write(canvas, ["locked and proved dead by two authorised persons on site,"], top=163,
              font="Helvetica-Bold")  # fmt: skip
        write(canvas, ["and the sheet is signed."], top=176)

    assert len(texts(pdf(draw))) == 1


def test_the_title_comes_from_the_metadata_or_the_first_heading() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, ["Large words"], size=18, top=120)
        write(canvas, FILLER, top=150)

    assert read_pdf(pdf(draw, title="Named")).title == "Named"
    assert read_pdf(pdf(draw, title="Microsoft Word - draft3.docx")).title == "Large words"
    assert read_pdf(pdf(draw)).title == "Large words"
    assert read_pdf(pdf(page("only text"))).title is None


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["The instal-", "lation is simple."], "The installation is simple."),
        (["Order part LM-", "H4 today."], "Order part LM-H4 today."),
        (["A time-lag fuse, so time-", "lag is meant."], "A time-lag fuse, so time-lag is meant."),
        (["A pause - in", "the text."], "A pause - in the text."),
    ],
)
def test_words_cut_at_a_line_end(lines: list[str], joined: str) -> None:
    assert texts(pdf(page(*lines))) == [joined]


def test_clauses_and_list_items_begin_blocks() -> None:
    lines = [
        "4.1 Tell everybody affected and look up the energy",
        "sheet, which lists every source in clause",
        "4.2 and others.",
        "4.2 Stop the equipment.",
        "1. Prove the tester.",
        "2. Test all conductors.",
        "• a bullet that goes on",
        "  in a second line",
        "(a) a lettered item",
    ]
    assert [(kind, text) for kind, _, _, text in blocks(read_pdf(pdf(page(*lines))))] == [
        (
            "paragraph",
            "4.1 Tell everybody affected and look up the energy sheet, which lists every source "
            "in clause 4.2 and others.",
        ),
        ("paragraph", "4.2 Stop the equipment."),
        ("list_item", "1. Prove the tester."),
        ("list_item", "2. Test all conductors."),
        ("list_item", "a bullet that goes on in a second line"),
        ("list_item", "(a) a lettered item"),
    ]


def test_running_heads_and_page_numbers_are_left_out() -> None:
    def numbered(number: int) -> Draw:
        def draw(canvas: Any) -> None:
            write(canvas, [f"Policy FIN-6, revision 2 - {number}"], top=30)
            write(canvas, [f"What page {'abcd'[number]} says is said once."], top=150)
            write(canvas, [f"Page {number} of 3"], top=820)

        return draw

    parsed = read_pdf(pdf(*(numbered(number) for number in (1, 2, 3))))
    assert [(number, text) for *_, number, text in blocks(parsed)] == [
        (1, "What page b says is said once."),
        (2, "What page c says is said once."),
        (3, "What page d says is said once."),
    ]


def test_a_line_at_the_top_of_one_page_stays() -> None:
    parsed = texts(pdf(page("Only here", top=40), page("Something else", top=40)))
    assert parsed == ["Only here", "Something else"]


def test_a_paragraph_over_a_page_break_is_one() -> None:
    first = page("The supplier keeps the records of every test for at least")
    second = page("ten years after delivery.", "", "A new paragraph.")
    assert blocks(read_pdf(pdf(first, second))) == [
        (
            "paragraph",
            0,
            1,
            "The supplier keeps the records of every test for at least ten years after delivery.",
        ),
        ("paragraph", 0, 2, "A new paragraph."),
    ]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [f"Left line {number} of the text in column one" for number in range(20)]
    right = [f"Right line {number} of the text in column two" for number in range(20)]

    def draw(canvas: Any) -> None:
        write(canvas, ["A title that stands across both of the columns"], size=18, top=110)
        write(canvas, left, x=60, top=150)
        write(canvas, ["Tall heading"], x=310, top=147, size=15, font="Helvetica-Bold")
        write(canvas, right, x=310, top=170)

    text = " ".join(texts(pdf(draw)))
    wanted = [
        "A title that stands across both of the columns",
        *left,
        "Tall heading",
        *right,
    ]
    assert text == " ".join(wanted)


def test_three_columns() -> None:
    columns = [[f"Line {n} of column {c} with some text" for n in range(20)] for c in range(3)]

    def draw(canvas: Any) -> None:
        for number, lines in enumerate(columns):
            write(canvas, lines, x=50 + 170 * number, size=8)

    assert " ".join(texts(pdf(draw))) == " ".join(line for lines in columns for line in lines)


def test_a_watermark_stays_out_and_is_a_loss() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, ["Upright text."])
        canvas.rotate(45)
        canvas.drawString(500, 0, "DRAFT")

    parsed = read_pdf(pdf(draw))
    assert parsed.text == "Upright text."
    assert parsed.losses == ("Slanted or vertical text not read: page 1.",)


def test_text_far_off_the_page_stays_out() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, [f"Line {number} of some text" for number in range(12)])
        write(canvas, [f"Line {number} far away" for number in range(12)], x=10**11)

    assert "away" not in read_pdf(pdf(draw)).text


def test_type_that_nobody_can_see_stays_out() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, ["Seen."])
        write(canvas, ["Hidden", "words"], top=300, size=0.2)

    assert texts(pdf(draw)) == ["Seen."]


def test_a_landscape_page_that_is_turned_by_its_rotation() -> None:
    def draw(canvas: Any) -> None:
        canvas.setPageRotation(90)
        canvas.translate(A4[0], 0)
        canvas.rotate(90)
        canvas.drawString(60, 300, "Upright for its reader.")

    assert texts(pdf(draw)) == ["Upright for its reader."]


def test_labels_beside_values_are_not_columns() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, [f"Label {number}" for number in range(12)], x=60)
        write(canvas, [f"value {number} with some more words" for number in range(12)], x=320)

    assert "Label 3 value 3 with some more words" in " ".join(texts(pdf(draw)))


def test_a_raised_character_stays_at_its_word() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, FILLER[:4], top=120)
        write(canvas, ["A wire of 2.5 mm"], top=300)
        write(canvas, ["2"], x=60 + canvas.stringWidth("A wire of 2.5 mm"), top=296, size=6)
        write(canvas, ["and not less."], top=313)

    assert texts(pdf(draw))[-1] == "A wire of 2.5 mm2 and not less."


def test_a_table_in_its_place_with_its_header_in_every_row() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, ["Before the table there is text."])
        draw_table(canvas, [["Country", "Cap"], ["Spain", "EUR 120"], ["Italy", "EUR\n140"]], 180)
        write(canvas, ["After it there is more."], top=280)

    assert blocks(read_pdf(pdf(draw))) == [
        ("paragraph", 0, 1, "Before the table there is text."),
        ("table_row", 0, 1, "Country: Spain | Cap: EUR 120"),
        ("table_row", 0, 1, "Country: Italy | Cap: EUR 140"),
        ("paragraph", 0, 1, "After it there is more."),
    ]


@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_that_goes_on_keeps_its_header(repeated: bool) -> None:
    header = ["Code", "Meaning", "Remedy"]
    rest = [header] if repeated else []

    def first(canvas: Any) -> None:
        draw_table(canvas, [header, ["E-01", "open", "measure"]], 700)

    def second(canvas: Any) -> None:
        style = BOLD_HEADER if repeated else GRID
        draw_table(
            canvas, [*rest, ["E-02", "closed", "reset"], ["E-03", "hot", "wait"]], 100, style
        )

    assert [(number, text) for *_, number, text in blocks(read_pdf(pdf(first, second)))] == [
        (1, "Code: E-01 | Meaning: open | Remedy: measure"),
        (2, "Code: E-02 | Meaning: closed | Remedy: reset"),
        (2, "Code: E-03 | Meaning: hot | Remedy: wait"),
    ]


def test_two_tables_below_each_other_keep_their_own_headers() -> None:
    def draw(canvas: Any) -> None:
        draw_table(canvas, [["Plan", "Share"], ["Basic", "99.5 %"]], 150)
        draw_table(canvas, [["Reached", "Credit"], ["99.0 %", "10 %"]], 250)

    assert texts(pdf(draw)) == ["Plan: Basic | Share: 99.5 %", "Reached: 99.0 % | Credit: 10 %"]


def test_merged_cells() -> None:
    rows = [
        ["Role", "Limit", ""],
        ["", "GBP", "EUR"],
        ["Lead", "1000", "1160"],
        ["", "2000", "2320"],
    ]
    spans = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (0, 2), (0, 3))]

    def draw(canvas: Any) -> None:
        draw_table(canvas, rows, 150, [*GRID, *spans])

    assert texts(pdf(draw)) == [
        "Role: Lead | Limit / GBP: 1000 | Limit / EUR: 1160",
        "Role: Lead | Limit / GBP: 2000 | Limit / EUR: 2320",
    ]


def test_a_list_of_facts_has_no_header() -> None:
    style = [*GRID, ("FONTNAME", (0, 0), (0, -1), "Helvetica-Bold")]

    def draw(canvas: Any) -> None:
        draw_table(canvas, [["Owner", "Noor"], ["Valid from", "2026"]], 150, style)

    assert texts(pdf(draw)) == ["Owner: Noor", "Valid from: 2026"]


def test_a_framed_paragraph_is_a_paragraph() -> None:
    def draw(canvas: Any) -> None:
        draw_table(canvas, [["DANGER: live parts."]], 150, GRID)

    assert [block[0] for block in blocks(read_pdf(pdf(draw)))] == ["paragraph"]


def test_a_table_of_contents_is_a_loss() -> None:
    contents = [f"{number}.1 Chapter {'. ' * 30}{number + 2}" for number in range(1, 6)]

    def first(canvas: Any) -> None:
        write(canvas, ["Contents"], size=16, top=120)
        write(canvas, contents, top=150)

    parsed = read_pdf(pdf(first, page("The text of the first chapter.")))
    assert parsed.text == "The text of the first chapter."
    assert parsed.losses == ("The table of contents was left out.",)


def test_pictures_are_losses_and_a_scan_has_no_text() -> None:
    def picture(canvas: Any) -> None:
        canvas.drawImage(ImageReader(Image.new("RGB", (8, 8))), 60, 400, 200, 200)

    assert read_pdf(pdf(page("words"), picture)).losses == (
        "1 image(s) not read.",
        "No text on page 2: only pictures, perhaps a scan.",
    )
    assert "OCR" in reason(pdf(picture))


def test_encrypted() -> None:
    assert "password" in reason(pdf(page("secret"), encrypt="pass"))


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95, 0.99])
def test_truncated(keep: float) -> None:
    data = pdf(*(page(*FILLER) for _ in range(4)))
    assert "cut off" in reason(data[: int(len(data) * keep)])


def test_damaged() -> None:
    assert "damaged" in reason(b"%PDF-1.7\n" + b"\xde\xad" * 500 + b"\n%%EOF\n")


def test_no_pages() -> None:
    assert "no pages" in reason(NO_PAGES)


def test_too_many_pages() -> None:
    def nothing(_canvas: Any) -> None:
        return

    data = pdf(*[nothing] * (MAX_PAGES + 1))
    assert str(MAX_PAGES) in reason(data)


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_is_read_or_refused(place: int, byte: int) -> None:
    data = bytearray(SMALL)
    data[place % len(data)] = byte
    try:
        parsed = read_pdf(bytes(data))
    except UnreadableDocumentError:
        return
    end = 0
    for block in parsed.blocks:
        assert end <= block.start < block.end <= len(parsed.text)
        end = block.end


SMALL = pdf(page("1. One", "two words", "", "3.1 Three"), page("more"))


def _no_pages() -> bytes:
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    body += b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    start = str(len(body)).encode()
    body += b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n"
    return body + b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n" + start + b"\n%%EOF\n"


NO_PAGES = _no_pages()
