"""Two samples, one question: is the difference chance?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import fisher_exact

PERMUTATIONS = 999

Points = NDArray[np.float64]


def mmd(then: Points, now: Points, seed: int) -> tuple[float, float]:
    """Maximum mean discrepancy of two sets of points, and its permutation p.

    Gretton et al. 2012, "A Kernel Two-Sample Test", equation 5 (biased estimate, its root), with a
    Gaussian kernel as wide as the median distance. Shapes (n, d) and (m, d).
    """
    kernel = _kernel(np.vstack([then, now]))
    weights = np.concatenate([np.full(len(then), 1 / len(then)), np.full(len(now), -1 / len(now))])
    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(np.tile(weights, (PERMUTATIONS, 1)), axis=1)
    found = float(weights @ kernel @ weights)
    chance = np.einsum("ij,ij->i", shuffled @ kernel, shuffled)
    p = (1 + int(np.sum(chance >= found - 1e-12))) / (1 + PERMUTATIONS)
    return float(np.sqrt(max(found, 0.0))), p


def novelty(then: Points, now: Points) -> NDArray[np.float64]:
    """How much more each point of now is like now than like then: the test's witness function.

    Gretton et al. 2012, section 2.3. Shape (m,).
    """
    kernel = _kernel(np.vstack([then, now]))[len(then) :]
    return np.asarray(kernel[:, len(then) :].mean(axis=1) - kernel[:, : len(then)].mean(axis=1))


def shares(then: Sequence[bool], now: Sequence[bool]) -> tuple[float, float]:
    """Difference of two shares, now minus then, and Fisher's exact p."""
    yes = sum(then), sum(now)
    table = [[yes[0], len(then) - yes[0]], [yes[1], len(now) - yes[1]]]
    return yes[1] / len(now) - yes[0] / len(then), float(fisher_exact(table).pvalue)


def holm(values: Sequence[float]) -> list[float]:
    """Adjusted p values: the chance of any false alarm among them stays below the level.

    Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure"; holds for dependent tests.
    """
    adjusted = [0.0] * len(values)
    largest = 0.0
    for rank, place in enumerate(np.argsort(values, kind="stable")):
        largest = max(largest, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = largest
    return adjusted


def _kernel(points: Points) -> NDArray[np.float64]:
    squared = cdist(points, points, "sqeuclidean")
    apart = squared[squared > 0]
    width = float(np.median(apart)) if len(apart) else 1.0
    return np.asarray(np.exp(-squared / width))
