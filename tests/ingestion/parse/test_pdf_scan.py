"""Pages that were scanned askew, with the text layer of a text recognition."""

import io
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader

from ingestion.parse.pdf import read_pdf
from tests.ingestion.parse.test_pdf import pdf, texts, write

WIDTH, HEIGHT = A4
SCAN = "A picture of the whole page (a scan?) not read, only the text that came with it: page 1, 2."
WRAPPED = [
    "Line by line this text runs over the whole width of the page, as a text does, and",
    "goes on below, so that every line but the last is full and the next one begins with",
    "a small letter; to read it in another order than this one makes no sense at all, and",
    "nobody would notice before somebody asks for the end.",
]
LEFT = [f"{word} the left column goes on with its text" for word in ("Here", *["and"] * 14)]
RIGHT = [f"{word} the right column goes on with its text" for word in ("There", *["and"] * 14)]
CELLS = [
    [f"Party {n} of the Agreement, Leeds or Kassel", f"{n} November 2025, signed in Leeds by hand"]
    for n in range(1, 11)
]


def picture() -> Any:
    stream = io.BytesIO()
    Image.new("L", (60, 85), 250).save(stream, "PNG")
    return ImageReader(stream)


def scan(draw: Any, askew: float) -> Any:
    """A page under a picture, with what is drawn turned about its middle."""

    def drawn(canvas: Any) -> None:
        canvas.drawImage(picture(), 0, 0, WIDTH, HEIGHT)
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(askew)
        canvas.translate(-WIDTH / 2, -HEIGHT / 2)
        draw(canvas)

    return drawn


@pytest.mark.parametrize("askew", [-2.5, -0.6, 0.01, 0.3, 2.5])
def test_lines_of_an_askew_page_keep_their_order(askew: float) -> None:
    def draw(canvas: Any) -> None:
        write(canvas, ["Head of every page"], top=40, size=8)
        write(canvas, WRAPPED, top=150)
        write(canvas, WRAPPED, top=220)

    parsed = read_pdf(pdf(scan(draw, askew), scan(draw, -askew / 2)))
    assert parsed.text.split("\n\n") == [" ".join(WRAPPED)] * 4
    assert parsed.losses == (SCAN,)


@pytest.mark.parametrize("askew", [-1.5, 0, 1.5])
def test_columns_of_an_askew_page_are_read_one_after_the_other(askew: float) -> None:
    def draw(canvas: Any) -> None:
        write(canvas, LEFT, x=60)
        write(canvas, RIGHT, x=320)

    assert texts(pdf(scan(draw, askew))) == [" ".join(LEFT), " ".join(RIGHT)]


def test_cells_whose_rules_are_in_the_picture_are_read_row_by_row() -> None:
    def draw(canvas: Any) -> None:
        for number, row in enumerate(CELLS):
            for column, cell in enumerate(row):
                write(canvas, [cell], x=60 + 260 * column, top=150 + 20 * number)
        write(canvas, WRAPPED * 5, top=400)

    assert texts(pdf(scan(draw, 0.4)))[: len(CELLS)] == [" ".join(row) for row in CELLS]


def test_a_small_picture_beside_text_is_no_scan() -> None:
    def draw(canvas: Any) -> None:
        canvas.drawImage(picture(), 60, 60, 100, 100)
        write(canvas, WRAPPED)

    assert read_pdf(pdf(draw)).losses == ("1 image(s) not read.",)


def test_a_title_that_ends_between_the_columns_does_not_hide_them() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, ["A title of the two columns below"], size=16, top=100)
        write(canvas, LEFT, x=60, pitch=14)
        write(canvas, RIGHT, x=320, pitch=14, top=150)

    data = pdf(draw)
    assert texts(data) == ["A title of the two columns below", " ".join(LEFT), " ".join(RIGHT)]
