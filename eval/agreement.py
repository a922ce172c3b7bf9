"""Agreement of a score with yes-or-no labels: AUROC, kappa, and the threshold that fits best."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts of a score's decisions at a threshold against people's.

    `kept` and `caught` are right: faithful and let pass, unfaithful and stopped.
    """

    kept: int
    caught: int
    false_alarms: int
    missed: int
    auroc: float

    @property
    def kappa(self) -> float:
        """Agreement beyond chance; 1 is perfect."""
        return kappa(self.kept, self.caught, self.false_alarms, self.missed)

    @property
    def n(self) -> int:
        """All answers."""
        return self.kept + self.caught + self.false_alarms + self.missed


def kappa(kept: int, caught: int, false_alarms: int, missed: int) -> float:
    """Cohen 1960: agreement beyond what the two rates give by chance, from an Agreement's counts.

    0 where chance alone is perfect: one kind of answer and one kind of decision.
    """
    n = kept + caught + false_alarms + missed
    observed = (kept + caught) / n
    faithful, passed = (kept + false_alarms) / n, (kept + missed) / n
    chance = faithful * passed + (1 - faithful) * (1 - passed)
    return (observed - chance) / (1 - chance) if chance < 1 else 0.0


def agreement(scores: Sequence[float], labels: Sequence[bool], threshold: float) -> Agreement:
    """A score passes from the threshold on."""
    passed = np.asarray(scores) >= threshold
    faithful = np.asarray(labels, dtype=bool)
    return Agreement(
        kept=int((passed & faithful).sum()),
        caught=int((~passed & ~faithful).sum()),
        false_alarms=int((~passed & faithful).sum()),
        missed=int((passed & ~faithful).sum()),
        auroc=auroc(scores, labels),
    )


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The chance that a positive outscores a negative, ties half (Hanley and McNeil 1982)."""
    values, positive = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    high, low = values[positive][:, None], values[~positive][None, :]
    if not high.size or not low.size:
        raise ValueError("AUROC needs at least one positive and one negative label")
    return float(((high > low) + (high == low) / 2).mean())


def best_threshold(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The score that, as the threshold, gives the highest kappa; the lowest such one."""
    return max(sorted(set(scores)), key=lambda score: agreement(scores, labels, score).kappa)
