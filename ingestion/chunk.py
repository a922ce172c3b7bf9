"""Structure-aware chunking that keeps exact spans.

A chunk never crosses a heading, carries its heading path, and is always a substring of the
parsed text. Blocks stay whole where they fit; longer ones are cut between sentences.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ingestion.models import Block, Chunk, Document, ParsedDocument

_NAMESPACE = uuid.UUID("6f0b2a34-8f7e-5d5c-9a65-6f6f746e6f74")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ChunkerOptions:
    """Sizes in characters of the parsed text; changing one changes the fingerprint."""

    max_chars: int = 500
    overlap_chars: int = 80

    def __post_init__(self) -> None:
        if self.max_chars < 50 or not 0 <= self.overlap_chars <= self.max_chars // 2:
            raise ValueError("max_chars must be at least 50 and overlap at most half of it")

    @property
    def fingerprint(self) -> str:
        """Names the algorithm's revision and its sizes."""
        return f"structure-1:{self.max_chars}:{self.overlap_chars}"


@dataclass(frozen=True, slots=True)
class _Section:
    headings: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """The smallest piece that packing moves around; `block` is its place in the section."""

    start: int
    end: int
    block: int
    quotable: bool


def document_id(uri: str) -> str:
    """A stable id from where the document lives: the same URI is the same document."""
    return str(uuid.uuid5(_NAMESPACE, f"document:{uri}"))


def chunk_id(document: str, version: str, start: int, end: int) -> str:
    """A stable id from document, version and span."""
    return str(uuid.uuid5(_NAMESPACE, f"chunk:{document}:{version}:{start}:{end}"))


def chunk(document: Document, parsed: ParsedDocument, options: ChunkerOptions) -> tuple[Chunk, ...]:
    """Cut a parsed document into chunks, in reading order.

    Every block lies in at least one chunk; every chunk's text is `parsed.text[start:end]` and
    at most `options.max_chars` long, headings included.
    """
    chunks: list[Chunk] = []
    for section in _sections(parsed):
        for units in _pack(_units(parsed.text, section, options.max_chars), options):
            chunks.append(_chunk(document, parsed, section, units, len(chunks)))
    return tuple(chunks)


def embedding_text(title: str, piece: Chunk) -> str:
    """What is embedded for a chunk: its place in the document, then its own words."""
    opening = piece.text[:300]
    place = [part for part in (title, *piece.headings) if part not in opening]
    return " > ".join(place) + "\n" + piece.text if place else piece.text


def _chunk(
    document: Document,
    parsed: ParsedDocument,
    section: _Section,
    units: tuple[_Unit, ...],
    ordinal: int,
) -> Chunk:
    start, end = units[0].start, units[-1].end
    pages = {section.blocks[unit.block].page for unit in units}
    return Chunk(
        id=chunk_id(document.id, document.version, start, end),
        document_id=document.id,
        ordinal=ordinal,
        text=parsed.text[start:end],
        start=start,
        end=end,
        headings=section.headings,
        pages=tuple(sorted(page for page in pages if page is not None)),
        quotable=tuple((unit.start, unit.end) for unit in units if unit.quotable),
    )


def _sections(parsed: ParsedDocument) -> Iterator[_Section]:
    """Runs of blocks under one heading; headings that follow one another open one section."""
    path: list[tuple[int, str]] = []
    blocks: list[Block] = []
    has_body = False
    for block in parsed.blocks:
        if block.kind == "heading":
            if has_body:
                yield _Section(tuple(text for _, text in path), tuple(blocks))
                blocks, has_body = [], False
            while path and path[-1][0] >= block.level:
                path.pop()
            path.append((block.level, parsed.text[block.start : block.end]))
        else:
            has_body = True
        blocks.append(block)
    if blocks:
        yield _Section(tuple(text for _, text in path), tuple(blocks))


def _units(text: str, section: _Section, limit: int) -> list[_Unit]:
    units: list[_Unit] = []
    for number, block in enumerate(section.blocks):
        spans = [(block.start, block.end)]
        if block.kind in ("paragraph", "list_item"):
            spans = _sentences(text, block.start, block.end)
        units += [
            _Unit(start, end, number, block.kind != "heading")
            for span in spans
            for start, end in _cut(text, *span, limit)
        ]
    return units


def _pack(units: list[_Unit], options: ChunkerOptions) -> Iterator[tuple[_Unit, ...]]:
    """Greedy packing; a block that fits a chunk of its own is not cut to fill the one before."""
    first = 0
    while first < len(units):
        stop = first + 1
        while stop < len(units) and units[stop].end - units[first].start <= options.max_chars:
            stop += 1
        if stop < len(units):
            stop = _back_to_block_start(units, first, stop, options.max_chars)
        yield tuple(units[first:stop])
        if stop == len(units):
            return
        first = _overlap_start(units, first, stop, options)


def _back_to_block_start(units: list[_Unit], first: int, stop: int, limit: int) -> int:
    block = units[stop].block
    begin = stop
    while begin > first and units[begin - 1].block == block:
        begin -= 1
    end = max(unit.end for unit in units[begin:] if unit.block == block)
    cut = begin > first and end - units[begin].start <= limit
    # A heading alone is no chunk: it stays with what follows it.
    return begin if cut and any(unit.quotable for unit in units[first:begin]) else stop


def _overlap_start(units: list[_Unit], first: int, stop: int, options: ChunkerOptions) -> int:
    start = stop
    while (
        start - 1 > first
        and units[start - 1].quotable
        and units[stop - 1].end - units[start - 1].start <= options.overlap_chars
        and units[stop].end - units[start - 1].start <= options.max_chars
    ):
        start -= 1
    return start


def _sentences(text: str, start: int, end: int) -> list[Span]:
    """Sentence spans of `text[start:end]` (Punkt), without the white space around them.

    A piece without a letter ("4.2", "a)") is a number that Punkt took for a sentence; it goes
    with the next one.
    """
    spans: list[Span] = []
    position = begin = start
    for piece in _splitter()(text[start:end]):
        position += len(piece)
        if any(letter.isalpha() for letter in text[begin:position].strip()[2:]):
            spans.append(_trim(text, begin, position))
            begin = position
    if text[begin:end].strip():
        tail = _trim(text, begin, end)
        spans = [*spans[:-1], (spans[-1][0], tail[1])] if spans else [tail]
    return spans


def _cut(text: str, start: int, end: int, limit: int) -> Iterator[Span]:
    """Pieces of at most `limit` characters, between words where there are any."""
    while end - start > limit:
        space = text.rfind(" ", start + limit // 2, start + limit)
        stop = space if space > start else start + limit
        yield _trim(text, start, stop)
        start = _trim(text, stop, end)[0]
    yield start, end


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


@cache
def _splitter():  # type: ignore[no-untyped-def]
    # Imported here: it takes a second, and answering a question need not wait for it.
    from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer

    return split_by_sentence_tokenizer()
