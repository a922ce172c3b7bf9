"""What is made of the evidence: a draft, its checked claims, their citations, the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ingestion.models import ScoredChunk
from retrieval.injection import Flag
from retrieval.models import Sufficiency, Unit

Status = Literal["answered", "partial", "abstained"]
AbstainReason = Literal[
    "no_documents", "off_topic", "near_miss", "nothing_supported", "model_declined"
]
Support = Literal["supported", "partial", "unsupported", "unverified"]
Method = Literal["quote", "lexical", "calculation", "entailment", "llm"]
Fault = Literal["number", "unit", "date", "name", "negation", "quantifier"]
NoteKind = Literal["conflict", "superseded", "not_in_force", "ambiguous", "premise"]
Operation = Literal["sum", "difference", "product", "percentage", "days", "later", "earlier"]


@dataclass(frozen=True, slots=True)
class Verification:
    """How a claim stands to what it cites. `score` is in [0, 1].

    `faults` are what a rule found to differ; `degraded` says why another judge stood in.
    """

    status: Support
    method: Method
    score: float
    faults: tuple[Fault, ...] = ()
    degraded: str | None = None


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure as it is written in the cited unit `start:end` of the parsed text.

    `field` is the table header that it stands under, "" in a sentence. A figure of the question
    has no passage.
    """

    text: str
    passage: int | None
    start: int = 0
    end: int = 0
    field: str = ""


@dataclass(frozen=True, slots=True)
class Calculation:
    """Arithmetic over quoted figures: `result` is written with its unit, like the operands.

    "days" counts from the first date to the second; "later" and "earlier" move a date by a
    period. `question` is the text in which operands without a passage stand.
    """

    operation: Operation
    operands: tuple[Operand, ...]
    result: str
    question: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reader notices in the evidence, in a sentence, and the units that show it."""

    kind: NoteKind
    text: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence that a generator wrote, and the numbers of the passages it leans on."""

    text: str
    passages: tuple[int, ...]
    calculation: Calculation | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a generator wrote, not yet checked.

    `unknown_markers` counts markers that named no passage and were taken out. `model` is the
    endpoint's model, None for the extractive generator. `declined`: the model said that the
    passages do not answer.
    """

    statements: tuple[Statement, ...]
    declined: bool = False
    unknown_markers: int = 0
    model: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the answer: `answer[start:end]`, its citations' indexes, its check."""

    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    verification: Verification
    calculation: Calculation | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A footnote. `cited_text` is the parsed source at `source_start:source_end`, verbatim.

    `answer_spans` are the spans of the answer's text that lean on it. `in_force`: its document was
    in force on the day of the question, None where no day was asked for. `superseded_by` is the
    title of the document that replaces it, where the asker can see that. `flags` has "instruction"
    when its passage gives orders to an assistant: they are text like any other.
    """

    index: int
    id: str
    document_id: str
    document_title: str
    document_uri: str
    document_version: str
    chunk_id: str
    page_numbers: tuple[int, ...]
    headings: tuple[str, ...]
    cited_text: str
    source_start: int
    source_end: int
    answer_spans: tuple[tuple[int, int], ...]
    score: float
    verification: Verification
    effective_from: date | None = None
    effective_to: date | None = None
    in_force: bool | None = None
    superseded_by: str | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What a careful colleague would add, in one sentence; `citations` are footnotes' indexes."""

    kind: NoteKind
    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What the answer cost and what had to be mended.

    `degraded` says, in a sentence, why quotes stand in for the model's answer; None if they
    do not. `rewriting_degraded` says likewise why rules, and not the model, rewrote a question that
    leans on its conversation; `judge_degraded` says it of the judge that was asked for.
    """

    generator: str
    model: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    unknown_markers: int = 0
    dropped_claims: int = 0
    repaired_claims: int = 0
    degraded: str | None = None
    rewriting_degraded: str | None = None
    judge_degraded: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the agent path: what was called with what, what it found, and what for.

    `tool` is plan, search, read, judge or finish; `chunk_ids` and `titles` are the best passages'.
    """

    tool: str
    input: str
    chunk_ids: tuple[str, ...]
    titles: tuple[str, ...]
    decision: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in which every claim was checked, or an abstention with the nearest passages.

    `standalone` is the question as it was searched for, after the conversation was taken in;
    `topic_shift`: there was one, and the question did not lean on it;
    `unanswered` are the parts of the question that the documents do not answer; `nearest` are
    the passages that were looked at, `ranked` all that were found; `timings` are milliseconds by
    step; `trajectory` are the agent's steps, empty for the single pass.
    """

    question: str
    text: str
    status: Status
    abstain_reason: AbstainReason | None
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]
    nearest: tuple[ScoredChunk, ...]
    sufficiency: Sufficiency
    usage: Usage
    standalone: str = ""
    topic_shift: bool = False
    ranked: tuple[ScoredChunk, ...] = field(default=(), repr=False)
    unanswered: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    prompt_version: str | None = None
    trace_id: str = ""
    notes: tuple[Note, ...] = ()
    trajectory: tuple[Step, ...] = ()
