"""Questions and searches."""

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.schemas.model import Model
from ingestion.language import code
from retrieval.models import Filters, Turn


class TurnIn(Model):
    """What was said before the question."""

    role: Literal["user", "assistant"]
    text: str = Field(min_length=1, max_length=8000)

    def to_turn(self) -> Turn:
        """As the pipeline takes it."""
        return Turn(self.role, self.text)


class FiltersIn(Model):
    """What to leave out besides what the caller may not see."""

    languages: list[Annotated[str, Field(min_length=2, max_length=20)]] = Field(
        [],
        max_length=20,
        description='Only documents in these languages: ISO 639-1 codes, or "und"; empty: any.',
    )
    include_superseded: bool = Field(
        False, description="Also documents that another one in force has replaced."
    )

    def to_filters(self) -> Filters:
        """As the pipeline takes it."""
        return Filters(tuple(code(label) for label in self.languages), self.include_superseded)


class Question(Model):
    """A question, and the day on which its answer must hold (default: today)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "What is the hotel cap in London?"}]},
    )

    question: str = Field(min_length=1, description="In plain words.")
    as_of: date | None = Field(None, description="Only documents in force on this day; today.")
    all_versions: bool = Field(False, description="Also search documents that are not in force.")
    filters: FiltersIn = Field(FiltersIn(), description="What to leave out.")
    history: list[TurnIn] = Field(
        [], max_length=20, description='The conversation so far, so that "and in Spain?" is clear.'
    )


class AskRequest(Question):
    """A question to be answered, in one pass or by the agent."""

    mode: Literal["single", "agent"] = Field(
        "single", description="agent: several searches, planned from what each one finds."
    )
    stream: bool = Field(
        False,
        description="Server-sent events: search_results, message, citation, final_answer, done.",
    )


class SearchRequest(Question):
    """A search for passages."""

    limit: int = Field(5, ge=1, le=50, description="How many passages.")
    neighbours: int = Field(
        0, ge=0, le=3, description="Passages before and after each one, returned as its context."
    )
