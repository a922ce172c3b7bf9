"""What one trial of a fault left behind, and what all of them add up to."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """One trial. `lost`, `doubled` and `wrong` count chunks, answers or doors left open.

    `said`: an error was told as a sentence where one was due. `recovery_s` is None where nothing
    has to recover.
    """

    recovered: bool
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    said: bool = True
    recovery_s: float | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: `trial` makes it happen once in a folder of its own, at a moment of `random`'s."""

    name: str
    expected: str
    trials: int
    trial: Callable[[Path, Random], Outcome]


def row(fault: Fault, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The row of the results for one fault; times in seconds."""
    times = [done.recovery_s for done in outcomes if done.recovery_s is not None]
    return {
        "fault": fault.name,
        "trials": len(outcomes),
        "expected": fault.expected,
        "measured": f"as expected in {sum(map(_good, outcomes))} of {len(outcomes)}",
        "lost": sum(done.lost for done in outcomes),
        "doubled": sum(done.doubled for done in outcomes),
        "wrong": sum(done.wrong for done in outcomes),
        "recovered": f"{sum(done.recovered for done in outcomes)} of {len(outcomes)}",
        "recovery_s": {
            "median": round(statistics.median(times), 2) if times else None,
            "max": round(max(times), 2) if times else None,
        },
    }


def _good(done: Outcome) -> bool:
    return done.recovered and done.said and not (done.lost or done.doubled or done.wrong)
