"""The answer from its parts: with its footnotes, or as an abstention."""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.abstention import explanation
from retrieval.answers import AbstainReason, Answer, Draft, Note, Usage
from retrieval.cite import CitedText
from retrieval.condense import Condensed
from retrieval.models import Evidence, PartEvidence, Sufficiency


def answered(
    evidence: Evidence,
    cited: CitedText,
    usage: Usage,
    notes: tuple[Note, ...],
    prompt_version: str | None,
) -> Answer:
    """Partial where a part is unanswered, or a claim was dropped, replaced or is in doubt."""
    unanswered = unanswered_parts(evidence)
    whole = not (unanswered or usage.dropped_claims or usage.repaired_claims)
    whole = whole and all(claim.verification.status == "supported" for claim in cited.claims)
    return Answer(
        question=evidence.question,
        text=cited.text,
        status="answered" if whole else "partial",
        abstain_reason=None,
        citations=cited.citations,
        claims=cited.claims,
        nearest=tuple(passage.hit for passage in evidence.passages),
        sufficiency=_strongest(evidence.parts),
        usage=usage,
        unanswered=unanswered,
        prompt_version=prompt_version if usage.model else None,
        notes=notes,
    )


def abstained(evidence: Evidence, reason: AbstainReason, usage: Usage) -> Answer:
    """Why there is no answer, and the passages that came nearest."""
    return Answer(
        question=evidence.question,
        text=explanation(reason, evidence),
        status="abstained",
        abstain_reason=reason,
        citations=(),
        claims=(),
        nearest=tuple(passage.hit for passage in evidence.passages),
        sufficiency=_strongest(evidence.parts),
        usage=usage,
        unanswered=tuple(part.question for part in evidence.parts),
    )


def unanswered_parts(evidence: Evidence) -> tuple[str, ...]:
    """The parts of the question for which there is not enough."""
    return tuple(part.question for part in evidence.parts if not part.sufficiency.enough)


def usage_of(draft: Draft, generator: str) -> Usage:
    """What a draft cost; `generator` is the one whose text is in the answer."""
    return Usage(
        generator=generator,
        model=draft.model,
        tokens_in=draft.tokens_in,
        tokens_out=draft.tokens_out,
        unknown_markers=draft.unknown_markers,
    )


def with_rewriting(usage: Usage, condensed: Condensed) -> Usage:
    """The answer's usage with what rewriting the question cost, and whether rules had to do it."""
    return replace(
        usage,
        tokens_in=usage.tokens_in + condensed.tokens_in,
        tokens_out=usage.tokens_out + condensed.tokens_out,
        rewriting_degraded=condensed.degraded,
    )


def _strongest(parts: Sequence[PartEvidence]) -> Sufficiency:
    """There is an answer when one part has enough, so the part with the most confidence counts."""
    return max((part.sufficiency for part in parts), key=lambda found: found.confidence)
