"""The documents as pieces and tables, as far as an asker may read them on a day."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from app.bootstrap import Application
from eval.drafting.models import Corpus, Piece, Row, Table, Words
from ingestion.models import Document, SearchScope

_CELL = re.compile(r"([^:|]{1,60}): (.+)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+")
_NOUN = re.compile(
    r"\b(?:the|an?|every|each|its|their|your) (?:[\w-]+ )?([a-z][\w-]+)"
    r"(?= (?:is|are|was|were|of|for|in|on|at|to|and|or|by|must|may|can|with|from|has)\b|[,.;:)]|$)"
)
_READ = {"en", "und"}
"""The patterns are English."""


def corpus_of(app: Application, groups: tuple[str, ...], day: date) -> Corpus:
    """Everything in English that is in force and that these groups may see."""
    scope = SearchScope(groups, day)
    documents = [d for d in app.index.documents(scope) if d.language in _READ]
    pieces = [piece for document in documents for piece in _pieces(app, document, scope)]
    return Corpus(pieces, list(_tables(pieces)), words_of(pieces))


def words_of(pieces: Sequence[Piece]) -> Words:
    """How words are written in sentences and lists; table cells have capitals of their own."""
    lower = {w for piece in pieces for w in _WORD.findall(piece.text) if w.islower()}
    texts = [piece.text for piece in pieces if piece.kind in ("paragraph", "list_item")]
    proper = {word for text in texts for word in _INSIDE.findall(text)}
    nouns = {word for text in texts for word in _NOUN.findall(text)}
    return Words(frozenset(lower), frozenset(proper), frozenset(nouns))


def cells_of(piece: Piece) -> tuple[tuple[str, str], ...]:
    """Column names and values of a table row; () where a cell has no name."""
    cells = [_CELL.fullmatch(cell) for cell in piece.text.split(" | ")]
    if not all(cells):
        return ()
    return tuple((cell[1].strip(), cell[2].strip()) for cell in cells if cell)


def _pieces(app: Application, document: Document, scope: SearchScope) -> Iterator[Piece]:
    parsed = app.manifest.parsed(document.id, document.version)
    if parsed is None:
        return
    starts = [block.start for block in parsed.blocks]
    seen: set[tuple[int, int]] = set()
    for hit in app.index.chunks(document.id, scope):
        for start, end in hit.chunk.quotable:
            block = parsed.blocks[bisect_right(starts, start) - 1]
            if (start, end) not in seen:
                seen.add((start, end))
                text = hit.chunk.quote(start, end)
                yield Piece(document, hit.chunk.headings, block.kind, text, start, end)


def _tables(pieces: Sequence[Piece]) -> Iterator[Table]:
    def together(piece: Piece) -> tuple[str, tuple[str, ...], str]:
        cells = cells_of(piece) if piece.kind == "table_row" else ()
        return piece.document.id, piece.headings, cells[0][0] if cells else ""

    for (_, _, key), members in groupby(pieces, key=together):
        rows = [Row(piece, cells_of(piece)) for piece in members] if key else []
        names = [row.cells[0][1].casefold() for row in rows]
        once = [row for row, name in zip(rows, names, strict=True) if names.count(name) == 1]
        if len(once) >= 2 and 2 * len(once) >= len(rows):
            yield Table(tuple(once))
