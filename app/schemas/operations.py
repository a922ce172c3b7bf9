"""How the service does."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from app.operations import Bucket, Verdict
from app.schemas.model import Model


class PeriodOut(Model):
    """The questions of an hour or a day, UTC; times in milliseconds, null without questions."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

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


class MovedOut(Model):
    """A score of the window against the weeks before it.

    `distance` is Wasserstein's, in the score's unit, `p` Kolmogorov and Smirnov's, adjusted.
    """

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    score: str
    then_count: int
    now_count: int
    then_median: float | None
    now_median: float | None
    distance: float | None
    p: float | None
    verdict: Verdict
    then: list[float] = Field(description="Share of questions in ten bins of 0 to 1.")
    now: list[float]


class Operations(Model):
    """What the question log says of the last days; nothing of questions or callers."""

    days: int
    log: Literal["off", "measures", "hashed", "redacted"] = Field(
        description="QUESTION_LOG; off: there is nothing to show."
    )
    bucket: Bucket
    periods: list[PeriodOut]
    reference_days: int
    minimum: int = Field(description="Fewest questions of either side of a comparison.")
    drift: list[MovedOut]
