"""What the agent knows so far: its findings, its trajectory, and what it has left to spend."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ingestion.models import ScoredChunk
from retrieval.answers import Step
from retrieval.models import Query, Sufficiency, Unit

Purpose = Literal["part", "bridge", "counterpart", "list", "model"]


@dataclass(frozen=True, slots=True)
class SearchAction:
    """Search for `question`. `sources` are the units that gave the bridge; `name` is the bridge.

    `side` is the number of the part that a counterpart is searched for.
    """

    question: str
    purpose: Purpose = "part"
    name: str = ""
    sources: tuple[Unit, ...] = ()
    side: int = 0


@dataclass(frozen=True, slots=True)
class ReadAction:
    """Read on from a passage: the rows that stand beside one of its units.

    `whole`: all of them, when no word of the question tells them apart.
    """

    lead: Unit
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing more to do, and why."""

    reason: str


Action = SearchAction | ReadAction | Finish


@dataclass(frozen=True, slots=True)
class Finding:
    """What one tool call brought: passages best first, units best first, and how well they fit."""

    action: SearchAction | ReadAction
    ranking: tuple[ScoredChunk, ...]
    units: tuple[Unit, ...]
    sufficiency: Sufficiency


@dataclass(frozen=True, slots=True)
class Limits:
    """No more tool calls, seconds and model tokens than these."""

    max_steps: int = 6
    timeout_s: float = 30.0
    max_tokens: int = 8000


@dataclass(slots=True)
class Notebook:
    """One run. `tokens` are those that a planning model has read and written."""

    query: Query
    limits: Limits
    findings: list[Finding] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    tokens_in: int = 0
    tokens_out: int = 0
    skipped: int = 0
    begun: float = field(default_factory=time.monotonic)
    _asked: set[str] = field(default_factory=set)

    def exhausted(self) -> str | None:
        """Which limit is reached, in words; None while there is room."""
        if sum(step.tool in ("search", "read") for step in self.steps) >= self.limits.max_steps:
            return f"the limit of {self.limits.max_steps} steps is reached"
        if self.seconds_left() <= 0:
            return f"the limit of {self.limits.timeout_s:g} s is reached"
        if self.tokens_in + self.tokens_out >= self.limits.max_tokens:
            return f"the limit of {self.limits.max_tokens} tokens is reached"
        return None

    def seconds_left(self) -> float:
        """Time until the run must end; may be negative."""
        return self.limits.timeout_s - (time.monotonic() - self.begun)

    def is_new(self, question: str) -> bool:
        """True the first time; words in another order or case are the same question."""
        key = " ".join(sorted(question.lower().replace("?", " ").split()))
        known = key in self._asked
        self._asked.add(key)
        return not known

    def of(self, purpose: Purpose) -> list[Finding]:
        """The findings of searches with this purpose, in order."""
        return [
            finding
            for finding in self.findings
            if isinstance(finding.action, SearchAction) and finding.action.purpose == purpose
        ]

    def reads(self) -> list[Finding]:
        """The findings of readings, in order."""
        return [finding for finding in self.findings if isinstance(finding.action, ReadAction)]

    def note(
        self, tool: str, asked: str, decision: str, begun: float, hits: Sequence[ScoredChunk] = ()
    ) -> None:
        """Add a step to the trajectory; `begun` is its `time.monotonic()`."""
        shown = hits[:_SHOWN]
        self.steps.append(
            Step(
                tool=tool,
                input=asked,
                chunk_ids=tuple(hit.chunk.id for hit in shown),
                titles=tuple(dict.fromkeys(hit.document.title for hit in shown)),
                decision=decision,
                milliseconds=round((time.monotonic() - begun) * 1000, 2),
            )
        )


def best_bridge(notebook: Notebook) -> Finding | None:
    """The first bridge behind which there is enough; the planner tries the likeliest first."""
    return next((found for found in notebook.of("bridge") if found.sufficiency.enough), None)


_SHOWN = 6
