"""The whole way of a question over a real index: answered, partial, abstained, degraded."""

from collections.abc import Callable

import pytest

from ingestion.embed import Bm25Encoder
from ingestion.index import Index
from ingestion.models import IndexedChunk
from retrieval.abstention import OFF_TOPIC
from retrieval.answers import Answer, Draft, Statement
from retrieval.check import ClaimChecker
from retrieval.condense import RuleCondenser
from retrieval.errors import GeneratorError
from retrieval.evidence import EvidenceOptions, EvidenceRanker
from retrieval.generate import Generator
from retrieval.generate.extractive import ExtractiveGenerator
from retrieval.late_interaction import LateInteraction
from retrieval.lexicon import Lexicon
from retrieval.models import Principal, Query, Turn
from retrieval.normalise import Normaliser
from retrieval.pipeline import RagPipeline
from retrieval.search import Lists, Searcher
from tests.fakes import HashEmbedder, ScriptedGenerator
from tests.retrieval.conftest import MakePassages

EMBEDDER, SPARSE = HashEmbedder(256), Bm25Encoder()
LATE = LateInteraction(EMBEDDER, SPARSE)
Ask = Callable[..., Answer]


@pytest.fixture
def ask(make_index: Callable[[str], Index], make_passages: MakePassages) -> Ask:
    """Asks over two documents of one sentence each."""
    index = make_index("edge")
    index.prepare({}, EMBEDDER.dimension)
    for passage in make_passages(
        "The barrier opens at 06:30.", "Visitors park on level 3.", embedder=EMBEDDER
    ):
        hit = passage.hit
        assert hit.vectors is not None
        terms = SPARSE.document(hit.chunk.text)
        index.stage([IndexedChunk(hit.chunk, hit.document, hit.vectors, terms)])
        index.activate(hit.document.id, hit.document.version)

    def run(
        question: str,
        generator: Generator | None = None,
        groups: tuple[str, ...] = ("everyone",),
        history: tuple[Turn, ...] = (),
        lists: Lists = "hybrid",
        decomposes: bool = True,
    ) -> Answer:
        quotes = ExtractiveGenerator()
        pipeline = RagPipeline(
            condenser=RuleCondenser(SPARSE),
            normaliser=Normaliser(lambda: Lexicon({}, {}), EMBEDDER),
            searcher=Searcher(EMBEDDER, SPARSE, index, lists),
            ranker=EvidenceRanker(SPARSE, LATE, LATE, EvidenceOptions(threshold=0.3)),
            generator=generator or quotes,
            fallback=quotes,
            checker=ClaimChecker(SPARSE),
            decomposes=decomposes,
        )
        return pipeline.ask(Query(question, Principal("p", groups), None, history))

    return run


def written(*sentences: tuple[str, tuple[int, ...]], **more: bool) -> ScriptedGenerator:
    return ScriptedGenerator(Draft(tuple(Statement(*s) for s in sentences), model="m", **more))


def test_an_answer_quotes_and_says_how_long_it_took(ask: Ask) -> None:
    answer = ask("When does the barrier open?")
    assert (answer.status, answer.text) == ("answered", "The barrier opens at 06:30. 【1】")
    assert {"search", "generate", "verify", "total"} <= set(answer.timings)
    assert answer.usage.degraded is None


def test_a_part_without_an_answer_makes_it_partial(ask: Ask) -> None:
    answer = ask("When does the barrier open, and how much does a bicycle cost?")
    assert answer.status == "partial"
    assert answer.unanswered == ("how much does a bicycle cost?",)
    assert [citation.cited_text for citation in answer.citations] == ["The barrier opens at 06:30."]


def test_a_question_that_is_not_split_is_one_part(ask: Ask) -> None:
    answer = ask("When does the barrier open, and how much does a bicycle cost?", decomposes=False)
    assert "how much does a bicycle cost?" not in answer.unanswered


@pytest.mark.parametrize("lists", ["hybrid", "dense", "sparse"])
def test_meaning_or_terms_alone_find_too(ask: Ask, lists: Lists) -> None:
    assert ask("When does the barrier open?", lists=lists).status == "answered"


def test_without_a_shared_term_only_meaning_finds(ask: Ask) -> None:
    assert ask("dragons", lists="sparse").abstain_reason == "no_documents"
    assert ask("dragons", lists="dense").nearest


def test_what_nothing_is_about_is_off_topic_and_what_came_nearest_is_shown(ask: Ask) -> None:
    answer = ask("Who paints dragons green?")
    assert (answer.status, answer.abstain_reason) == ("abstained", "off_topic")
    assert (answer.text, answer.citations) == (OFF_TOPIC, ())
    assert answer.nearest


def test_a_near_miss_names_the_nearest_documents_and_what_they_do_not_say(ask: Ask) -> None:
    answer = ask("Which barrier opens at 06:30 dragons?")
    assert (answer.status, answer.abstain_reason) == ("abstained", "near_miss")
    assert answer.text == (
        "The documents that you can read come near this in “Rules 1” and “Rules 2”, "
        "but those passages do not mention “dragons”."
    )


def test_without_a_group_there_is_no_document(ask: Ask) -> None:
    answer = ask("When does the barrier open?", groups=("other",))
    assert (answer.status, answer.abstain_reason) == ("abstained", "no_documents")
    assert answer.nearest == ()


def test_a_model_that_is_down_is_replaced_by_quotes_and_the_answer_says_so(ask: Ask) -> None:
    down = ScriptedGenerator(GeneratorError("The model did not answer."))
    answer = ask("When does the barrier open?", down)
    assert answer.status == "answered"
    assert answer.text == "The barrier opens at 06:30. 【1】"
    assert answer.usage.degraded == "The model did not answer. Quotes instead."
    assert (answer.usage.generator, answer.prompt_version) == ("extractive", None)


def test_a_model_that_cites_nothing_is_replaced_by_quotes(ask: Ask) -> None:
    answer = ask("When does the barrier open?", written(("It opens at noon.", ())))
    assert answer.text == "The barrier opens at 06:30. 【1】"
    assert answer.usage.degraded is not None
    assert answer.usage.dropped_claims == 1


def test_a_claim_with_another_number_is_dropped_and_the_answer_is_partial(ask: Ask) -> None:
    model = written(("The barrier opens at 06:30", (1,)), ("The barrier opens at 07:45", (1,)))
    answer = ask("When does the barrier open?", model)
    assert answer.status == "partial"
    assert "07:45" not in answer.text
    assert (answer.usage.dropped_claims, answer.usage.degraded) == (1, None)
    assert answer.prompt_version == "answer@1"


def test_a_wrong_claim_is_repaired_from_its_source_and_the_answer_is_partial(ask: Ask) -> None:
    model = written(("The barrier opens at 07:45", (1,)), ("Visitors park on level 3", (2,)))
    answer = ask("When does the barrier open, and where do visitors park?", model)
    assert answer.status == "partial"
    assert "The barrier opens at 06:30. 【1】" in answer.text
    assert (answer.usage.repaired_claims, answer.usage.dropped_claims) == (1, 0)
    assert answer.usage.generator == "scripted"


def test_a_model_that_declines_abstains(ask: Ask) -> None:
    model = written(declined=True)
    answer = ask("When does the barrier open?", model)
    assert model.questions == ["When does the barrier open?"]
    assert (answer.status, answer.abstain_reason) == ("abstained", "model_declined")


def test_a_question_that_leans_on_the_one_before_is_searched_whole(ask: Ask) -> None:
    before = (Turn("user", "When does the barrier open?"), Turn("assistant", "At 06:30."))
    answer = ask("and when?", history=before)
    assert answer.question == "and when?"
    assert "barrier" in answer.standalone
    assert answer.text == "The barrier opens at 06:30. 【1】"
    assert "condense" in answer.timings
