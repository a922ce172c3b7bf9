"""Ranking sentences, ordering passages by them, and deciding whether they are enough."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.embed import Bm25Encoder
from retrieval.evidence import EvidenceOptions, EvidenceRanker
from retrieval.late_interaction import LateInteraction
from retrieval.models import PartEvidence, Passage, Unit
from retrieval.rerank import rerank
from tests.fakes import HashEmbedder
from tests.retrieval.conftest import MakePassages

EMBEDDER = HashEmbedder(256)
SPARSE = Bm25Encoder()
LATE = LateInteraction(EMBEDDER, SPARSE)


def rank(
    question: str, passages: list[Passage], options: EvidenceOptions | None = None
) -> tuple[Unit, ...]:
    ranker = EvidenceRanker(SPARSE, LATE, LATE, options or EvidenceOptions())
    return ranker.rank(question, EMBEDDER.embed([question])[0], passages)


def weigh(question: str, passages: list[Passage], threshold: float = 0.04) -> PartEvidence:
    ranker = EvidenceRanker(SPARSE, LATE, LATE, EvidenceOptions(threshold=threshold))
    return ranker.weigh(question, rank(question, passages))


def test_every_unit_is_a_verbatim_span_best_first(make_passages: MakePassages) -> None:
    passages = make_passages(
        "The roof is flat. The barrier opens at dawn.", "Bins go out.", embedder=EMBEDDER
    )
    units = rank("When does the barrier open?", passages)
    assert units[0].text == "The barrier opens at dawn."
    assert len(units) == 3
    for unit in units:
        assert unit.text == unit.passage.hit.chunk.quote(unit.start, unit.end)
    assert [unit.score for unit in units] == sorted((u.score for u in units), reverse=True)


def test_a_passage_that_is_about_it_lifts_its_sentences(make_passages: MakePassages) -> None:
    about = "Barrier barrier barrier. It opens at dawn."
    passages = make_passages("It opens at dawn. Roofs are flat.", about, embedder=EMBEDDER)
    units = [u for u in rank("barrier opens", passages) if u.text == "It opens at dawn."]
    assert [unit.passage.number for unit in units] == [2, 1]


def test_only_the_best_by_the_first_score_are_read_again(make_passages: MakePassages) -> None:
    passages = make_passages("Roofs are flat. The barrier opens.", "Bins.", embedder=EMBEDDER)
    (best,) = rank("barrier opens", passages, EvidenceOptions(deep=1))
    assert best.text == "The barrier opens."
    assert best.late == pytest.approx(1.0, abs=1e-3)
    meaning = (best.late + (best.similarity + best.about) / 2) / 2
    assert best.score == pytest.approx(0.83 * meaning + 0.17 * best.coverage)


def test_without_a_reranker_the_first_score_stands(make_passages: MakePassages) -> None:
    passages = make_passages("Roofs are flat. The barrier opens.", embedder=EMBEDDER)
    question = "barrier opens"
    ranker = EvidenceRanker(SPARSE, None, LATE, EvidenceOptions())
    units = ranker.rank(question, EMBEDDER.embed([question])[0], passages)
    assert units[0].text == "The barrier opens."
    meaning = (units[0].similarity + units[0].about) / 2
    assert units[0].score == pytest.approx(0.83 * meaning + 0.17 * units[0].coverage)


def test_a_span_in_two_chunks_counts_once(make_passages: MakePassages) -> None:
    (passage,) = make_passages("The barrier opens at dawn.", embedder=EMBEDDER)
    assert len(rank("barrier", [passage, replace(passage, number=2)])) == 1


def test_passages_stand_where_their_best_sentence_does(make_passages: MakePassages) -> None:
    passages = make_passages(
        "Roofs are flat.", "Bins go out. The barrier opens at dawn.", embedder=EMBEDDER
    )
    units = rank("the barrier opens", passages)
    hits = rerank([passage.hit for passage in passages], units)
    assert [hit.document.uri for hit in hits] == ["2.md", "1.md"]


def test_without_passages_there_is_not_enough() -> None:
    assert not weigh("barrier", []).sufficiency.enough


@pytest.mark.parametrize(("threshold", "enough"), [(0.05, True), (0.99, False)])
def test_the_threshold_decides(make_passages: MakePassages, threshold: float, enough: bool) -> None:
    passages = make_passages("The barrier opens at dawn.", embedder=EMBEDDER)
    found = weigh("which barrier is open", passages, threshold).sufficiency
    assert found.enough is enough
    assert found.confidence < 0.99


def test_how_long_is_not_answered_without_a_period(make_passages: MakePassages) -> None:
    question = "How long is the barrier open?"
    said = make_passages("The barrier is open for 9 hours.", embedder=EMBEDDER)
    unsaid = make_passages("The barrier is open long.", embedder=EMBEDDER)
    assert weigh(question, said).sufficiency.enough
    assert not weigh(question, unsaid).sufficiency.enough


def test_an_unknown_identifier_is_never_enough(make_passages: MakePassages) -> None:
    passages = make_passages("Error E-17 means that the barrier is stuck.", embedder=EMBEDDER)
    assert weigh("error E-17", passages).sufficiency.enough
    assert not weigh("error E-18", passages).sufficiency.enough
    assert not weigh("error E-17 and E-18", passages).sufficiency.enough


def test_each_of_two_identifiers_may_stand_in_a_passage_of_its_own(
    make_passages: MakePassages,
) -> None:
    passages = make_passages("Gate G1 is red.", "Gate G2 is blue.", embedder=EMBEDDER)
    found = weigh("colour of gate G1 and gate G2", passages)
    assert found.sufficiency.enough
    assert all(unit.fits for unit in found.units)


def test_passages_must_come_from_a_search(make_passages: MakePassages) -> None:
    (passage,) = make_passages("The barrier opens at dawn.")
    listed = replace(passage, hit=replace(passage.hit, vectors=None))
    with pytest.raises(ValueError, match="vectors"):
        rank("barrier", [listed])


@given(st.text(max_size=80))
def test_any_question_is_ranked(question: str) -> None:
    units = EvidenceRanker(SPARSE, LATE, LATE, EvidenceOptions()).rank(
        question, EMBEDDER.embed([question])[0], []
    )
    assert units == ()
