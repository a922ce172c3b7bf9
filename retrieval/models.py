"""A question and the evidence for it. Plain data."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ingestion.models import ScoredChunk, SearchScope

Shortfall = Literal["off_topic", "near_miss"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. A document is visible when it shares a group with `groups`."""

    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said before a question."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question leaves out besides what its principal may not see.

    `languages` are ISO 639-1 codes, none: any. Documents that another one has replaced by `as_of`
    are left out unless `include_superseded`.
    """

    languages: tuple[str, ...] = ()
    include_superseded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A question, after what was said before it.

    Documents that are not in force on `as_of` are left out; None: no date filter.
    """

    text: str
    principal: Principal
    as_of: date | None = None
    history: tuple[Turn, ...] = ()
    filters: Filters = Filters()

    @property
    def scope(self) -> SearchScope:
        """What the question may see, as the index takes it."""
        chosen = self.filters
        return SearchScope(
            self.principal.groups, self.as_of, chosen.languages, chosen.include_superseded
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit as the generator sees it: `number` is its marker, from 1."""

    number: int
    hit: ScoredChunk


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, list item or table row of a passage, as a candidate for the answer.

    `text` is `passage.hit.chunk.quote(start, end)`. `similarity` is its cosine with the
    question, `about` its passage's, `coverage` the weighted share of the question's terms in it
    and its headings, `late` how near its tokens are to the question's, `score` what it is ranked
    by; all in [-1, 1]. `fits`: it states the kind of value that the
    question asks for, and its passage names an identifier of the question, where it has any.
    """

    passage: Passage
    start: int
    end: int
    text: str
    similarity: float
    about: float
    coverage: float
    late: float
    score: float
    fits: bool


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A word of the question, and how near some text comes to it: a cosine in [-1, 1]."""

    text: str
    nearness: float


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """How well the passages cover a question, by the best unit that fits.

    `confidence` is the probability that this unit answers; it decides whether there is enough.
    `shortfall` says what is wrong where there is not: nothing is about the question, or something
    is but does not state what is asked. `unstated` is a word of the question that none of the
    passages has, where one stands out.
    """

    similarity: float
    coverage: float
    confidence: float
    enough: bool
    shortfall: Shortfall | None = None
    unstated: str | None = None


@dataclass(frozen=True, slots=True)
class PartEvidence:
    """One part of the question, the units of its passages best first, and the decision."""

    question: str
    units: tuple[Unit, ...]
    sufficiency: Sufficiency


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a generator may use. Passage numbers are unique over all parts.

    `ranked` are all candidates, best first, of which `passages` are the best few. `as_of` is the
    query's.
    """

    question: str
    passages: tuple[Passage, ...]
    parts: tuple[PartEvidence, ...]
    ranked: tuple[ScoredChunk, ...] = ()
    as_of: date | None = None
