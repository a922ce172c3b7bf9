"""What a generated document's source says is what its reader reads, in the same order."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from ingestion.models import ParsedDocument
from ingestion.parse import parse
from sample_docs.build import HERE, SOURCES
from sample_docs.build_source import source_format
from tests.sample_docs.expected import Row, expected, words

LEAST = 0.99
PATHS = sorted(
    path.relative_to(SOURCES).as_posix()
    for path in SOURCES.rglob("*")
    if path.suffix in {".md", ".yaml"}
)


def read(source: Path) -> ParsedDocument:
    built = (HERE / source.relative_to(SOURCES)).with_suffix(f".{source_format(source)}")
    return parse(built.name, built.read_bytes())


def lines(parsed: ParsedDocument, *, rows: bool) -> list[str]:
    """The table rows, or all other blocks."""
    return [
        parsed.text[block.start : block.end]
        for block in parsed.blocks
        if (block.kind == "table_row") == rows
    ]


def in_common(wanted: Sequence[str], found: Sequence[str]) -> int:
    """How many words both have in the same order."""
    matcher = SequenceMatcher(None, wanted, found, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def missing(rows: Sequence[Row], found: Sequence[str]) -> list[str]:
    """The rows without a line, below that of the row before, that has all cells with header."""
    lost = []
    place = 0
    for row in rows:
        parts = [f"{name.rstrip(':')}: {text}" if name else text for name, text in row]
        held = (
            number
            for number in range(place, len(found))
            if all(f" | {part} | " in f" | {found[number]} | " for part in parts)
        )
        number = next(held, None)
        if number is None:
            lost.append(" | ".join(parts))
        else:
            place = number + 1
    return lost


@pytest.mark.parametrize("path", PATHS)
def test_what_is_written_is_what_is_read(path: str) -> None:
    wanted = expected(SOURCES / path)
    parsed = read(SOURCES / path)
    text = words(" ".join(lines(parsed, rows=False)))
    common = in_common(wanted.words, text)
    assert common >= LEAST * len(wanted.words)
    if wanted.scanned:
        # The rules of its tables are only in the picture: its cells are read as lines of text.
        cells = {word for row in wanted.rows for cell in row for word in words(" ".join(cell))}
        assert cells <= set(text)
    else:
        assert common >= LEAST * len(text)
        assert missing(wanted.rows, lines(parsed, rows=True)) == []
    assert reported(parsed) == (wanted.hidden, wanted.changes, wanted.scanned)


def reported(parsed: ParsedDocument) -> tuple[tuple[str, ...], int, bool]:
    """What the reader says of hidden sheets, tracked changes and scanned pages."""
    text = " ".join(parsed.losses)
    hidden = re.search(r"hidden sheet\(s\) not read: (.*?)\.", text)
    changes = re.search(r"(\d+) tracked change\(s\)", text)
    return (
        tuple(hidden[1].split(", ")) if hidden else (),
        int(changes[1]) if changes else 0,
        "picture of the whole page" in text,
    )
