"""A question for a whole list over a real index: rows that the search did not bring."""

from collections.abc import Callable
from datetime import date

import pytest

from ingestion.embed import Bm25Encoder
from ingestion.index import Index
from ingestion.models import IndexedChunk
from retrieval.check import ClaimChecker
from retrieval.condense import RuleCondenser
from retrieval.evidence import EvidenceOptions, EvidenceRanker
from retrieval.generate.extractive import ExtractiveGenerator
from retrieval.late_interaction import LateInteraction
from retrieval.lexicon import Lexicon
from retrieval.models import Principal, Query
from retrieval.normalise import Normaliser
from retrieval.pipeline import RagPipeline
from retrieval.search import Searcher
from tests.fakes import HashEmbedder
from tests.retrieval.conftest import MakePassages

EMBEDDER, SPARSE = HashEmbedder(), Bm25Encoder()
LATE = LateInteraction(EMBEDDER, SPARSE)
ROWS = [f"Boat: No. {n} | Harbour: {'Porto' if n % 4 == 0 else 'Cadiz'}" for n in range(24)]


@pytest.fixture
def index(make_index: Callable[[str], Index], make_table: MakePassages) -> Index:
    index = make_index("edge")
    index.prepare({}, EMBEDDER.dimension)
    hits = [passage.hit for passage in make_table(*ROWS)]
    chunks = []
    for hit in hits:
        assert hit.vectors is not None
        terms = SPARSE.document(hit.chunk.text)
        chunks.append(IndexedChunk(hit.chunk, hit.document, hit.vectors, terms))
    index.stage(chunks)
    index.activate(hits[0].document.id, hits[0].document.version)
    return index


def query(text: str, *groups: str) -> Query:
    return Query(text, Principal("p", groups), date(2026, 1, 1))


def pipeline(index: Index) -> RagPipeline:
    quotes = ExtractiveGenerator()
    return RagPipeline(
        condenser=RuleCondenser(SPARSE),
        normaliser=Normaliser(lambda: Lexicon({}, {}), EMBEDDER),
        searcher=Searcher(EMBEDDER, SPARSE, index),
        ranker=EvidenceRanker(SPARSE, LATE, LATE, EvidenceOptions(threshold=0.0)),
        generator=quotes,
        fallback=quotes,
        checker=ClaimChecker(SPARSE),
        passages=1,
    )


def test_all_rows_of_the_list_are_cited(index: Index) -> None:
    answer = pipeline(index).ask(query("Which boats are in the harbour Porto?", "everyone"))
    assert [citation.cited_text for citation in answer.citations] == ROWS[::4]
    assert {citation.verification.method for citation in answer.citations} == {"quote"}


def test_a_question_for_one_boat_gets_no_list(index: Index) -> None:
    answer = pipeline(index).ask(query("Which boat is in the harbour Porto?", "everyone"))
    assert 0 < len(answer.citations) < len(ROWS[::4])


def test_a_document_is_read_in_order_and_only_by_who_may_see_it(index: Index) -> None:
    searcher = Searcher(EMBEDDER, SPARSE, index)
    (first, *_) = searcher.search(query("Porto", "everyone"), searcher.vector("Porto"), 1)
    found = searcher.document(query("q", "everyone"), first.document.id)
    assert "\n".join(hit.chunk.text for hit in found) == "\n".join(ROWS)
    assert searcher.document(query("q", "other"), first.document.id) == []
