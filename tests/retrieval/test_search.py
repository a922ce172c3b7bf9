"""What stands around a hit: its neighbours, and its section."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ingestion.chunk import ChunkerOptions, chunk, document_id
from ingestion.embed import Bm25Encoder
from ingestion.index import Index
from ingestion.models import Block, Document, IndexedChunk, ParsedDocument, ScoredChunk
from ingestion.vectorize import vectorize
from retrieval.models import Principal, Query
from retrieval.search import Searcher
from tests.conftest import STORES
from tests.fakes import HashEmbedder

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

EMBEDDER, SPARSE = HashEmbedder(), Bm25Encoder()
QUERY = Query("clause", Principal("p", ("everyone",)))
LINES = [
    "Scope",
    *(f"Clause {number} of the scope holds for all of us." for number in (1, 2)),
    "Notes",
    *(f"Clause {number} of the notes holds for all of us." for number in (3, 4, 5)),
    "Scope",
    "Clause 6 of the scope holds for all of us.",
]


def write(index: Index, version: str, lines: list[str]) -> str:
    """A document of headings and clauses; returns its text."""
    known = Document(document_id("a.md"), "a.md", "Rules", version, ("everyone",))
    text, blocks = "", []
    for line in lines:
        start = len(text)
        text += f"{line}\n\n"
        is_heading = not line.startswith("Clause")
        kind = Block("heading", start, start + len(line), 1)
        blocks.append(kind if is_heading else Block("paragraph", start, start + len(line)))
    pieces = chunk(known, ParsedDocument(text, tuple(blocks)), ChunkerOptions(50, 0))
    index.stage(
        [
            IndexedChunk(piece, known, dense, SPARSE.document(piece.text))
            for piece, dense in zip(pieces, vectorize("", pieces, EMBEDDER), strict=True)
        ]
    )
    index.activate(known.id, version)
    return text


@pytest.fixture(params=STORES)
def index(request: pytest.FixtureRequest, make_index: Callable[[str], Index]) -> Index:
    made = make_index(request.param)
    made.prepare({}, EMBEDDER.dimension)
    return made


def hit_of(searcher: Searcher, number: int) -> ScoredChunk:
    query = replace(QUERY, text=f"clause {number}")
    hits = searcher.search(query, searcher.vector(query.text), 20)
    return next(hit for hit in hits if f"Clause {number} " in hit.chunk.text)


def numbers(pieces: list[ScoredChunk]) -> list[int]:
    return [int(piece.chunk.text.split("Clause ")[1][0]) for piece in pieces]


def test_neighbours_come_in_order_and_are_the_source(index: Index) -> None:
    text = write(index, "1", LINES)
    searcher = Searcher(EMBEDDER, SPARSE, index)
    assert numbers(searcher.neighbours(hit_of(searcher, 3), QUERY)) == [2, 3, 4]
    assert numbers(searcher.neighbours(hit_of(searcher, 1), QUERY, 3, 0)) == [1]
    around = searcher.neighbours(hit_of(searcher, 5), QUERY, 2, 2)
    assert numbers(around) == [3, 4, 5, 6]
    assert all(p.chunk.text == text[p.chunk.start : p.chunk.end] for p in around)


def test_a_section_is_what_stands_together_under_the_same_headings(index: Index) -> None:
    write(index, "1", LINES)
    searcher = Searcher(EMBEDDER, SPARSE, index)
    assert numbers(searcher.section(hit_of(searcher, 4), QUERY)) == [3, 4, 5]
    assert numbers(searcher.section(hit_of(searcher, 1), QUERY)) == [1, 2]
    assert numbers(searcher.section(hit_of(searcher, 6), QUERY)) == [6]


def test_nobody_else_reads_around_a_hit(index: Index) -> None:
    write(index, "1", LINES)
    searcher = Searcher(EMBEDDER, SPARSE, index)
    hit = hit_of(searcher, 3)
    other = replace(QUERY, principal=Principal("q", ("hr",)))
    assert searcher.neighbours(hit, other) == searcher.section(hit, other) == []


def test_a_hit_of_an_older_version_has_no_neighbours(index: Index) -> None:
    write(index, "1", LINES)
    searcher = Searcher(EMBEDDER, SPARSE, index)
    hit = hit_of(searcher, 3)
    write(index, "2", LINES[:3])
    assert searcher.neighbours(hit, QUERY) == searcher.section(hit, QUERY) == []
