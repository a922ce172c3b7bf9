"""From checked statements to an answer with numbered footnotes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from retrieval.check import ClaimChecker
from retrieval.injection import flags
from retrieval.models import Citation, Claim, Passage, Statement, Verification

OPEN, CLOSE = "【", "】"


@dataclass(frozen=True, slots=True)
class CitedText:
    """The answer's text with its markers, one to one with its citations."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped: int


@dataclass(slots=True)
class _Footnote:
    passage: Passage
    start: int
    end: int
    index: int
    verification: Verification
    answer_spans: list[tuple[int, int]] = field(default_factory=list)


def cite(
    statements: Sequence[Statement], passages: Sequence[Passage], checker: ClaimChecker
) -> CitedText:
    """Check each statement against the passages it cites and set the footnotes.

    A statement that cites nothing, or that its passages do not support, is dropped and counted.
    """
    by_number = {passage.number: passage for passage in passages}
    footnotes: dict[tuple[str, int, int], _Footnote] = {}
    claims: list[Claim] = []
    text = ""
    dropped = 0
    for statement in statements:
        cited = [by_number[number] for number in statement.passages]
        verification = checker.check(statement.text, cited)
        if not cited or verification.status == "unsupported":
            dropped += 1
            continue
        begin = len(text) + (1 if text else 0)
        span = (begin, begin + len(statement.text))
        notes = [_note(statement.text, passage, checker, footnotes) for passage in cited]
        indexes = tuple(dict.fromkeys(note.index for note in notes))
        for note in {note.index: note for note in notes}.values():
            note.answer_spans.append(span)
        markers = "".join(f"{OPEN}{index}{CLOSE}" for index in indexes)
        text += f"{' ' if text else ''}{statement.text} {markers}"
        claims.append(Claim(statement.text, *span, indexes, verification))
    citations = tuple(_citation(note) for note in footnotes.values())
    return CitedText(text, tuple(claims), citations, dropped)


def _note(
    claim: str,
    passage: Passage,
    checker: ClaimChecker,
    footnotes: dict[tuple[str, int, int], _Footnote],
) -> _Footnote:
    start, end = checker.best_span(claim, passage)
    key = (passage.hit.chunk.id, start, end)
    if key not in footnotes:
        verification = checker.check(claim, [passage])
        footnotes[key] = _Footnote(passage, start, end, len(footnotes) + 1, verification)
    return footnotes[key]


def _citation(note: _Footnote) -> Citation:
    chunk, document = note.passage.hit.chunk, note.passage.hit.document
    return Citation(
        index=note.index,
        id=f"{chunk.id}:{note.start}-{note.end}",
        document_id=document.id,
        document_title=document.title,
        document_uri=document.uri,
        document_version=document.version,
        chunk_id=chunk.id,
        page_numbers=chunk.pages,
        headings=chunk.headings,
        cited_text=chunk.quote(note.start, note.end),
        source_start=note.start,
        source_end=note.end,
        answer_spans=tuple(note.answer_spans),
        score=note.passage.hit.score,
        verification=note.verification,
        flags=flags(chunk.text),
    )
