"""Question words against a text's words, by the real encoder and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.embed import Bm25Encoder
from ingestion.encoder import SentenceTransformerEmbedder
from retrieval.late_interaction import LateInteraction
from tests.fakes import HashEmbedder

WORDS = LateInteraction(HashEmbedder(256), Bm25Encoder())


def test_the_share_of_content_words_that_a_text_has() -> None:
    scores = WORDS.scores("where does the barrier open", ["barrier open", "the barrier", "roof"])
    assert scores[0] == pytest.approx(1.0, abs=1e-3)
    assert scores[1] == pytest.approx(0.5, abs=0.1)
    assert scores[2] == pytest.approx(0.0, abs=0.1)


def test_a_question_of_stop_words_counts_them_all() -> None:
    assert WORDS.scores("is it", ["it is", "roof"])[0] == pytest.approx(1.0, abs=1e-3)


def test_each_content_word_has_its_own_match() -> None:
    found = WORDS.words("where does the barrier open", "barrier rises")
    assert [word.text for word in found] == ["barrier", "open"]
    assert [word.nearness for word in found] == pytest.approx([1.0, 0.0], abs=0.1)
    assert [word.text for word in WORDS.words("is it", "it is")] == ["is", "it"]
    assert WORDS.words("barrier", "") == WORDS.words("?!", "barrier") == ()


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_any_texts_score_within_bounds(question: str, texts: list[str]) -> None:
    scores = WORDS.scores(question, texts)
    assert scores.shape == (len(texts),)
    assert np.all(np.abs(scores) <= 1 + 1e-5)


def test_the_real_encoder_hears_other_words_for_the_same_thing(
    embedder: SentenceTransformerEmbedder,
) -> None:
    late = LateInteraction(embedder, Bm25Encoder())
    scores = late.scores(
        "who pays the nanny",
        ["The company refunds registered childcare.", "The relay switches at 5 A.", ""],
    )
    assert scores[0] > scores[1] > scores[2] == 0


def test_the_real_encoder_gives_unit_vectors_for_every_word(
    embedder: SentenceTransformerEmbedder,
) -> None:
    text = "Relay three switches."
    (found,) = embedder.token_vectors([text])
    assert " ".join(text[start:end] for start, end in found.spans) == "Relay three switches ."
    assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert embedder.token_vectors([]) == []
