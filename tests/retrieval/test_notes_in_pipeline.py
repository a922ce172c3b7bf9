"""Notes beside a model's answer, on the whole way of a question."""

from collections.abc import Callable

import pytest

from ingestion.embed import Bm25Encoder
from ingestion.index import Index
from ingestion.models import IndexedChunk
from retrieval.answers import Answer, Draft, Statement
from retrieval.check import ClaimChecker
from retrieval.condense import RuleCondenser
from retrieval.evidence import EvidenceOptions, EvidenceRanker
from retrieval.generate.extractive import ExtractiveGenerator
from retrieval.late_interaction import LateInteraction
from retrieval.lexicon import Lexicon
from retrieval.models import Principal, Query
from retrieval.normalise import Normaliser
from retrieval.notes import Reader
from retrieval.pipeline import RagPipeline
from retrieval.search import Searcher
from tests.fakes import HashEmbedder, ScriptedGenerator
from tests.retrieval.conftest import MakePassages

EMBEDDER, SPARSE = HashEmbedder(256), Bm25Encoder()
LATE = LateInteraction(EMBEDDER, SPARSE)
PRICE, DENIAL = "The top price in the scheme is EUR 20.", "Porto has no top price in the scheme."
QUESTION = "What is the top price in the scheme in Porto?"
AskModel = Callable[[str], Answer]


@pytest.fixture
def ask_model(make_index: Callable[[str], Index], make_passages: MakePassages) -> AskModel:
    """Asks a model that writes one sentence, which cites the first passage."""
    index = make_index("edge")
    index.prepare({}, EMBEDDER.dimension)
    (passage,) = make_passages(f"{PRICE} {DENIAL}", embedder=EMBEDDER)
    hit = passage.hit
    assert hit.vectors is not None
    index.stage([IndexedChunk(hit.chunk, hit.document, hit.vectors, SPARSE.document(PRICE))])
    index.activate(hit.document.id, hit.document.version)

    def run(written: str) -> Answer:
        pipeline = RagPipeline(
            condenser=RuleCondenser(SPARSE),
            normaliser=Normaliser(lambda: Lexicon({}, {}), EMBEDDER),
            searcher=Searcher(EMBEDDER, SPARSE, index),
            ranker=EvidenceRanker(SPARSE, LATE, LATE, EvidenceOptions(threshold=0.1)),
            generator=ScriptedGenerator(Draft((Statement(written, (1,)),), model="m")),
            fallback=ExtractiveGenerator(),
            checker=ClaimChecker(SPARSE),
            reader=Reader.of(SPARSE),
        )
        return pipeline.ask(Query(QUESTION, Principal("p", ("everyone",))))

    return run


def test_a_models_answer_is_preceded_by_what_denies_the_question(ask_model: AskModel) -> None:
    answer = ask_model(PRICE)
    assert answer.text == f"{DENIAL} 【1】 {PRICE} 【2】"
    assert [(note.kind, note.citations) for note in answer.notes] == [("premise", (1,))]
    assert (answer.usage.model, answer.usage.degraded) == ("m", None)


def test_an_added_quote_does_not_hide_that_nothing_of_the_model_is_supported(
    ask_model: AskModel,
) -> None:
    answer = ask_model("The top price in the scheme is EUR 99.")
    assert answer.usage.degraded is not None
    assert (answer.usage.generator, answer.usage.dropped_claims) == ("extractive", 1)
    assert "EUR 99" not in answer.text
    assert [note.kind for note in answer.notes] == ["premise"]
