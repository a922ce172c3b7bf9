"""Whether units are enough: known answers, what always holds, what is said when they are not."""

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.embed import Bm25Encoder
from retrieval.models import Passage, Sufficiency, Unit, WordMatch
from retrieval.sufficiency import (
    SufficiencyOptions,
    aboutness,
    confidence,
    decide,
    weakest_link,
)
from tests.retrieval.conftest import MakePassages

SPARSE = Bm25Encoder()
WORDS = st.lists(
    st.builds(WordMatch, st.just("w"), st.floats(-1, 1, allow_nan=False)), min_size=1, max_size=40
)


def matches(**nearness: float) -> tuple[WordMatch, ...]:
    return tuple(WordMatch(word, value) for word, value in nearness.items())


def unit(passage: Passage, about: float = 0.5, *, fits: bool = True) -> Unit:
    text = passage.hit.chunk.text
    start = passage.hit.chunk.start
    return Unit(passage, start, start + len(text), text, 0.6, about, 0.7, 0.5, 0.5, fits)


def decided(
    units: list[Unit], words: tuple[WordMatch, ...], *unknown: str, threshold: float = 0.25
) -> Sufficiency:
    return decide(units, words, unknown, SPARSE, threshold)


def test_the_weakest_link_weighs_most() -> None:
    words = matches(barrier=1.0, bank=0.2)
    heavy, light = exp(-0.2 / 0.2), exp(-1.0 / 0.2)
    soft = (heavy * 0.2 + light * 1.0) / (heavy + light)
    assert weakest_link(words, 0.2) == pytest.approx(soft)
    options = SufficiencyOptions(bias=-1.0, weakest_link=2.0, log_words=3.0)
    logit = 2 * soft + 3 * log(2) - 1
    assert confidence(words, options) == pytest.approx(1 / (1 + exp(-logit)))
    assert confidence((), options) == 0


@given(WORDS, st.floats(0.05, 10))
def test_the_soft_minimum_lies_between_minimum_and_mean(
    words: list[WordMatch], temperature: float
) -> None:
    values = [word.nearness for word in words]
    soft = weakest_link(words, temperature)
    assert min(values) - 1e-9 <= soft <= sum(values) / len(values) + 1e-9
    assert 0 < confidence(words) < 1


@given(WORDS)
def test_a_nearer_weakest_word_never_lowers_confidence(words: list[WordMatch]) -> None:
    weakest = min(words, key=lambda word: word.nearness)
    lifted = [WordMatch("w", word.nearness) for word in words if word is not weakest]
    lifted.append(WordMatch("w", min(1.0, weakest.nearness + 0.01)))
    assert confidence(lifted) >= confidence(words) - 1e-9


def test_every_word_matched_is_enough_and_one_without_a_match_is_not(
    make_passages: MakePassages,
) -> None:
    units = [unit(passage) for passage in make_passages("The barrier opens at dawn.")]
    assert decided(units, matches(barrier=0.9, opens=0.9, dawn=0.9)).enough
    found = decided(units, matches(barrier=0.9, opens=0.9, bank=-0.1))
    assert (found.enough, found.shortfall, found.unstated) == (False, "near_miss", "bank")


def test_what_does_not_fit_has_no_confidence(make_passages: MakePassages) -> None:
    units = [unit(passage, fits=False) for passage in make_passages("The barrier opens at dawn.")]
    found = decided(units, matches(barrier=0.9), threshold=0.0)
    assert (found.enough, found.confidence, found.shortfall) == (False, 0.0, "near_miss")


def test_an_unknown_identifier_is_named(make_passages: MakePassages) -> None:
    units = [unit(passage) for passage in make_passages("Error E-17 is a stuck barrier.")]
    found = decided(units, matches(error=0.9, E=0.9), "E-18", threshold=0.0)
    assert (found.enough, found.confidence, found.unstated) == (False, 0.0, "E-18")


def test_a_name_or_number_is_named_before_another_word(make_passages: MakePassages) -> None:
    units = [unit(passage, 0.9) for passage in make_passages("The barrier opens at dawn.")]
    assert decided(units, matches(barrier=0.9, weigh=0.1, MTBF=0.2)).unstated == "MTBF"
    assert decided(units, matches(barrier=0.9, weigh=0.1)).unstated == "weigh"


def test_a_word_that_stands_in_the_passage_is_not_called_missing(
    make_passages: MakePassages,
) -> None:
    units = [unit(passage) for passage in make_passages("The barrier opens at dawn.")]
    found = decided(units, matches(barrier=0.9, opened=0.1))
    assert (found.shortfall, found.unstated) == ("near_miss", None)


def test_nothing_near_is_off_topic(make_passages: MakePassages) -> None:
    units = [unit(passage, 0.1) for passage in make_passages("Bins go out.", "Roofs are flat.")]
    words = matches(dragon=0.2, green=0.1)
    assert aboutness(units, words) == pytest.approx(0.125)
    found = decided(units, words)
    assert (found.shortfall, found.unstated) == ("off_topic", None)
    assert decided([], ()).shortfall == "off_topic"
