"""From checked claims to an answer with numbered footnotes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from retrieval.answers import Citation, Claim, Statement, Verification
from retrieval.calculate.arithmetic import verify
from retrieval.check import CheckedClaim, ClaimChecker, Source
from retrieval.injection import flags
from retrieval.models import Passage, Unit
from retrieval.repair import place_of, repair

OPEN, CLOSE = "【", "】"


@dataclass(frozen=True, slots=True)
class CitedText:
    """The answer's text with its markers, one to one with its citations.

    `repaired` counts failing claims that a quote replaced, `dropped` those that nothing did.
    `degraded` says why the judge that was asked for did not judge; None if it did.
    """

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped: int
    repaired: int = 0
    degraded: str | None = None


@dataclass(slots=True)
class _Footnote:
    source: Source
    index: int
    answer_spans: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What gets one run of markers, and the claims in it: their `start` is an offset in `text`."""

    text: str
    claims: tuple[CheckedClaim, ...]


def cite(
    statements: Sequence[Statement],
    passages: Sequence[Passage],
    checker: ClaimChecker,
    units: Sequence[Unit] = (),
) -> CitedText:
    """Split statements into claims, check each against the passages it cites, set the footnotes.

    A claim that cites nothing, or that its passages do not support, is replaced by the nearest of
    the `units` that answer the question, or else dropped; both are counted.
    """
    by_number = {passage.number: passage for passage in passages}
    checked = [
        _claims(statement, [by_number[number] for number in statement.passages], checker)
        for statement in statements
    ]
    said = {s.place for claims in checked for c in claims if c.holds for s in c.sources}
    mender = _Mender(checker, units, said)
    writer = _Writer()
    for statement, claims in zip(statements, checked, strict=True):
        if claims and all(claim.holds for claim in claims):
            writer.add(_Sentence(statement.text, claims))
            continue
        for sentence in mender.mend(claims):
            writer.add(sentence)
    notes = (claim.verification.degraded for claims in checked for claim in claims)
    degraded = next((note for note in notes if note), None)
    citations = tuple(_citation(note) for note in writer.footnotes.values())
    return CitedText(
        writer.text, tuple(writer.claims), citations, mender.dropped, mender.repaired, degraded
    )


def _claims(
    statement: Statement, cited: Sequence[Passage], checker: ClaimChecker
) -> tuple[CheckedClaim, ...]:
    """A calculation is one claim, checked by working it out again; it leans on its operands."""
    calculation = statement.calculation
    if calculation is None:
        return checker.claims(statement.text, cited)
    verification = verify(statement, cited)
    numbered = {passage.number: passage for passage in cited}
    operands = calculation.operands if verification.status == "supported" else ()
    sources = tuple(
        Source(numbered[op.passage], op.start, op.end, Verification("supported", "quote", 1.0))
        for op in operands
        if op.passage is not None
    )
    return (CheckedClaim(statement.text, 0, tuple(cited), sources, verification, calculation),)


class _Mender:
    """Keeps the claims of a broken statement that hold, each by itself, and mends the others."""

    def __init__(
        self, checker: ClaimChecker, units: Sequence[Unit], said: set[tuple[str, int, int]]
    ) -> None:
        self._checker, self._units, self._said = checker, units, said
        self.dropped = self.repaired = 0

    def mend(self, claims: Sequence[CheckedClaim]) -> Iterator[_Sentence]:
        """What is left of a statement, in order."""
        for claim in claims:
            if claim.holds:
                yield _Sentence(claim.text, (replace(claim, start=0),))
                continue
            unit = None
            if claim.calculation is None:
                unit = repair(claim.text, claim.cited, self._units, self._checker, self._said)
            if unit is None:
                self.dropped += 1
                continue
            self.repaired += 1
            self._said.add(place_of(unit))
            yield _Sentence(unit.text, self._checker.claims(unit.text, [unit.passage]))


class _Writer:
    """Puts sentences one after the other and numbers the footnotes as they come."""

    def __init__(self) -> None:
        self.text = ""
        self.claims: list[Claim] = []
        self.footnotes: dict[tuple[str, int, int], _Footnote] = {}

    def add(self, sentence: _Sentence) -> None:
        """A sentence, then the markers of all its claims."""
        begin = len(self.text) + (1 if self.text else 0)
        used: list[int] = []
        for claim in sentence.claims:
            span = (begin + claim.start, begin + claim.start + len(claim.text))
            notes = {note.index: note for note in self._notes(claim)}
            for note in notes.values():
                note.answer_spans.append(span)
            self.claims.append(
                Claim(claim.text, *span, tuple(notes), claim.verification, claim.calculation)
            )
            used += notes
        markers = "".join(f"{OPEN}{index}{CLOSE}" for index in dict.fromkeys(used))
        self.text += f"{' ' if self.text else ''}{sentence.text} {markers}"

    def _notes(self, claim: CheckedClaim) -> Iterator[_Footnote]:
        for source in claim.sources:
            if source.place not in self.footnotes:
                self.footnotes[source.place] = _Footnote(source, len(self.footnotes) + 1)
            yield self.footnotes[source.place]


def _citation(note: _Footnote) -> Citation:
    source = note.source
    chunk, document = source.passage.hit.chunk, source.passage.hit.document
    return Citation(
        index=note.index,
        id=f"{chunk.id}:{source.start}-{source.end}",
        document_id=document.id,
        document_title=document.title,
        document_uri=document.uri,
        document_version=document.version,
        chunk_id=chunk.id,
        page_numbers=chunk.pages,
        headings=chunk.headings,
        cited_text=chunk.quote(source.start, source.end),
        source_start=source.start,
        source_end=source.end,
        answer_spans=tuple(note.answer_spans),
        score=source.passage.hit.score,
        verification=source.verification,
        effective_from=document.effective_from,
        effective_to=document.effective_to,
        flags=flags(chunk.text),
    )
