"""How the service does."""

from typing import Literal

from pydantic import Field

from app.operations import Bucket, Moved, Period
from app.schemas.model import Model


class Operations(Model):
    """What the question log says of the last days; nothing of questions or callers."""

    days: int
    log: Literal["off", "measures", "hashed", "redacted"] = Field(
        description="QUESTION_LOG; off: there is nothing to show."
    )
    bucket: Bucket
    periods: list[Period]
    reference_days: int
    minimum: int = Field(description="Fewest questions of either side of a comparison.")
    drift: list[Moved]
