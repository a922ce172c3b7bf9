"""Make a PDF look scanned: pictures of its pages with an invisible text layer over them.

This is what a scanner with text recognition writes: the page lies a little askew, the paper is
grey and speckled, the ruled lines are only in the picture, and every word stands for itself.
"""

import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pdfplumber
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

_DPI = 110
_JPEG_QUALITY = 38
_MOST_ASKEW = 0.55  # degrees
_INK, _PAPER = 42, 240
_GRAIN = 7
_SPECKLES = 450
_SHADOW = 24  # pixels at the edge where the lid did not close
_INVISIBLE = 3  # the text render mode

_Grey = NDArray[np.int32]


class _NoFonts(pdfium.PdfSysfontBase):  # type: ignore[misc]
    """Hides the fonts of the machine, so that a page looks the same on each of them."""

    def EnumFonts(self, *_: Any) -> None:
        """Names no font."""

    def MapFont(self, *_: Any) -> None:
        """Finds no font: the renderer takes its own."""

    def GetFont(self, *_: Any) -> None:
        """Finds no font by its name either."""


def scanned(data: bytes, meta: dict[str, Any]) -> bytes:
    """The PDF as a scan of its pages; the same bytes for the same pages."""
    if pdfium.PdfSysfontBase.SINGLETON is None:
        _NoFonts().setup()
    buffer = BytesIO()
    canvas: Any = Canvas(buffer, invariant=1, pageCompression=0, lang="en-GB")
    canvas.setTitle(meta["title"])
    canvas.setAuthor(meta["author"])
    canvas.setSubject(meta["number"])
    with pdfplumber.open(BytesIO(data)) as read, pdfium.PdfDocument(data) as drawn:
        for number, page in enumerate(read.pages):
            dice = np.random.default_rng([zlib.crc32(str(meta["number"]).encode()), number])
            askew = int(dice.integers(-100, 101)) / 100 * _MOST_ASKEW
            picture = _picture(drawn[number], askew, dice)
            canvas.setPageSize((page.width, page.height))
            canvas.drawImage(ImageReader(picture), 0, 0, page.width, page.height)
            _write_words(canvas, page, askew)
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _picture(page: Any, askew: float, dice: np.random.Generator) -> BytesIO:
    """The page as a grey JPEG, turned by `askew` degrees about its middle."""
    image = page.render(scale=_DPI / 72, grayscale=True).to_pil()
    image = image.rotate(askew, Image.Resampling.BICUBIC, fillcolor=255)
    grey = _INK + np.asarray(image, dtype=np.int32) * (_PAPER - _INK) // 255
    _shade_edge(grey)
    grey += dice.integers(-_GRAIN, _GRAIN + 1, grey.shape, dtype=np.int32)
    _speckle(grey, dice)
    stream = BytesIO()
    pixels = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    pixels.save(stream, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    stream.seek(0)
    return stream


def _shade_edge(grey: _Grey) -> None:
    grey[:, :_SHADOW] -= 3 * np.arange(_SHADOW, 0, -1, dtype=np.int32)


def _speckle(grey: _Grey, dice: np.random.Generator) -> None:
    """Dust: dots of one or two pixels."""
    height, width = grey.shape
    rows, columns = dice.integers(0, height, _SPECKLES), dice.integers(0, width, _SPECKLES)
    sizes, shades = dice.integers(1, 3, _SPECKLES), dice.integers(60, 190, _SPECKLES)
    for row, column, size, shade in zip(rows, columns, sizes, shades, strict=True):
        grey[row : row + size, column : column + size] = shade


def _write_words(canvas: Any, page: Any, askew: float) -> None:
    """Every word at its place in the picture, invisible, as wide as it is there."""
    canvas.saveState()
    canvas.translate(page.width / 2, page.height / 2)
    canvas.rotate(askew)
    text = canvas.beginText()
    text.setTextRenderMode(_INVISIBLE)
    for word in page.extract_words(x_tolerance_ratio=0.15, return_chars=True):
        first = word["chars"][0]
        font, size = first["fontname"], round(first["size"], 2)
        text.setFont(font, size)
        width = stringWidth(word["text"], font, size)
        text.setHorizScale(round(100 * (word["x1"] - word["x0"]) / width, 1))
        x, baseline = first["matrix"][4:]
        text.setTextOrigin(x - page.width / 2, baseline - page.height / 2)
        text.textOut(word["text"])
    canvas.drawText(text)
    canvas.restoreState()
