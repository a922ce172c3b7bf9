"""How often the gate catches a drop of three points, and how often it cries wolf.

    python -m benchmarks.gate_power [--repeats 400]

Nothing is asked: the outcomes of the committed baseline are changed at random and judged.

- Churn: a change that does no harm still moves some cases. Of each measure, this share of the cases
  moves, to the worse or to the better with equal odds, by all that a case drawn from the baseline
  has: a right answer becomes wrong or the reverse. "together": all measures of a case move at once,
  as when another passage is found. "apart": each measure moves cases of its own.
- Drop: cases drawn at random lose all that they have of one measure, until its mean over all cases
  is three points lower. That is the hardest way to drop: many small losses are seen sooner.
- Category: one category loses all its right answers, nothing else is lost.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from eval.baseline import BASELINES, CASES_FILE, Outcome, read_baseline
from eval.corrected import Numbers, adjusted
from eval.gate import ALPHA, QUALITY
from eval.measures import MEASURES

POINTS = 0.03
CHURNS = (0.0, 0.01, 0.02, 0.05)
DROPPED = ("recall_at_5", "ndcg_at_10", "correctness", "citation_precision", "citation_recall")
SEED = 20260101


@dataclass(frozen=True, slots=True)
class World:
    """A baseline as numbers: `values` of shape (cases, measures), higher is better, NaN where a
    measure does not apply; `groups` has a row of 0 and 1 for all cases and for each category."""

    values: Numbers
    groups: Numbers
    categories: tuple[str, ...]

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "World":
        """From a baseline's outcomes."""
        values = np.array([[_oriented(o, key) for key in QUALITY] for o in outcomes])
        categories = tuple(dict.fromkeys(o.category for o in outcomes))
        rows = [[float(o.category == name) for o in outcomes] for name in categories]
        return cls(values, np.array([[1.0] * len(outcomes), *rows]), categories)

    def alarm(self, losses: Numbers, resamples: int) -> bool:
        """Whether the gate fails when the cases lose so much, shape (cases, measures)."""
        known = np.where(np.isnan(self.values), 0.0, losses)
        columns = known[:, None, :] * self.groups.T[:, :, None]
        p = adjusted(columns.reshape(len(known), -1), resamples)
        return bool((p < ALPHA).any())


def _oriented(outcome: Outcome, key: str) -> float:
    value = outcome.measures.get(key)
    if value is None:
        return np.nan
    return float(value) if MEASURES[key].better == "higher" else 1.0 - float(value)


def churn(world: World, share: float, together: bool, rng: np.random.Generator) -> Numbers:
    """Losses, some of them negative, of a change that does no harm."""
    cases, measures = world.values.shape
    width = 1 if together else measures
    moved = rng.random((cases, width)) < share
    sign = np.where(rng.random((cases, width)) < 0.5, -1.0, 1.0)
    sizes = np.empty((cases, measures))
    for column in range(measures):
        some = world.values[:, column][np.nan_to_num(world.values[:, column]) > 0]
        sizes[:, column] = rng.choice(some, size=cases) if len(some) else 0.0
    return np.where(moved, sign, 0.0) * sizes


def drop(world: World, measure: str, points: float, rng: np.random.Generator) -> Numbers:
    """Losses that take `points` (0.03: three) off the mean of one measure, the last one in part."""
    column = QUALITY.index(measure)
    have = np.nan_to_num(world.values[:, column])
    left = points * np.count_nonzero(~np.isnan(world.values[:, column]))
    losses = np.zeros_like(world.values)
    for case in rng.permutation(np.flatnonzero(have)):
        losses[case, column] = min(have[case], left)
        left -= losses[case, column]
        if left <= 0:
            break
    return losses


def category_loss(world: World, category: int) -> Numbers:
    """Losses of all right answers of one category."""
    column = QUALITY.index("correctness")
    right = np.nan_to_num(world.values[:, column]) * world.groups[category + 1]
    losses = np.zeros_like(world.values)
    losses[:, column] = right
    return losses


def rate(
    world: World,
    share: float,
    together: bool,
    measure: str | None,
    repeats: int,
    resamples: int = 1999,
    seed: int = SEED,
) -> float:
    """Share of the repeats in which the gate fails; without a `measure` these are false alarms."""
    rng = np.random.default_rng(seed)
    alarms = 0
    for _ in range(repeats):
        losses = churn(world, share, together, rng)
        if measure is not None:
            lost = drop(world, measure, POINTS, rng)
            # A case that is lost cannot move as well.
            losses = np.where(lost > 0, lost, losses)
        alarms += world.alarm(losses, resamples)
    return alarms / repeats


def category_rate(world: World, share: float, repeats: int, resamples: int = 1999) -> float:
    """Share of the repeats in which the gate fails when one category lost its right answers."""
    rng = np.random.default_rng(SEED)
    numbers = range(len(world.categories))
    losing = [lost for number in numbers if (lost := category_loss(world, number)).any()]
    alarms = 0
    for turn in range(repeats):
        lost = losing[turn % len(losing)]
        losses = np.where(lost > 0, lost, churn(world, share, True, rng))
        alarms += world.alarm(losses, resamples)
    return alarms / repeats


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=400)
    repeats = parser.parse_args().repeats
    world = World.of(read_baseline(BASELINES / CASES_FILE).outcomes)
    table = Table("Churn", "Moves", "false alarms", *(f"{MEASURES[m].label} -3" for m in DROPPED))
    table.add_column("a category")
    plans = [(share, together) for share in CHURNS for together in (True, False)]
    for share, together in tqdm(plans, desc="Simulating", unit="plan"):
        rates = [rate(world, share, together, m, repeats) for m in (None, *DROPPED)]
        if together:
            rates.append(category_rate(world, share, repeats))
        cells = (f"{value:.3f}" for value in rates)
        table.add_row(f"{share:.0%}", "together" if together else "apart", *cells)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
