"""One way from a request to an answer, whatever route it came by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from app.bootstrap import Application
from ingestion.models import ScoredChunk
from retrieval.answers import Answer
from retrieval.models import Evidence, Query

Mode = Literal["single", "agent"]
Found = Callable[[Sequence[ScoredChunk]], object]


def answer(app: Application, asked: Query, mode: Mode, on_found: Found = lambda _: None) -> Answer:
    """Answer in one pass or by the agent. `on_found` gets the passages, before anything is written.

    The agent searches several times, so it tells what it found when it is done.
    """
    if mode == "agent":
        done = app.agent.ask(asked)
        on_found(done.ranked)
    else:
        done = app.rag.answer(asked, _telling(app, on_found))
    app.metrics.answer(done, mode)
    if app.questions is not None:
        app.questions.write(done, mode)
    return done


def _telling(app: Application, on_found: Found) -> Callable[[Query], Evidence]:
    def gather(standalone: Query) -> Evidence:
        evidence = app.rag.gather(standalone)
        on_found(evidence.ranked)
        return evidence

    return gather


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of an answer's text: a claim with its markers, and the footnotes it leans on."""

    text: str
    citations: tuple[int, ...] = ()


def segments(done: Answer) -> list[Segment]:
    """The answer in pieces, one for each claim; their texts together are the answer's.

    Nothing of an answer can be shown before it was checked, so these are what a stream brings.
    """
    if not done.claims:
        return [Segment(done.text)]
    cuts = [0, *(claim.start for claim in done.claims[1:]), len(done.text)]
    return [
        Segment(done.text[start:end], claim.citations)
        for (start, end), claim in zip(pairwise(cuts), done.claims, strict=True)
    ]
