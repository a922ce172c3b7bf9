"""Shared wording between question and passage, worked out by hand."""

import pytest

from eval.overlap import overlap, rare_phrases
from ingestion.embed import Bm25Encoder

SPARSE = Bm25Encoder()
QUOTE = "The pump fault lamp blinks twice."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("pumps blinking?", 1.0),
        ("why is the pump hot", 0.5),
        ("who pays the nanny", 0.0),
        ("what is it", 0.0),
    ],
)
def test_share_of_stemmed_terms(question: str, expected: float) -> None:
    assert overlap(question, [QUOTE], SPARSE) == expected


def test_terms_may_stand_in_different_quotes() -> None:
    assert overlap("pump invoice", [QUOTE, "The invoice is paid."], SPARSE) == 1.0


def test_a_run_of_three_words_that_hardly_any_document_has_is_rare() -> None:
    texts = {"a": QUOTE, "b": "Nothing."}
    assert rare_phrases("Pump fault lamp on?", [QUOTE], texts, SPARSE) == ["pump fault lamp"]
    assert rare_phrases("lamp for a pump fault", [QUOTE], texts, SPARSE) == []


def test_a_phrase_of_many_documents_is_not_rare() -> None:
    texts = {str(number): QUOTE for number in range(3)}
    assert rare_phrases("Pump fault lamp on?", [QUOTE], texts, SPARSE) == []


def test_stop_words_make_no_phrase() -> None:
    quote = "It is in the hall."
    assert rare_phrases("is it in the hall", [quote], {"a": quote}, SPARSE) == []
