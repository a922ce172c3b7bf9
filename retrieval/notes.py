"""What a careful colleague adds to an answer: a false premise, disagreement, alternatives.

The evidence is read before citing, so that what a note speaks of is quoted; a note is only made
when all of it has its footnotes. The age of a source: `versions.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingestion.embed import Bm25Encoder
from retrieval.alternatives import Alternatives
from retrieval.answers import Citation, Draft, Finding, Note, Statement
from retrieval.check import ClaimChecker
from retrieval.conflict import Conflicts
from retrieval.models import Evidence, Passage, Unit
from retrieval.premise import Premise
from retrieval.spans import overlap


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the evidence for what the quotes alone would not tell."""

    premise: Premise
    alternatives: Alternatives
    conflicts: Conflicts

    @classmethod
    def of(cls, sparse: Bm25Encoder) -> "Reader":
        """A reader that compares words as BM25 does."""
        return cls(Premise(sparse), Alternatives(sparse), Conflicts())

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        """At most one finding of each kind for every part that has enough evidence."""
        return tuple(
            finding
            for part in evidence.parts
            if part.sufficiency.enough
            for finding in (
                self.premise.find(part),
                self.conflicts.find(part),
                self.alternatives.find(evidence, part),
            )
            if finding is not None
        )


def complete(
    draft: Draft, findings: Sequence[Finding], passages: Sequence[Passage], checker: ClaimChecker
) -> Draft:
    """The draft with a quote of every unit that a finding names and that it does not cite yet.

    What denies the question's premise is said first.
    """
    by_number = {passage.number: passage for passage in passages}
    said = {
        (by_number[number].hit.document.id, *checker.best_span(statement.text, by_number[number]))
        for statement in draft.statements
        for number in statement.passages
    }
    first: list[Statement] = []
    last: list[Statement] = []
    for finding in findings:
        for unit in finding.units:
            place = (unit.passage.hit.document.id, unit.start, unit.end)
            if not any(overlap(place, other) for other in said):
                said.add(place)
                quotes = first if finding.kind == "premise" else last
                quotes.append(Statement(unit.text, (unit.passage.number,)))
    return replace(draft, statements=(*first, *draft.statements, *last))


def notes(findings: Sequence[Finding], citations: Sequence[Citation]) -> tuple[Note, ...]:
    """A note for each finding of which every unit has a footnote."""
    found = []
    for finding in findings:
        indexes = [_footnote(unit, citations) for unit in finding.units]
        cited = tuple(dict.fromkeys(index for index in indexes if index is not None))
        if None not in indexes:
            found.append(Note(finding.kind, finding.text, cited))
    return tuple(found)


def _footnote(unit: Unit, citations: Sequence[Citation]) -> int | None:
    place = (unit.passage.hit.document.id, unit.start, unit.end)
    for citation in citations:
        cited = (citation.document_id, citation.source_start, citation.source_end)
        if overlap(place, cited):
            return citation.index
    return None
