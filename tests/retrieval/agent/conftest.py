"""A small company in a real index, and the agent over it."""

from collections.abc import Callable

import pytest

from ingestion.chunk import ChunkerOptions, chunk, document_id
from ingestion.embed import Bm25Encoder
from ingestion.index import Index
from ingestion.models import Block, Document, IndexedChunk, ParsedDocument
from ingestion.vectorize import vectorize
from retrieval.agent.notebook import Limits
from retrieval.agent.plan import RulePlanner
from retrieval.agent.workflow import Agent, Planner
from retrieval.check import ClaimChecker
from retrieval.condense import RuleCondenser
from retrieval.evidence import EvidenceOptions, EvidenceRanker
from retrieval.generate.extractive import ExtractiveGenerator
from retrieval.late_interaction import LateInteraction
from retrieval.lexicon import Lexicon
from retrieval.normalise import Normaliser
from retrieval.pipeline import RagPipeline
from retrieval.search import Searcher
from tests.fakes import HashEmbedder

EMBEDDER, SPARSE = HashEmbedder(256), Bm25Encoder()
LATE = LateInteraction(EMBEDDER, SPARSE)
MakeAgent = Callable[..., Agent]

DOCUMENTS = {
    "laptops.csv": (
        "staff",
        "Tag: A1 | Owner: Petra Vogt | Model: Corvid 14 B\n"
        "Tag: A2 | Owner: Ines Prado | Model: Corvid 16 A\n"
        "Tag: A3 | Owner: Omar Reid | Model: Merle 9",
    ),
    "standard.md": (
        "staff",
        "The Corvid 14 B is replaced on 2027-03-01.\nThe Merle 9 is replaced on 2028-05-01.",
    ),
    "rooms.csv": (
        "staff",
        "Room: Amber | Seats: 4 | Booked through: Rota\n"
        "Room: Birch | Seats: 8 | Booked through: reception\n"
        "Room: Cedar | Seats: 9 | Booked through: Rota",
    ),
    "secret.md": ("board", "The Corvid 14 B is replaced by gold bars on 2031-01-01."),
}


@pytest.fixture
def make_agent(make_index: Callable[[str], Index]) -> MakeAgent:
    """An agent over DOCUMENTS; a line is a table row where it has cells, else a paragraph."""
    index = make_index("edge")
    index.prepare({}, EMBEDDER.dimension)
    for uri, (group, text) in DOCUMENTS.items():
        document = Document(document_id(uri), uri, uri.split(".")[0], "1", (group,))
        blocks, start = [], 0
        for line in text.split("\n"):
            kind = "table_row" if " | " in line else "paragraph"
            blocks.append(Block(kind, start, start + len(line)))  # type: ignore[arg-type]
            start += len(line) + 1
        pieces = chunk(document, ParsedDocument(text, tuple(blocks)), ChunkerOptions(60, 0))
        vectors = vectorize(document.title, pieces, EMBEDDER)
        index.stage(
            [
                IndexedChunk(piece, document, vector, SPARSE.document(piece.text))
                for piece, vector in zip(pieces, vectors, strict=True)
            ]
        )
        index.activate(document.id, document.version)

    def make(limits: Limits | None = None, planner: Callable[[], Planner] = RulePlanner) -> Agent:
        quotes = ExtractiveGenerator()
        pipeline = RagPipeline(
            condenser=RuleCondenser(SPARSE),
            normaliser=Normaliser(lambda: Lexicon({}, {}), EMBEDDER),
            searcher=Searcher(EMBEDDER, SPARSE, index),
            ranker=EvidenceRanker(SPARSE, LATE, LATE, EvidenceOptions(threshold=0.0)),
            generator=quotes,
            fallback=quotes,
            checker=ClaimChecker(SPARSE),
        )
        return Agent(pipeline, limits or Limits(), planner)

    return make
