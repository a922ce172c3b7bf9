"""Which version of a document an answer rests on, and whether it was in force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ingestion.models import Document
from retrieval.answers import Citation, Note
from retrieval.models import Evidence, Unit


def in_force(document: Document | Citation, day: date) -> bool:
    """Whether a day lies in a document's validity; both ends are inclusive."""
    begins, ends = document.effective_from, document.effective_to
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def successors(documents: Sequence[Document]) -> Mapping[str, Document]:
    """The documents by what they supersede: a URI or an id."""
    return {document.supersedes: document for document in documents if document.supersedes}


def current_first(units: Sequence[Unit], day: date) -> tuple[Unit, ...]:
    """The units with no superseded document before the one in force on a day that replaces it.

    Where only the old version was found, it keeps its rank.
    """
    documents = [unit.passage.hit.document for unit in units]
    newer = successors(documents)
    firsts: dict[str, int] = {}
    for rank, document in enumerate(documents):
        firsts.setdefault(document.id, rank)

    def place(ranked: tuple[int, Unit]) -> tuple[float, int]:
        rank, unit = ranked
        latest = _latest(unit.passage.hit.document, newer)
        replaced = latest.id != unit.passage.hit.document.id and in_force(latest, day)
        return (max(rank, firsts[latest.id] + 0.5) if replaced else rank), rank

    return tuple(unit for _, unit in sorted(enumerate(units), key=place))


def belongs_to(day: date, then: Evidence, now: Evidence, as_of: date | None) -> bool:
    """Whether a question that names `day` is answered by what was in force then, not now.

    Only where the best unit of then has a version of its own that is not in force on `as_of`, and
    there is nothing now, or the best unit of now was not in force on `day`. A day that a question
    says of events ("in March 2025") finds the same document on both days, and changes nothing.
    """
    old, new = _best(then), _best(now)
    if old is None or (as_of is not None and in_force(old, as_of)):
        return False
    return old.effective_to is not None and (new is None or not in_force(new, day))


def dated(
    citations: Sequence[Citation],
    newer: Mapping[str, Document],
    as_of: date | None,
    today: date,
) -> tuple[tuple[Citation, ...], tuple[Note, ...]]:
    """The citations with their documents' standing, and a note for each outdated document.

    `newer` are the documents that the asker can see, by what they supersede. Standing is that of
    `as_of`, of `today` where no day was asked for.
    """
    day = as_of or today
    marked = []
    for citation in citations:
        next_one = newer.get(citation.document_uri) or newer.get(citation.document_id)
        replaced = next_one is not None and (next_one.effective_from or day) <= day
        marked.append(
            replace(
                citation,
                in_force=None if as_of is None else in_force(citation, day),
                superseded_by=next_one.title if next_one and replaced else None,
            )
        )
    return tuple(marked), tuple(_standings(marked, day))


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


def _latest(document: Document, newer: Mapping[str, Document]) -> Document:
    """The end of the chain of versions; a chain in a circle ends where it began again."""
    seen = {document.id}
    while True:
        following = newer.get(document.uri) or newer.get(document.id)
        if following is None or following.id in seen:
            return document
        seen.add(following.id)
        document = following


def _best(evidence: Evidence) -> Document | None:
    """The document of the best unit that fits; None where no part has enough evidence."""
    for part in evidence.parts:
        if part.sufficiency.enough:
            return next(unit.passage.hit.document for unit in part.units if unit.fits)
    return None
