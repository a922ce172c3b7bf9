"""What an asker thought of an answer."""

from typing import Literal

from pydantic import Field

from app.schemas.model import Model


class Feedback(Model):
    """A thumb for the answer with this `trace_id`; the last one counts."""

    trace_id: str = Field(min_length=1, max_length=64, description="As the answer has it.")
    rating: Literal["up", "down"]
