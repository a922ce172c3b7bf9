"""Two runs over the same cases: the difference, its interval, and whether it is chance.

Paired, because cases differ far more in difficulty than two configurations do. Which test fits
which measure: Dror et al. 2018, "The Hitchhiker's Guide to Testing Statistical Significance in
Natural Language Processing", section 3. No p value here is corrected for the number of tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import binomtest, permutation_test

from eval.measures import Value
from eval.metrics import bootstrap

Test = Literal["mcnemar", "permutation"]

RESAMPLES = 9999


@dataclass(frozen=True, slots=True)
class Paired:
    """Two means over the `n` cases that both runs measured, and second minus first.

    `low` and `high` bound the difference at 95 %; `p` is two-sided; `gained` and `lost` count the
    cases that are better and worse in the second run by number, whatever better means.
    """

    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float
    test: Test
    gained: int
    lost: int
    n: int


def paired(first: Sequence[Value], second: Sequence[Value]) -> Paired | None:
    """Compare two runs' values case by case; None when no case has a value in both.

    Cases with a value in one run only are left out: a citation's precision says nothing where
    nothing was cited. Raises ValueError when the runs do not have the same number of cases.
    """
    pairs = [
        (one, two)
        for one, two in zip(first, second, strict=True)
        if one is not None and two is not None
    ]
    if not pairs:
        return None
    binary = all(isinstance(value, bool) for pair in pairs for value in pair)
    differences = [float(two) - float(one) for one, two in pairs]
    gained, lost = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
    interval = bootstrap(differences)
    return Paired(
        first=float(np.mean([one for one, _ in pairs])),
        second=float(np.mean([two for _, two in pairs])),
        difference=float(np.mean(differences)),
        low=float(interval.low or 0.0),
        high=float(interval.high or 0.0),
        p=mcnemar_exact(gained, lost) if binary else permutation(differences),
        test="mcnemar" if binary else "permutation",
        gained=gained,
        lost=lost,
        n=len(pairs),
    )


def mcnemar_exact(gained: int, lost: int) -> float:
    """Two-sided p that as many discordant pairs fall so unevenly by chance (McNemar 1947).

    Exact: under the null hypothesis `gained` is binomial over all discordant pairs with
    probability one half. 1.0 when there are none.
    """
    discordant = gained + lost
    return float(binomtest(gained, discordant).pvalue) if discordant else 1.0


def permutation(differences: Sequence[float], seed: int = 20260101) -> float:
    """Two-sided p of the mean difference when the two runs' labels are swapped at random.

    Efron and Tibshirani 1993, chapter 15, for pairs: each difference keeps its size and takes
    either sign. Exact when all sign patterns are no more than RESAMPLES; else that many are drawn.
    Pairs without a difference change no mean and are left out.
    """
    moved = np.asarray([d for d in differences if d], dtype=np.float64)
    if len(moved) < 2:
        return 1.0
    done = permutation_test(
        (moved, np.zeros_like(moved)),
        lambda one, two, axis: np.mean(one - two, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        rng=np.random.default_rng(seed),
    )
    return float(done.pvalue)
