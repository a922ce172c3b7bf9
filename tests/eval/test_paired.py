"""Paired comparisons: known answers, and what must hold for any two runs."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.paired import RESAMPLES, mcnemar_exact, paired, permutation

REALS = st.floats(-1, 1).map(lambda value: round(value, 3))
BINARY_PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30)
REAL_PAIRS = st.lists(st.tuples(REALS, REALS), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (6, 0, 2 / 64),
        (1, 5, 14 / 64),
        (3, 3, 1.0),
        (0, 10, 2 / 1024),
        (5, 15, 2 * 21_700 / 2**20),
    ],
)
def test_mcnemar_counts_coin_tosses(gained: int, lost: int, p: float) -> None:
    assert mcnemar_exact(gained, lost) == pytest.approx(p)


def test_permutation_is_the_share_of_sign_patterns_as_extreme() -> None:
    moved = [0.5, 0.2, 0.4, -0.1]
    observed = abs(sum(moved))
    patterns = [
        sum(s * d for s, d in zip(signs, moved, strict=True))
        for signs in product((1, -1), repeat=len(moved))
    ]
    expected = sum(abs(total) >= observed - 1e-9 for total in patterns) / len(patterns)
    assert permutation(moved) == pytest.approx(expected) == pytest.approx(4 / 16)


@given(st.integers(0, 8), st.integers(0, 5))
def test_both_tests_agree_where_all_differences_are_of_one_size(gained: int, lost: int) -> None:
    differences = [1.0] * gained + [-1.0] * lost
    assert permutation(differences) == pytest.approx(mcnemar_exact(gained, lost))


def test_drawn_sign_patterns_come_near_to_all_of_them() -> None:
    differences = [0.3, 0.1, 0.2, -0.1, 0.25, 0.05, -0.2, 0.15, 0.1, -0.05, 0.3, 0.1, -0.15, 0.2]
    signs = np.array(list(product((1, -1), repeat=len(differences))))
    totals = np.abs(signs @ np.array(differences))
    exact = (totals >= abs(sum(differences)) - 1e-9).mean()
    assert 2 ** len(differences) > RESAMPLES
    assert permutation(differences) == pytest.approx(exact, abs=0.005)


def test_pairs_without_a_difference_say_nothing() -> None:
    assert permutation([0.5, 0.0, 0.2, 0.0, 0.4]) == permutation([0.5, 0.2, 0.4]) == 2 / 8
    assert permutation([0.4]) == permutation([]) == 1


def test_many_differences_of_one_sign_are_no_chance() -> None:
    assert permutation([0.1] * 40) < 0.001
    assert permutation([0.1, -0.1] * 20) > 0.8


def test_a_known_comparison() -> None:
    first = [True, True, False, False, False, False, False, None]
    second = [True, False, True, True, True, True, True, True]
    found = paired(first, second)
    assert found is not None
    assert (found.n, found.gained, found.lost, found.test) == (7, 5, 1, "mcnemar")
    assert found.difference == pytest.approx(4 / 7)
    assert found.low <= found.difference <= found.high
    assert found.p == pytest.approx(14 / 64)


def test_what_neither_run_measured_cannot_be_compared() -> None:
    assert paired([None, 0.5], [0.5, None]) is None
    with pytest.raises(ValueError, match="zip"):
        paired([0.5], [0.5, 0.5])


def test_numbers_are_not_taken_for_yes_or_no() -> None:
    found = paired([0.0, 1.0, 0.0], [1.0, 1.0, 1.0])
    assert found is not None and found.test == "permutation"


@given(st.one_of(BINARY_PAIRS, REAL_PAIRS))
def test_swapping_the_runs_turns_the_sign_and_nothing_else(
    pairs: list[tuple[float, float]],
) -> None:
    one, two = [first for first, _ in pairs], [second for _, second in pairs]
    there, back = paired(one, two), paired(two, one)
    assert there is not None and back is not None
    assert there.difference == pytest.approx(-back.difference)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert (there.gained, there.lost) == (back.lost, back.gained)
    assert there.p == pytest.approx(back.p)
    assert 0 < there.p <= 1


@given(st.lists(st.one_of(st.booleans(), REALS), min_size=1, max_size=30))
def test_a_run_does_not_differ_from_itself(values: list[float]) -> None:
    found = paired(values, values)
    assert found is not None
    assert (found.difference, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)
    assert found.gained == found.lost == 0
