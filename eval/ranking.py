"""More metrics of a ranked list: where the first gold span is found, and how early all are.

As in nDCG here, a passage gains when it completes a gold span that the passages before it did not
cover. Where each gold span lies in one passage and no passage holds two, these are the metrics of
trec_eval; a test compares them with that.
"""

from collections.abc import Mapping, Sequence

from eval.metrics import FOUND, covered, gains
from eval.models import Span

KS = (1, 2, 3, 5, 10, 20)
"""The lengths of the list that a run reports recall at."""


def reciprocal_rank(gold: Sequence[Span], ranked: Sequence[Span], k: int) -> float:
    """One over the rank of the first passage that gains, 0 when none of the first k does.

    Its mean over cases is MRR@k (Voorhees 1999, "The TREC-8 Question Answering Track Report").
    Raises ValueError without gold spans.
    """
    if not gold:
        raise ValueError("the reciprocal rank needs at least one gold span")
    gained = (rank for rank, gain in enumerate(gains(gold, ranked, k), start=1) if gain)
    return 1 / next(gained, float("inf"))


def average_precision(gold: Sequence[Span], ranked: Sequence[Span], k: int) -> float:
    """Precision at each gold span's rank, averaged over all gold spans; its mean is MAP@k.

    Manning et al. 2008, section 8.4; a span that the first k passages do not cover counts 0. The
    precision at a rank is the share of passages so far that gained, so that it stays in [0, 1] when
    one passage completes several spans. Raises ValueError without gold spans.
    """
    if not gold:
        raise ValueError("average precision needs at least one gold span")
    total, gaining = 0.0, 0
    for rank, gain in enumerate(gains(gold, ranked, k), start=1):
        gaining += gain > 0
        total += gain * gaining / rank
    return total / len(gold)


def recall_curve(
    gold: Sequence[Span], ranked: Sequence[Span], ks: Sequence[int] = KS
) -> Mapping[int, float]:
    """recall@k for each k; never falls as k grows. Raises ValueError without gold spans."""
    if not gold:
        raise ValueError("recall needs at least one gold span")
    return {k: sum(covered(s, ranked[:k]) >= FOUND for s in gold) / len(gold) for k in ks}
