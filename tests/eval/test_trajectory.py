"""How the agent went about a case: trajectories small enough to judge by eye."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.models import Span
from eval.trajectory import calls, plan_coverage, redundant_searches, right_stop
from retrieval.answers import Step

A, B = Span("a", 0, 10), Span("b", 0, 10)
PLACES = {"a1": Span("a", 0, 5), "a2": Span("a", 5, 12), "b1": Span("b", 0, 50)}


def step(tool: str, text: str = "", *found: str) -> Step:
    return Step(tool, text, found, (), "", 1.0)


TRAJECTORY = (
    step("plan", "Where and when?"),
    step("search", "Where is the gate?", "a1", "b1"),
    step("read", "a > b", "a2"),
    step("search", "Gate opening time", "a2", "b1"),
    step("skip", "gate, where is the?"),
    step("search", "Opening hours", "c1"),
    step("judge"),
    step("finish"),
)


def test_searches_and_readings_are_steps() -> None:
    assert calls(TRAJECTORY) == 4
    assert calls(()) == 0


def test_a_search_is_redundant_when_all_it_brings_was_seen() -> None:
    assert redundant_searches(TRAJECTORY) == 1 / 3


def test_a_search_is_redundant_when_its_words_were_searched_for() -> None:
    again = (step("search", "Where is the gate?"), step("search", "the gate is WHERE", "n1"))
    assert redundant_searches(again) == 1 / 2


def test_a_new_search_that_finds_nothing_is_not_redundant() -> None:
    assert redundant_searches((step("search", "one"), step("search", "two"))) == 0
    assert redundant_searches((step("plan"), step("finish"))) is None


def test_coverage_is_of_all_steps_together() -> None:
    assert plan_coverage([A, B], TRAJECTORY, PLACES) == 1
    assert plan_coverage([A, B], TRAJECTORY[:2], PLACES) == 0.5
    assert plan_coverage([A], TRAJECTORY, {}) == 0
    assert plan_coverage([], TRAJECTORY, PLACES) is None


def test_a_right_stop() -> None:
    assert right_stop(answerable=False, abstained=True, coverage=None)
    assert not right_stop(answerable=False, abstained=False, coverage=None)
    assert right_stop(answerable=True, abstained=False, coverage=1.0)
    assert right_stop(answerable=True, abstained=False, coverage=None)
    assert not right_stop(answerable=True, abstained=False, coverage=0.5)
    assert not right_stop(answerable=True, abstained=True, coverage=1.0)


STEPS = st.lists(
    st.builds(
        step,
        st.sampled_from(["plan", "search", "read", "judge"]),
        st.sampled_from(["gate", "pump", "the gate", "gate the"]),
        st.sampled_from(["a1", "a2", "b1"]),
    ),
    max_size=10,
)


@given(STEPS, st.lists(st.sampled_from([A, B]), min_size=1, max_size=3))
def test_shares_are_shares_and_coverage_never_falls(steps: list[Step], gold: list[Span]) -> None:
    share = redundant_searches(steps)
    assert share is None or 0 <= share <= 1
    covered = [plan_coverage(gold, steps[:n], PLACES) or 0 for n in range(len(steps) + 1)]
    assert covered == sorted(covered) and covered[-1] <= 1


@given(STEPS)
def test_the_same_searches_again_are_all_redundant(steps: list[Step]) -> None:
    once, twice = redundant_searches(steps), redundant_searches([*steps, *steps])
    if once is None or twice is None:
        assert once == twice
    else:
        assert twice == pytest.approx((once + 1) / 2)
