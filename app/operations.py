"""How the service does, by the question log: counts over time, and whether the scores moved.

Nothing here names a question, a document or a caller.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np

from app.question_log import LoggedQuestion

REFERENCE_DAYS = 28
"""The days before the window that scores are compared with, as `python -m eval drift` does."""

MINIMUM = 50
"""Fewest questions of either side. Below, even a halved score goes unseen (docs/decisions)."""

_BINS = 10
_LEAST = 0.02
_ALPHA = 0.05

Bucket = Literal["hour", "day"]
Verdict = Literal["moved", "same", "not enough data"]


@dataclass(frozen=True, slots=True)
class Period:
    """The questions of an hour or a day that begins at `start`, UTC.

    Times are milliseconds, None without questions.
    """

    start: datetime
    answered: int
    partial: int
    abstained: int
    degraded: int
    dropped_claims: int
    thumbs_up: int
    thumbs_down: int
    median_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One score of the window against the reference.

    `distance` is Wasserstein's, in the score's unit; `p` is Kolmogorov and Smirnov's, Bonferroni
    adjusted for the scores that are looked at. `then` and `now` are shares of ten bins of [0, 1].
    """

    score: str
    then_count: int
    now_count: int
    then_median: float | None
    now_median: float | None
    distance: float | None
    p: float | None
    verdict: Verdict
    then: tuple[float, ...]
    now: tuple[float, ...]


_SCORES: dict[str, Callable[[LoggedQuestion], float]] = {
    "similarity": lambda row: row.similarity,
    "confidence": lambda row: row.confidence,
}


def window(days: int, now: datetime) -> tuple[datetime, Bucket]:
    """Where the last `days` begin, at a whole hour or day, and what they are counted by."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if days == 1:
        return hour - timedelta(hours=23), "hour"
    return hour.replace(hour=0) - timedelta(days=days - 1), "day"


def periods(
    rows: Sequence[LoggedQuestion], start: datetime, bucket: Bucket, now: datetime
) -> list[Period]:
    """Every hour or day from `start` until `now`, those without questions too."""
    step = timedelta(hours=1) if bucket == "hour" else timedelta(days=1)
    count = (now - start) // step + 1
    held: list[list[LoggedQuestion]] = [[] for _ in range(count)]
    for row in rows:
        place = (datetime.fromisoformat(row.asked_at) - start) // step
        if 0 <= place < count:
            held[place].append(row)
    return [_period(start + place * step, inside) for place, inside in enumerate(held)]


def moved(then: Sequence[LoggedQuestion], now: Sequence[LoggedQuestion]) -> list[Moved]:
    """Each score of now against that of then."""
    return [
        _compared(score, [value(row) for row in then], [value(row) for row in now])
        for score, value in _SCORES.items()
    ]


def _period(start: datetime, rows: Sequence[LoggedQuestion]) -> Period:
    statuses = [row.status for row in rows]
    times = [row.milliseconds for row in rows]
    median, p95 = (float(np.quantile(times, q)) if times else None for q in (0.5, 0.95))
    return Period(
        start=start,
        answered=statuses.count("answered"),
        partial=statuses.count("partial"),
        abstained=statuses.count("abstained"),
        degraded=sum(row.degraded for row in rows),
        dropped_claims=sum(row.dropped for row in rows),
        thumbs_up=sum(row.rating == 1 for row in rows),
        thumbs_down=sum(row.rating == -1 for row in rows),
        median_ms=median,
        p95_ms=p95,
    )


def _compared(score: str, then: Sequence[float], now: Sequence[float]) -> Moved:
    distance = p = None
    verdict: Verdict = "not enough data"
    if min(len(then), len(now)) >= MINIMUM:
        distance, chance = distributions(then, now)
        p = min(1.0, chance * len(_SCORES))
        verdict = "moved" if p < _ALPHA and distance >= _LEAST else "same"
    return Moved(
        score=score,
        then_count=len(then),
        now_count=len(now),
        then_median=_median(then),
        now_median=_median(now),
        distance=distance,
        p=p,
        verdict=verdict,
        then=_shares(then),
        now=_shares(now),
    )


def distributions(then: Sequence[float], now: Sequence[float]) -> tuple[float, float]:
    """Wasserstein distance, in the values' unit, and the Kolmogorov-Smirnov p."""
    # Imported here: the service starts without waiting for it.
    from scipy.stats import ks_2samp, wasserstein_distance

    p = ks_2samp(then, now, method="asymp").pvalue
    return float(wasserstein_distance(then, now)), float(p)


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None


def _shares(values: Sequence[float]) -> tuple[float, ...]:
    counts, _ = np.histogram(np.clip(values, 0, 1), bins=_BINS, range=(0, 1))
    return tuple((counts / max(1, len(values))).tolist())
