"""From the lines of a PDF to paragraphs, headings and list items."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingestion.models import BlockKind
from ingestion.parse.pdf_page import Line

BULLET = re.compile(r"^[•‣◦▪▫●○■□–—*·\-]\s+")
_ITEM = re.compile(r"^(?:\d{1,3}[.)]|\(?[a-zA-Z][.)]|\((?:\d{1,3}|[ivx]+)\)|[ivx]+[.)])\s+\S")
_CLAUSE = re.compile(r"^(?:§\s*)?\d{1,3}(?:\.\d{1,3})+\.?\s+\S")
_NUMBERED = re.compile(r"^(?:§\s*)?(?:\d{1,3}(?:\.\d{1,3})*|[A-Z]|[IVX]+)[.)]?\s+[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHENATED = re.compile(r"([^\W\d_]+)(?:-|\u00ad)\n([^\W\d_]+)")
_LONGEST_HEADING = 160


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, with the page on which they begin."""

    page: int
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines with their line ends, for `Style.unwrap`."""
        return "\n".join(line.text for line in self.lines)

    @property
    def bold(self) -> bool:
        """True when every line is bold throughout."""
        return all(line.bold for line in self.lines)

    @property
    def size(self) -> float:
        """The size of the first line."""
        return self.lines[0].size


@dataclass(frozen=True, slots=True)
class Style:
    """What the document's text looks like as a whole: the measure for headings and gaps."""

    body: float
    pitch: float
    words: frozenset[str]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Style":
        """Measure all lines of a document, in reading order."""
        sizes = Counter[float]()
        for line in lines:
            sizes[line.size] += len(line.text)
        body = sizes.most_common(1)[0][0] if sizes else 10.0
        pitches = Counter(
            round((line.top - before.top) * 2) / 2
            for before, line in pairwise(lines)
            if line.size == before.size == body and 0 < line.top - before.top < 2.5 * body
        )
        # Without two lines below each other there is nothing to measure: 1.2 is the usual pitch.
        pitch = pitches.most_common(1)[0][0] if pitches else 1.2 * body
        words = frozenset(
            word.casefold() for line in lines for word in _WORD.findall(line.text.rstrip("-\u00ad"))
        )
        return cls(body, pitch, words)

    def unwrap(self, text: str) -> str:
        """Text without its line ends; a word that was cut at a line's end is whole again.

        The hyphen stays in front of a capital or a digit ("LM-" and "H4") and in a word that the
        document writes with a hyphen elsewhere.
        """
        text = _HYPHENATED.sub(self._rejoin, text)
        return re.sub(r"(?<=\w)-\n(?=\w)", "-", text).replace("\u00ad\n", "").replace("\n", " ")

    def _rejoin(self, found: re.Match[str]) -> str:
        first, second = found[1], found[2]
        compound = f"{first}-{second}".casefold() in self.words
        known = (first + second).casefold() in self.words
        if second[0].isupper() or first.isupper() or (compound and not known):
            return f"{first}-{second}"
        return first + second


def paragraphs(lines: Sequence[Line], page: int, style: Style) -> list[Paragraph]:
    """Lines of one column, put together into paragraphs."""
    right = max((line.x1 for line in lines), default=0.0)
    done: list[Paragraph] = []
    for line in lines:
        if done and not _begins(line, done[-1], right, style):
            done[-1].lines.append(line)
        else:
            done.append(Paragraph(page, [line]))
    return done


def goes_on(before: Paragraph, after: Paragraph) -> bool:
    """True when a paragraph was cut by the end of a column or page."""
    first = after.text[:1]
    return (
        before.size == after.size
        and not before.bold
        and before.text[-1] not in ".!?:;"
        and (first.islower() or first in "(\"'“‘" or first.isdigit())
        and not _marked(after.text)
    )


def kind_of(paragraph: Paragraph, style: Style) -> BlockKind:
    """Tell headings by size, or by bold type on a line of their own; items by their marker."""
    text = paragraph.text
    if _is_heading(paragraph, style):
        return "heading"
    if all(line.mono for line in paragraph.lines):
        return "code"
    return "list_item" if BULLET.match(text) or _ITEM.match(text) else "paragraph"


def heading_levels(headings: Iterable[Paragraph]) -> dict[tuple[float, bool], int]:
    """Levels by rank: the larger the type, the higher; bold stands above regular."""
    ranks = sorted({(heading.size, heading.bold) for heading in headings}, reverse=True)
    return {rank: level for level, rank in enumerate(ranks, start=1)}


def _is_heading(paragraph: Paragraph, style: Style) -> bool:
    text, size = paragraph.text, paragraph.size
    letters = sum(char.isalpha() for char in text)
    if letters < 2 or len(text) > _LONGEST_HEADING or BULLET.match(text):
        return False
    if size >= 1.12 * style.body:
        return True
    if not paragraph.bold or size < 0.95 * style.body or len(paragraph.lines) > 2:
        return False
    return bool(_NUMBERED.match(text)) or (len(text) <= 80 and text[-1] not in ".,;:")


def _begins(line: Line, paragraph: Paragraph, right: float, style: Style) -> bool:
    """True when a line cannot be the next line of a paragraph."""
    before = paragraph.lines[-1]
    pitch = line.top - before.top
    usual = style.pitch * max(line.size, before.size) / style.body
    if abs(line.size - before.size) > 0.6 or pitch > 1.2 * usual or line.mono != before.mono:
        return True
    if BULLET.match(line.text):
        return True
    apart = pitch > 1.06 * usual or before.text[-1] in ".!?:;"
    if _marked(line.text) and (apart or abs(line.x0 - before.x0) > 1 or before.bold):
        return True
    short = before.x1 < right - 0.25 * (right - paragraph.lines[0].x0)
    if paragraph.bold and not line.bold and short:
        return True
    if _marked(paragraph.text) or BULLET.match(paragraph.text) or before.text[-1] not in ".!?:":
        return False
    # Where no gap parts paragraphs, an indented or a short line does.
    indented = line.x0 - before.x0 > 0.7 * line.size
    return indented or (short and not line.text[:1].islower() and pitch > 0.9 * usual)


def _marked(text: str) -> bool:
    return bool(_ITEM.match(text) or _CLAUSE.match(text))
