"""What goes over HTTP. The field names are the design's answer format."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ingestion.language import code
from ingestion.models import Block, Document, ParsedDocument, ScoredChunk
from ingestion.pipeline import Outcome
from retrieval.injection import Flag, flags
from retrieval.models import (
    AbstainReason,
    Answer,
    Calculation,
    Citation,
    Claim,
    Filters,
    Note,
    Operation,
    Step,
    Turn,
    Verification,
)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TurnIn(_Model):
    """What was said before the question."""

    role: Literal["user", "assistant"]
    text: str = Field(min_length=1, max_length=8000)

    def to_turn(self) -> Turn:
        """As the pipeline takes it."""
        return Turn(self.role, self.text)


class FiltersIn(_Model):
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


class Question(_Model):
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


class SearchRequest(Question):
    """A search for passages."""

    limit: int = Field(5, ge=1, le=50, description="How many passages.")
    neighbours: int = Field(
        0, ge=0, le=3, description="Passages before and after each one, returned as its context."
    )


class SourceSpan(_Model):
    """Characters of the parsed text, end exclusive."""

    start_char: int
    end_char: int


class ContextOut(_Model):
    """A passage with those around it: the parsed source at `source_span`, verbatim."""

    text: str
    source_span: SourceSpan


class PassageOut(_Model):
    """A passage of a document, verbatim.

    `flags` has "instruction" when it gives orders to an assistant. `context` is there where a
    search asked for neighbours.
    """

    chunk_id: str
    document_id: str
    document_title: str
    document_uri: str
    headings: list[str]
    page_numbers: list[int]
    text: str
    source_span: SourceSpan
    score: float
    flags: list[Flag]
    context: ContextOut | None = None

    @classmethod
    def of(cls, hit: ScoredChunk, context: ContextOut | None = None) -> "PassageOut":
        """From a hit."""
        return cls(
            chunk_id=hit.chunk.id,
            document_id=hit.document.id,
            document_title=hit.document.title,
            document_uri=hit.document.uri,
            headings=list(hit.chunk.headings),
            page_numbers=list(hit.chunk.pages),
            text=hit.chunk.text,
            source_span=SourceSpan(start_char=hit.chunk.start, end_char=hit.chunk.end),
            score=hit.score,
            flags=list(flags(hit.chunk.text)),
            context=context,
        )


class SearchResponse(_Model):
    """Passages, best first."""

    results: list[PassageOut]


class VerificationOut(_Model):
    """How a claim stands to what it cites."""

    status: Literal["supported", "partial", "unsupported", "unverified"]
    method: Literal["quote", "lexical", "calculation", "entailment", "llm"]
    score: float

    @classmethod
    def of(cls, verification: Verification) -> "VerificationOut":
        """From a check."""
        return cls(
            status=verification.status,
            method=verification.method,
            score=round(verification.score, 4),
        )


class CitationOut(_Model):
    """A footnote: `cited_text` is the parsed source at `source_span`, verbatim.

    `flags` has "instruction" when its passage gives orders to an assistant.
    """

    index: int
    id: str
    document_id: str
    document_title: str
    document_uri: str
    document_version: str
    chunk_id: str
    page_numbers: list[int]
    headings: list[str]
    cited_text: str
    source_span: SourceSpan
    answer_spans: list[SourceSpan]
    score: float
    verification: VerificationOut
    effective_from: date | None
    effective_to: date | None
    in_force: bool | None
    superseded_by: str | None
    flags: list[Flag]

    @classmethod
    def of(cls, citation: Citation) -> "CitationOut":
        """From a citation."""
        return cls(
            index=citation.index,
            id=citation.id,
            document_id=citation.document_id,
            document_title=citation.document_title,
            document_uri=citation.document_uri,
            document_version=citation.document_version,
            chunk_id=citation.chunk_id,
            page_numbers=list(citation.page_numbers),
            headings=list(citation.headings),
            cited_text=citation.cited_text,
            source_span=SourceSpan(start_char=citation.source_start, end_char=citation.source_end),
            answer_spans=[_span(*span) for span in citation.answer_spans],
            score=citation.score,
            verification=VerificationOut.of(citation.verification),
            effective_from=citation.effective_from,
            effective_to=citation.effective_to,
            in_force=citation.in_force,
            superseded_by=citation.superseded_by,
            flags=list(citation.flags),
        )


class OperandOut(_Model):
    """A figure as it is written in a cited quote, or in the question."""

    text: str
    field: str | None = Field(description="The table header that it stands under.")
    in_question: bool


class CalculationOut(_Model):
    """Arithmetic over quoted figures; the claim's citations are its operands'."""

    operation: Operation
    operands: list[OperandOut]
    result: str

    @classmethod
    def of(cls, calculation: Calculation) -> "CalculationOut":
        """From a calculation."""
        operands = [
            OperandOut(text=o.text, field=o.field or None, in_question=o.passage is None)
            for o in calculation.operands
        ]
        return cls(operation=calculation.operation, operands=operands, result=calculation.result)


class ClaimOut(_Model):
    """One statement of the answer with the footnotes it leans on."""

    text: str
    span: SourceSpan
    citations: list[int]
    verification: VerificationOut
    calculation: CalculationOut | None = None

    @classmethod
    def of(cls, claim: Claim) -> "ClaimOut":
        """From a claim."""
        return cls(
            text=claim.text,
            span=_span(claim.start, claim.end),
            citations=list(claim.citations),
            verification=VerificationOut.of(claim.verification),
            calculation=CalculationOut.of(claim.calculation) if claim.calculation else None,
        )


class NoteOut(_Model):
    """What a careful colleague would add, with the footnotes that show it."""

    kind: Literal["conflict", "superseded", "not_in_force", "ambiguous", "premise"]
    text: str
    citations: list[int]

    @classmethod
    def of(cls, note: Note) -> "NoteOut":
        """From a note."""
        return cls(kind=note.kind, text=note.text, citations=list(note.citations))


class UsageOut(_Model):
    """What the answer cost; `degraded` says why quotes stand in for a model, `rewriting_degraded`
    why rules rewrote the question."""

    generator: str
    model: str | None
    tokens_in: int
    tokens_out: int
    unknown_markers: int
    dropped_claims: int
    repaired_claims: int
    degraded: str | None
    rewriting_degraded: str | None
    judge_degraded: str | None


class EvidenceOut(_Model):
    """How well the passages cover the question, each in [0, 1].

    `confidence` is the probability that the best sentence answers; `unstated` a word of the
    question that no passage has, where one stands out.
    """

    similarity: float
    coverage: float
    confidence: float
    unstated: str | None


class StepOut(_Model):
    """One step of the agent: what was called with what, what it found, and why."""

    tool: str
    input: str
    chunk_ids: list[str]
    titles: list[str]
    decision: str
    milliseconds: float

    @classmethod
    def of(cls, step: Step) -> "StepOut":
        """From a step."""
        return cls(
            tool=step.tool,
            input=step.input,
            chunk_ids=list(step.chunk_ids),
            titles=list(step.titles),
            decision=step.decision,
            milliseconds=step.milliseconds,
        )


class AnswerOut(_Model):
    """An answer with markers 【n】, one to one with `citations`; or an abstention."""

    question: str
    standalone_question: str
    topic_shift: bool
    answer: str
    status: Literal["answered", "partial", "abstained"]
    abstain_reason: AbstainReason | None
    unanswered: list[str]
    citations: list[CitationOut]
    claims: list[ClaimOut]
    notes: list[NoteOut]
    nearest: list[PassageOut]
    evidence: EvidenceOut
    usage: UsageOut
    timings: dict[str, float]
    prompt_version: str | None
    trace_id: str
    trajectory: list[StepOut]

    @classmethod
    def of(cls, answer: Answer) -> "AnswerOut":
        """From an answer."""
        found, usage = answer.sufficiency, answer.usage
        return cls(
            question=answer.question,
            standalone_question=answer.standalone,
            topic_shift=answer.topic_shift,
            answer=answer.text,
            status=answer.status,
            abstain_reason=answer.abstain_reason,
            unanswered=list(answer.unanswered),
            citations=[CitationOut.of(citation) for citation in answer.citations],
            claims=[ClaimOut.of(claim) for claim in answer.claims],
            notes=[NoteOut.of(note) for note in answer.notes],
            nearest=[PassageOut.of(hit) for hit in answer.nearest],
            evidence=EvidenceOut(
                similarity=round(found.similarity, 4),
                coverage=round(found.coverage, 4),
                confidence=round(found.confidence, 4),
                unstated=found.unstated,
            ),
            usage=UsageOut(
                generator=usage.generator,
                model=usage.model,
                tokens_in=usage.tokens_in,
                tokens_out=usage.tokens_out,
                unknown_markers=usage.unknown_markers,
                dropped_claims=usage.dropped_claims,
                repaired_claims=usage.repaired_claims,
                degraded=usage.degraded,
                rewriting_degraded=usage.rewriting_degraded,
                judge_degraded=usage.judge_degraded,
            ),
            timings=dict(answer.timings),
            prompt_version=answer.prompt_version,
            trace_id=answer.trace_id,
            trajectory=[StepOut.of(step) for step in answer.trajectory],
        )


class DocumentOut(_Model):
    """A document in the index."""

    id: str
    uri: str
    title: str
    version: str
    effective_from: date | None
    effective_to: date | None
    supersedes: str | None
    language: str
    metadata: dict[str, str]

    @classmethod
    def of(cls, document: Document) -> "DocumentOut":
        """From a document; its groups stay inside."""
        return cls(
            id=document.id,
            uri=document.uri,
            title=document.title,
            version=document.version,
            effective_from=document.effective_from,
            effective_to=document.effective_to,
            supersedes=document.supersedes,
            language=document.language,
            metadata=dict(document.metadata),
        )


class DocumentList(_Model):
    """The documents that the caller may read, by URI."""

    documents: list[DocumentOut]


class BlockOut(_Model):
    """A structural unit: `text[start_char:end_char]` of its document."""

    kind: Literal["heading", "paragraph", "list_item", "table_row", "code"]
    start_char: int
    end_char: int
    level: int
    page: int | None

    @classmethod
    def of(cls, block: Block) -> "BlockOut":
        """From a parsed block."""
        return cls(
            kind=block.kind,
            start_char=block.start,
            end_char=block.end,
            level=block.level,
            page=block.page,
        )


class DocumentText(DocumentOut):
    """A document with its parsed text, to which all spans refer."""

    text: str
    blocks: list[BlockOut]

    @classmethod
    def read(cls, document: Document, parsed: ParsedDocument) -> "DocumentText":
        """From a document and its parsed text."""
        return cls(
            **DocumentOut.of(document).model_dump(),
            text=parsed.text,
            blocks=[BlockOut.of(block) for block in parsed.blocks],
        )


class UploadResult(_Model):
    """What became of an upload."""

    document: DocumentOut
    outcome: Outcome
    chunks_embedded: int
    losses: list[str]


class Health(_Model):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(_Model):
    """A real query was answered. Documents that a caller without a key can read are counted."""

    status: Literal["ready"] = "ready"
    documents: int


class Problem(BaseModel):
    """An error by RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str


def _span(start: int, end: int) -> SourceSpan:
    return SourceSpan(start_char=start, end_char=end)
