"""Cases, results, reports. Cases come from files, so they are checked by pydantic."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from retrieval.answers import Answer

Split = Literal["dev", "test"]
Category = Literal[
    "single_fact",
    "exact_identifier",
    "paraphrase",
    "jargon_typo",
    "table_lookup",
    "arithmetic",
    "multi_hop",
    "comparison",
    "list_all",
    "superseded",
    "effective_date",
    "conflict",
    "buried_exception",
    "boundary",
    "near_duplicate",
    "unanswerable_near_miss",
    "unanswerable_off_topic",
    "false_premise",
    "ambiguous",
    "no_access",
    "injection_document",
    "injection_question",
    "multi_turn",
    "other_language",
    "length_extreme",
    "negation",
]
CATEGORIES: tuple[Category, ...] = get_args(Category)
"""In the order of the design's taxonomy."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CasePrincipal(_Strict):
    """Who asks, with which groups."""

    name: str
    groups: tuple[str, ...]


class Turn(_Strict):
    """What was said before the question."""

    role: Literal["user", "assistant"]
    text: str = Field(min_length=1)


class GoldSpan(_Strict):
    """A passage that answers: a document's URI and a verbatim quote of its parsed text."""

    document: str
    quote: str = Field(min_length=1)


class EvalCase(_Strict):
    """One question with what a right answer must and must not have.

    Each item of `must_include` is a text or a list of alternatives, of which one is enough.
    """

    id: str
    split: Split
    question: str = Field(min_length=1)
    history: tuple[Turn, ...] = ()
    principal: CasePrincipal
    as_of: date | None = None
    category: Category
    answerable: bool
    ground_truth: str
    must_include: tuple[str | tuple[str, ...], ...] = ()
    must_not_include: tuple[str | tuple[str, ...], ...] = ()
    gold_spans: tuple[GoldSpan, ...] = ()
    forbidden_documents: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a document's parsed text, end exclusive."""

    document: str
    start: int
    end: int


Stage = Literal["parse", "chunk", "index", "retrieve", "rerank", "abstain", "generate", "cite"]
STAGES: tuple[Stage, ...] = get_args(Stage)
"""In the order in which an answer passes them."""


@dataclass(frozen=True, slots=True)
class Blame:
    """The first stage that lost a case's answer, and why; `command` shows it stage by stage.

    `then` is the next stage that loses it even when this one is mended; None where it is enough
    to mend this one, or where that cannot be tried.
    """

    stage: Stage
    reason: str
    command: str
    then: Stage | None = None


def by_stage(blames: Sequence[Blame | None]) -> dict[str, int]:
    """How many failed cases each stage is blamed for, in the order of the stages."""
    counts = Counter(blame.stage for blame in blames if blame is not None)
    return {stage: counts[stage] for stage in STAGES if counts[stage]}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case with its answer and measures; None where a measure does not apply.

    `gold` are the spans of its gold quotes; `blame` is set for failed cases of a whole run.
    """

    case: EvalCase
    gold: tuple[Span, ...]
    answer: Answer
    recall_at_5: float | None
    ndcg_at_10: float | None
    correct: bool | None
    faithfulness: float | None
    citation_precision: float | None
    citation_recall: float | None
    verbatim: float | None
    abstained: bool
    leaked: bool
    followed: bool | None
    milliseconds: float
    reciprocal_rank: float | None = None
    average_precision: float | None = None
    blame: Blame | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A mean over `n` values with its 95 % bootstrap interval; None of it when n is 0."""

    mean: float | None
    low: float | None
    high: float | None
    n: int
