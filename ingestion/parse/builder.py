"""Puts blocks together into a document whose spans are exact.

Readers only say what they found and in which order; that every `Block` is precisely its piece of
the text is decided here, once.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from ingestion.errors import UnreadableDocumentError
from ingestion.models import Block, BlockKind, ParsedDocument

# Controls, soft hyphens, zero-width marks and lone surrogates: they split words in a search, or
# cannot be encoded, and no reader of the page sees them. The joiners U+200C and U+200D stay:
# Persian, Hindi and emoji are spelt with them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_ONE_LINE_APART: frozenset[BlockKind] = frozenset({"table_row", "list_item"})
_DEEPEST_HEADING = 6


def clean(text: str) -> str:
    """Text in Unicode NFC with \\n as its only line end and no invisible characters."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))


def one_line(text: str) -> str:
    """Cleaned text in which every run of white space is one space."""
    return " ".join(clean(text).split())


def merge_header(rows: Sequence[Sequence[str]]) -> list[str]:
    """One name for each column from several header rows: "Top / Sub".

    Merged cells must be expanded first. A cell that repeats the one above it counts once.
    """
    width = max((len(row) for row in rows), default=0)
    names: list[str] = []
    for column in range(width):
        cells = [one_line(row[column]) for row in rows if column < len(row)]
        names.append(" / ".join(dict.fromkeys(cell for cell in cells if cell)))
    return names


class TextBuilder:
    """Collects blocks in reading order; `build` makes the document.

    Blocks stand a blank line apart, rows of a table and items of a list a line apart.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._losses: list[str] = []
        self._length = 0

    @property
    def is_empty(self) -> bool:
        """True as long as nothing with text was added."""
        return not self._blocks

    def add(self, kind: BlockKind, text: str, *, level: int = 0, page: int | None = None) -> None:
        """Append a block; text without a visible character adds nothing.

        White space is collapsed except in code. `level` counts for headings only.
        """
        text = _code(text) if kind == "code" else one_line(text)
        if not text:
            return
        if self._blocks:
            together = kind in _ONE_LINE_APART and self._blocks[-1].kind == kind
            self._append("\n" if together else "\n\n")
        start = self._length
        self._append(text)
        depth = min(max(level, 1), _DEEPEST_HEADING) if kind == "heading" else 0
        self._blocks.append(Block(kind, start, self._length, depth, page))

    def table(
        self,
        rows: Sequence[Sequence[str]],
        *,
        header_rows: int = 1,
        page: int | None = None,
        header: Sequence[str] | None = None,
    ) -> None:
        """Append each row as a line that repeats its header: "Country: Spain | Cap: EUR 120".

        The first `header_rows` rows are the header. With `header`, all rows are body: for a table
        that goes on over a page. Rows that only repeat the header are left out. A table of
        nothing but a header keeps it, as rows.
        """
        body = rows
        if header is None:
            header, body = merge_header(rows[:header_rows]), rows[header_rows:]
            if not body:
                header, body = [], rows
        names = [one_line(name) for name in header]
        for row in body:
            cells = [one_line(cell) for cell in row]
            if not any(names) or _filled(cells) != _filled(names):
                self.add("table_row", _row_text(names, cells), page=page)

    def lose(self, sentence: str) -> None:
        """Note something that was left out on purpose; the same sentence counts once."""
        if sentence not in self._losses:
            self._losses.append(sentence)

    def build(self, title: str | None) -> ParsedDocument:
        """The document. Raises UnreadableDocumentError when nothing in it is text."""
        if not self._blocks:
            raise UnreadableDocumentError(
                "The file has no text in it. If it is a scan or only pictures, run text "
                "recognition (OCR) on it and add the result; otherwise remove it."
            )
        return ParsedDocument(
            text="".join(self._parts),
            blocks=tuple(self._blocks),
            title=one_line(title or "") or None,
            losses=tuple(self._losses),
        )

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _code(text: str) -> str:
    """Code keeps its inner white space: blank lines at either end and trailing spaces go."""
    lines = [line.rstrip() for line in clean(text).split("\n")]
    filled = [number for number, line in enumerate(lines) if line]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""


def _filled(cells: Iterable[str]) -> list[str]:
    return [cell for cell in cells if cell]


def _row_text(names: Sequence[str], cells: Sequence[str]) -> str:
    parts: list[str] = []
    for column, cell in enumerate(cells):
        name = names[column].rstrip(":") if column < len(names) else ""
        if cell:
            parts.append(f"{name}: {cell}" if name else cell)
    return " | ".join(parts)
