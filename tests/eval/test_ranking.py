"""Ranked lists: answers worked out by hand, what always holds, and trec_eval's own numbers."""

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, RR, Qrel, R, ScoredDoc, nDCG

from eval.metrics import gains, ndcg_at_k, recall_at_k
from eval.models import Span
from eval.ranking import KS, average_precision, recall_curve, reciprocal_rank

A, B, C = Span("a", 10, 20), Span("b", 0, 8), Span("c", 5, 9)
NOISE = Span("z", 0, 100)

SPANS = st.builds(
    lambda document, start, length: Span(document, start, start + length),
    st.sampled_from("ab"),
    st.integers(0, 30),
    st.integers(1, 25),
)
GOLD = st.lists(SPANS, min_size=1, max_size=4)
RANKED = st.lists(SPANS, max_size=12)


def test_a_passage_gains_when_it_completes_a_span() -> None:
    halves = [Span("a", 0, 15), NOISE, Span("a", 15, 40)]
    assert gains([A], halves, 10) == [0, 0, 1]
    assert gains([A, Span("a", 0, 12)], [Span("a", 0, 30), Span("a", 0, 30)], 10) == [2, 0]
    assert gains([A], halves, 2) == [0, 0]


def test_the_reciprocal_rank_is_of_the_first_passage_that_gains() -> None:
    assert reciprocal_rank([A, B], [NOISE, B, A], 10) == 1 / 2
    assert reciprocal_rank([A], [Span("a", 0, 15), NOISE, Span("a", 15, 40)], 10) == 1 / 3
    assert reciprocal_rank([A], [NOISE, NOISE, A], 2) == 0
    assert reciprocal_rank([A], [], 10) == 0


def test_average_precision_by_hand() -> None:
    ranked = [A, NOISE, B, NOISE, C]
    assert average_precision([A, B, C], ranked, 10) == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)
    assert average_precision([A, B, C], ranked, 3) == pytest.approx((1 + 2 / 3) / 3)
    assert average_precision([A, B], [NOISE], 10) == 0


def test_one_passage_that_completes_two_spans_is_one_right_passage() -> None:
    both = [A, Span("a", 0, 12)]
    assert average_precision(both, [Span("a", 0, 30)], 10) == 1
    assert average_precision(both, [NOISE, Span("a", 0, 30)], 10) == pytest.approx(1 / 2)
    assert average_precision([*both, B], [Span("a", 0, 30), NOISE, B], 10) == pytest.approx(
        (2 * 1 + 2 / 3) / 3
    )


def test_recall_by_k_by_hand() -> None:
    ranked = [A, NOISE, B, NOISE, C]
    assert recall_curve([A, B, C, Span("d", 0, 1)], ranked) == {
        1: 0.25,
        2: 0.25,
        3: 0.5,
        5: 0.75,
        10: 0.75,
        20: 0.75,
    }


@pytest.mark.parametrize("metric", [reciprocal_rank, average_precision])
def test_nothing_can_be_found_where_nothing_is_wanted(metric: object) -> None:
    with pytest.raises(ValueError, match="gold"):
        metric([], [A], 10)  # type: ignore[operator]
    with pytest.raises(ValueError, match="gold"):
        recall_curve([], [A])


@given(GOLD, RANKED)
def test_shares_are_shares_and_never_fall_with_k(gold: list[Span], ranked: list[Span]) -> None:
    for metric in (recall_at_k, reciprocal_rank, average_precision):
        by_k = [metric(gold, ranked, k) for k in range(1, 14)]
        assert by_k == sorted(by_k)
        assert by_k[0] >= 0 and by_k[-1] <= 1 + 1e-9
    curve = recall_curve(gold, ranked)
    assert curve == {k: recall_at_k(gold, ranked, k) for k in KS}


@given(GOLD, RANKED, st.randoms(use_true_random=False))
def test_the_order_of_the_gold_spans_is_nothing(
    gold: list[Span], ranked: list[Span], random: object
) -> None:
    mixed = list(gold)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    for metric in (recall_at_k, ndcg_at_k, reciprocal_rank, average_precision):
        assert metric(mixed, ranked, 10) == pytest.approx(metric(gold, ranked, 10))


@given(GOLD, RANKED, st.randoms(use_true_random=False))
def test_the_order_of_the_passages_is_nothing_to_recall_of_all(
    gold: list[Span], ranked: list[Span], random: object
) -> None:
    mixed = list(ranked)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert recall_at_k(gold, mixed, 20) == recall_at_k(gold, ranked, 20)


@given(GOLD, RANKED)
def test_a_useless_passage_in_front_never_helps(gold: list[Span], ranked: list[Span]) -> None:
    for metric in (recall_at_k, ndcg_at_k, reciprocal_rank, average_precision):
        assert metric(gold, [NOISE, *ranked], 10) <= metric(gold, ranked, 10) + 1e-9


@given(
    ranking=st.permutations(range(15)),
    wanted=st.sets(st.integers(0, 19), min_size=1, max_size=6),
    shown=st.integers(0, 15),
    k=st.sampled_from(KS),
)
def test_where_each_passage_holds_one_span_the_numbers_are_those_of_trec_eval(
    ranking: list[int], wanted: set[int], shown: int, k: int
) -> None:
    ranked = [Span("doc", 100 * name, 100 * name + 80) for name in ranking[:shown]]
    gold = [Span("doc", 100 * name + 5, 100 * name + 60) for name in sorted(wanted)]
    judged = [Qrel("q", str(name), 1) for name in wanted]
    run = [ScoredDoc("q", str(name), float(-place)) for place, name in enumerate(ranking[:shown])]
    theirs = ir_measures.calc_aggregate([R @ k, nDCG @ k, RR @ k, AP @ k], judged, run)
    assert recall_at_k(gold, ranked, k) == pytest.approx(theirs[R @ k])
    assert recall_curve(gold, ranked)[k] == pytest.approx(theirs[R @ k])
    assert ndcg_at_k(gold, ranked, k) == pytest.approx(theirs[nDCG @ k])
    assert reciprocal_rank(gold, ranked, k) == pytest.approx(theirs[RR @ k])
    assert average_precision(gold, ranked, k) == pytest.approx(theirs[AP @ k])
