"""Metrics with answers worked out by hand."""

import math

import pytest

from eval.metrics import (
    bootstrap,
    citation_precision,
    citation_recall,
    correct,
    covered,
    ndcg_at_k,
    recall_at_k,
)
from eval.models import Span

GOLD = Span("a", 10, 20)


def test_covered_joins_passages_and_keeps_documents_apart() -> None:
    assert covered(GOLD, [Span("a", 0, 15)]) == 0.5
    assert covered(GOLD, [Span("a", 0, 15), Span("a", 12, 30)]) == 1.0
    assert covered(GOLD, [Span("b", 0, 100)]) == 0.0
    assert covered(GOLD, [Span("a", 20, 30)]) == 0.0


def test_recall_counts_gold_spans_within_k() -> None:
    ranked = [Span("b", 0, 9), Span("a", 0, 30), Span("c", 5, 9)]
    assert recall_at_k([GOLD], ranked, 1) == 0.0
    assert recall_at_k([GOLD], ranked, 2) == 1.0
    assert recall_at_k([GOLD, Span("d", 0, 3)], ranked, 3) == 0.5
    with pytest.raises(ValueError, match="gold"):
        recall_at_k([], ranked, 3)


def test_ndcg_discounts_by_rank_and_counts_a_span_once() -> None:
    late = [Span("b", 0, 9), Span("a", 0, 30), Span("a", 5, 25)]
    assert ndcg_at_k([GOLD], late, 10) == pytest.approx(1 / math.log2(3))
    assert ndcg_at_k([GOLD], late[1:], 10) == 1.0
    assert ndcg_at_k([GOLD], [], 10) == 0.0


@pytest.mark.parametrize(
    ("answer", "needed", "forbidden", "expected"),
    [
        ("The cap is £140.00 a night.", ["GBP 140"], [], True),
        ("It is 1,400 EUR.", ["140"], [], False),
        ("It is 1,400 EUR.", [["1400", "1.4 k"]], [], True),
        ("It takes 30 days 【60】.", ["30 days"], ["60"], True),
        ("It takes 30 or 60 days.", ["30"], ["60 days"], False),
        ("Half: 50%", ["50 %"], [], True),
    ],
)
def test_correct(answer: str, needed: list[str], forbidden: list[str], expected: bool) -> None:
    assert correct(answer, needed, forbidden) is expected


def test_citations_against_gold() -> None:
    cited = [Span("a", 15, 40), Span("z", 0, 5)]
    assert citation_precision(cited, [GOLD]) == 0.5
    assert citation_recall(cited, [GOLD, Span("q", 0, 1)]) == 0.5


def test_bootstrap_is_repeatable_and_holds_the_mean() -> None:
    measure = bootstrap([0.0, 1.0, 1.0, 1.0])
    assert measure.mean == 0.75 and measure == bootstrap([0.0, 1.0, 1.0, 1.0])
    assert measure.low is not None and measure.high is not None
    assert measure.low <= 0.75 <= measure.high
    assert bootstrap([]).mean is None
