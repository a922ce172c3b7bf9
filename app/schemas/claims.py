"""What an answer claims, and the footnotes and checks of it."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.schemas.model import Model
from app.schemas.passages import SourceSpan
from retrieval.answers import Calculation, Citation, Claim, Note, Operation, Verification
from retrieval.injection import Flag


class VerificationOut(Model):
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


class CitationOut(Model):
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
            source_span=SourceSpan.of(citation.source_start, citation.source_end),
            answer_spans=[SourceSpan.of(*span) for span in citation.answer_spans],
            score=citation.score,
            verification=VerificationOut.of(citation.verification),
            effective_from=citation.effective_from,
            effective_to=citation.effective_to,
            in_force=citation.in_force,
            superseded_by=citation.superseded_by,
            flags=list(citation.flags),
        )


class OperandOut(Model):
    """A figure as it is written in a cited quote, or in the question."""

    text: str
    field: str | None = Field(description="The table header that it stands under.")
    in_question: bool


class CalculationOut(Model):
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


class ClaimOut(Model):
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
            span=SourceSpan.of(claim.start, claim.end),
            citations=list(claim.citations),
            verification=VerificationOut.of(claim.verification),
            calculation=CalculationOut.of(claim.calculation) if claim.calculation else None,
        )


class NoteOut(Model):
    """What a careful colleague would add, with the footnotes that show it."""

    kind: Literal["conflict", "superseded", "not_in_force", "ambiguous", "premise"]
    text: str
    citations: list[int]

    @classmethod
    def of(cls, note: Note) -> "NoteOut":
        """From a note."""
        return cls(kind=note.kind, text=note.text, citations=list(note.citations))
