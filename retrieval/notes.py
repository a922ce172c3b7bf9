"""What a careful colleague adds to an answer: disagreement, alternatives, age of a source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ingestion.embed import Bm25Encoder
from ingestion.models import Document
from retrieval.alternatives import Alternatives
from retrieval.check import ClaimChecker
from retrieval.conflict import Conflicts
from retrieval.models import Citation, Draft, Evidence, Finding, Note, Passage, Statement, Unit
from retrieval.premise import Premise


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
            if not any(_overlap(place, other) for other in said):
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


def dated(
    citations: Sequence[Citation],
    successors: Mapping[str, Document],
    as_of: date | None,
    today: date,
) -> tuple[tuple[Citation, ...], tuple[Note, ...]]:
    """The citations with their documents' standing, and a note for each outdated document.

    `successors` are the documents that the asker can see, by what they supersede: a URI or an id.
    Standing is that of `as_of`, of `today` where no day was asked for.
    """
    day = as_of or today
    marked = []
    for citation in citations:
        newer = successors.get(citation.document_uri) or successors.get(citation.document_id)
        replaced = newer is not None and (newer.effective_from or day) <= day
        marked.append(
            replace(
                citation,
                in_force=None if as_of is None else in_force(citation, day),
                superseded_by=newer.title if newer and replaced else None,
            )
        )
    return tuple(marked), tuple(_standings(marked, day))


def in_force(document: Document | Citation, day: date) -> bool:
    """Whether a day lies in a document's validity; both ends are inclusive."""
    begins, ends = document.effective_from, document.effective_to
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def _standings(citations: Sequence[Citation], day: date) -> Iterator[Note]:
    by_document: dict[str, list[Citation]] = {}
    for citation in citations:
        by_document.setdefault(citation.document_id, []).append(citation)
    for cited in by_document.values():
        one, indexes = cited[0], tuple(citation.index for citation in cited)
        if one.effective_from and one.effective_from > day:
            text = f"This comes from {one.document_title}, not in force before "
            yield Note("not_in_force", f"{text}{one.effective_from}.", indexes)
        elif one.superseded_by:
            until = f", in force until {one.effective_to}" if one.effective_to else ""
            text = f"This comes from {one.document_title}{until}; {one.superseded_by}"
            yield Note("superseded", f"{text} has replaced it.", indexes)
        elif not in_force(one, day):
            text = f"This comes from {one.document_title}, in force until {one.effective_to}."
            yield Note("not_in_force", text, indexes)


def _footnote(unit: Unit, citations: Sequence[Citation]) -> int | None:
    place = (unit.passage.hit.document.id, unit.start, unit.end)
    for citation in citations:
        cited = (citation.document_id, citation.source_start, citation.source_end)
        if _overlap(place, cited):
            return citation.index
    return None


def _overlap(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
