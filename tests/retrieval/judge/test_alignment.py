"""The offline judge hears other words for the same thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.encoder import SentenceTransformerEmbedder
from retrieval.judge.alignment import AlignmentJudge
from tests.fakes import HashEmbedder

WORDS = AlignmentJudge(HashEmbedder(256), 0.9, 0.4)


@pytest.mark.parametrize(
    ("claim", "status", "score"),
    [
        ("barrier opens", "supported", 1.0),
        ("barrier burns", "partial", 0.5),
        ("penguins swim", "unsupported", 0.0),
    ],
)
def test_the_share_of_words_that_the_evidence_has_together(
    claim: str, status: str, score: float
) -> None:
    verdict = WORDS.judge(claim, ["the barrier", "it opens"])
    assert (verdict.status, verdict.method) == (status, "entailment")
    assert verdict.score == pytest.approx(score, abs=0.1)


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_gets_a_score_within_bounds(claim: str, evidence: list[str]) -> None:
    assert 0 <= WORDS.judge(claim, evidence).score <= 1


def test_the_real_encoder_tells_paraphrase_from_another_subject(
    embedder: SentenceTransformerEmbedder,
) -> None:
    judge = AlignmentJudge(embedder)
    evidence = ["Childcare\nThe company refunds the cost of registered childcare."]
    same = judge.judge("The firm reimburses registered childcare expenses.", evidence)
    other = judge.judge("The relay switches the pump at night.", evidence)
    assert same.status == "supported"
    assert other.status == "unsupported"
