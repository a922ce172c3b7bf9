"""An answer, with what it rests on and what it cost."""

from typing import Literal

from app.schemas.claims import CitationOut, ClaimOut, NoteOut
from app.schemas.model import Model
from app.schemas.passages import PassageOut
from retrieval.answers import AbstainReason, Answer, Step


class UsageOut(Model):
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


class EvidenceOut(Model):
    """How well the passages cover the question, each in [0, 1].

    `confidence` is the probability that the best sentence answers; `unstated` a word of the
    question that no passage has, where one stands out.
    """

    similarity: float
    coverage: float
    confidence: float
    unstated: str | None


class StepOut(Model):
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


class AnswerOut(Model):
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
