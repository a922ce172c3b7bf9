"""Metrics as plain functions over spans and answers, each with its source."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.matching import stated
from eval.models import Measure, Span

FOUND = 0.9
"""Share of a gold span that passages must cover for it to count as retrieved."""

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Abstention:
    """Abstaining as a finding. `f1` is None where precision or recall is."""

    precision: Measure
    recall: Measure
    f1: float | None


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Half of the values are at most `p50`, 95 % at most `p95`."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in any one currency."""

    read: float
    written: float


def covered(gold: Span, passages: Sequence[Span]) -> float:
    """The share of a gold span's characters that lie in at least one passage; in [0, 1]."""
    kept = [False] * (gold.end - gold.start)
    for passage in passages:
        if passage.document == gold.document:
            start, end = max(gold.start, passage.start), min(gold.end, passage.end)
            kept[start - gold.start : max(start, end) - gold.start] = [True] * max(0, end - start)
    return sum(kept) / len(kept) if kept else 0.0


def recall_at_k(gold: Sequence[Span], ranked: Sequence[Span], k: int) -> float:
    """Share of gold spans that the first k passages cover (Manning et al. 2008, section 8.4)."""
    if not gold:
        raise ValueError("recall needs at least one gold span")
    return sum(covered(span, ranked[:k]) >= FOUND for span in gold) / len(gold)


def ndcg_at_k(gold: Sequence[Span], ranked: Sequence[Span], k: int) -> float:
    """nDCG with binary gains (Jarvelin and Kekalainen 2002, section 3).

    A passage gains 1 when it completes a gold span that the passages before it did not; so two
    passages that overlap in the same gold span gain once.
    """
    if not gold:
        raise ValueError("nDCG needs at least one gold span")
    ranks = enumerate(gains(gold, ranked, k), start=1)
    dcg = sum(gain / math.log2(rank + 1) for rank, gain in ranks)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(gold)) + 1))
    return min(1.0, dcg / ideal)


def gains(gold: Sequence[Span], ranked: Sequence[Span], k: int) -> list[int]:
    """For each of the first k passages, how many gold spans are covered with it and not before."""
    counts, done = [], 0
    for rank in range(1, min(k, len(ranked)) + 1):
        found = sum(covered(span, ranked[:rank]) >= FOUND for span in gold)
        counts.append(found - done)
        done = found
    return counts


def correct(
    answer: str,
    must_include: Sequence[str | Sequence[str]],
    must_not_include: Sequence[str | Sequence[str]],
) -> bool:
    """True when every required value is there, one alternative each, and no forbidden one."""
    return all(stated(item, answer) for item in must_include) and not any(
        stated(item, answer) for item in must_not_include
    )


def citation_precision(cited: Sequence[Span], gold: Sequence[Span]) -> float:
    """Share of citations that overlap a gold span: ALCE's precision (Gao et al. 2023, section 3.3)
    with the human-marked span in the place of an entailment model. Stricter than ALCE: a citation
    that supports its claim but is not the marked passage counts against it."""
    if not cited:
        raise ValueError("citation precision needs at least one citation")
    return sum(any(_overlap(span, other) for other in gold) for span in cited) / len(cited)


def citation_recall(cited: Sequence[Span], gold: Sequence[Span]) -> float:
    """Share of gold spans that at least one citation overlaps (after ALCE, as above)."""
    if not gold:
        raise ValueError("citation recall needs at least one gold span")
    return sum(any(_overlap(span, other) for other in cited) for span in gold) / len(gold)


def abstention(abstained: Sequence[bool], answerable: Sequence[bool]) -> Abstention:
    """Precision: share of abstentions that were right, the case being unanswerable. Recall: share
    of unanswerable cases in which it abstained. F1: their harmonic mean.

    Manning et al. 2008, section 8.3, with "abstain" as what is retrieved. Recall is one less the
    rate of false answers. Raises ValueError for sequences of different lengths.
    """
    pairs = list(zip(abstained, answerable, strict=True))
    precision = bootstrap([float(not kind) for chose, kind in pairs if chose])
    recall = bootstrap([float(chose) for chose, kind in pairs if not kind])
    return Abstention(precision, recall, f1(precision.mean, recall.mean))


def f1(precision: float | None, recall: float | None) -> float | None:
    """The harmonic mean, 0 when both are; None where either is (van Rijsbergen 1979, chapter 7)."""
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def percentiles(values: Sequence[float]) -> Percentiles | None:
    """Median and 95th percentile, interpolated between neighbours; None without values."""
    if not values:
        return None
    middle, high = np.percentile(np.asarray(values, dtype=np.float64), [50, 95])
    return Percentiles(float(middle), float(high))


def cost(tokens_in: int, tokens_out: int, prices: Prices) -> float:
    """What so many tokens cost, in the prices' currency."""
    return (tokens_in * prices.read + tokens_out * prices.written) / _MILLION


def bootstrap(values: Sequence[float], resamples: int = 2000, seed: int = 20260101) -> Measure:
    """Mean with a 95 % percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13)."""
    if not values:
        return Measure(None, None, None, 0)
    data = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(seed).choice(data, size=(resamples, len(data)))
    low, high = np.percentile(draws.mean(axis=1), [2.5, 97.5])
    return Measure(float(data.mean()), float(low), float(high), len(data))


def _overlap(one: Span, other: Span) -> bool:
    return one.document == other.document and one.start < other.end and other.start < one.end
