"""Metrics as plain functions over spans and answers, each with its source."""

import math
from collections.abc import Sequence

import numpy as np

from eval.matching import stated
from eval.models import Measure, Span

FOUND = 0.9
"""Share of a gold span that passages must cover for it to count as retrieved."""


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
    gains, done = [], 0
    for rank in range(1, min(k, len(ranked)) + 1):
        found = sum(covered(span, ranked[:rank]) >= FOUND for span in gold)
        gains.append(found - done)
        done = found
    dcg = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(gold)) + 1))
    return min(1.0, dcg / ideal)


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
