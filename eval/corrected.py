"""Many paired tests at once: is any of them a drop, when that many were looked at?"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

LEAST = 5
"""A test with fewer cases that moved has no p under 2 ** -4, which is no evidence at 5 %: it is not
made, so that it costs the others nothing (Tarone 1990)."""

RESAMPLES = 9999
_SAME = 1e-9


def adjusted(losses: Numbers, resamples: int = RESAMPLES, seed: int = 20260101) -> Numbers:
    """One-sided p of each test, corrected for their number: shape (tests,).

    `losses` has a row for each case and a column for each test, positive where the case became
    worse, 0 where it stayed or does not belong. When a change does no harm, a case that moves is
    as likely to become better by as much. So the signs of whole cases are swapped (which keeps how
    measures go together), and a test's sum over the root of its squares is compared with the
    highest one of all tests: single-step maxT of Westfall and Young 1993, chapter 2. Exact when
    the patterns of signs are no more than `resamples`.
    """
    p = np.ones(losses.shape[1])
    tested = np.count_nonzero(losses, axis=0) >= LEAST
    if not tested.any():
        return p
    kept = losses[:, tested]
    moved = kept[np.any(kept != 0, axis=1)]
    moved = moved / np.sqrt(np.sum(moved**2, axis=0))
    signs = _signs(len(moved), resamples, seed)
    highest = (signs @ moved).max(axis=1)
    reached = highest[:, None] >= moved.sum(axis=0) - _SAME
    p[tested] = reached.mean(axis=0)
    return p


def _signs(cases: int, resamples: int, seed: int) -> Numbers:
    """Patterns of +1 and -1, shape (patterns, cases); the first is the one that was observed."""
    if 2**cases <= resamples:
        bits = np.arange(2**cases)[:, None] >> np.arange(cases)
        return (1 - 2 * (bits & 1)).astype(np.float64)
    drawn = np.random.default_rng(seed).integers(0, 2, size=(resamples, cases), dtype=np.int8)
    drawn[0] = 0
    return (1 - 2 * drawn).astype(np.float64)
