"""Questions that ask for all of something, and the table rows that make the list."""

import re
from collections.abc import Callable, Sequence

from ingestion.models import ScoredChunk, Spans
from retrieval.models import PartEvidence, Unit
from retrieval.table_row import Cell, cells, is_row, named_cells, words

MAX_ROWS = 12
"""A longer list is no answer to read; the question is then answered as any other."""

# A word that ends in "s" and is neither a verb nor one of "us", "this", "less".
_PLURAL = r"(?!(?:is|was|does|has)\b)[\w-]*[a-z](?<![isu])s\b"
_VERB = (
    r"\b(?:are|were|have|do|can|cannot|must|may|should|need|will"
    r"|(?:are|were|have|do|ca|must|should|need|wo)n't|dont|cant)\b"
)
_ASKS_FOR_ALL = re.compile(
    r"\b(?:list|name|give|show|need)\b[^.?!]*\b(?:all|every|each)\b"
    r"|\b(?:full|whole|complete|entire) (?:[\w-]+ )?list\b"
    rf"|\ball (?:of )?(?:(?:the|our|my|your) )?{_PLURAL}"
    rf"|\b(?:which|what)(?: of)?(?: (?!(?:is|was|does|has)\b)[\w-]+){{0,5}}? {_PLURAL}"
    rf"(?: [\w-]+){{0,4}}? {_VERB}"
    r"|\bwho (?:are|were|have|got)\b",
    re.IGNORECASE,
)

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|cannot|without|except|\w+n't|dont|cant|doesnt)\b", re.I
)

Span = tuple[int, int]
Row = tuple[ScoredChunk, int, int]
"""A row's passage and its span in characters of the parsed text."""


def asks_for_all(question: str) -> bool:
    """True for "which rooms are", "the whole list", "all our partners", not for "which room is"."""
    return _ASKS_FOR_ALL.search(question) is not None


def same_table(one: ScoredChunk, other: ScoredChunk) -> bool:
    """True when both passages belong to one document and stand under the same headings."""
    return (one.chunk.document_id, one.chunk.headings) == (
        other.chunk.document_id,
        other.chunk.headings,
    )


def table_asked_for(part: PartEvidence) -> Unit | None:
    """The best unit where it is a row of the table that the question asks for all of."""
    best = best_fitting(part)
    return best if best and is_row(best.text) and asks_for_all(part.question) else None


def listed_rows(part: PartEvidence, hits: Sequence[ScoredChunk]) -> tuple[Row, ...]:
    """The rows among `hits` that answer a question for all of something, in document order.

    They are the rows of the best unit's table that have the cells which the question names and
    the best row has ("level: Premier"). Where a negation comes before the name ("which can't I
    book in Rota"), they are the rows with another value under that header. Empty when the
    question asks for no list, names no cell, or when one row or more than `MAX_ROWS` match.
    """
    best = table_asked_for(part)
    wanted = named_cells(best.text, part.question) if best else ()
    if best is None or not wanted:
        return ()
    excluded = frozenset(cell for cell in wanted if _is_excluded(cell, part.question))
    found: dict[Span, Row] = {}
    for hit in hits:
        if same_table(hit, best.passage.hit):
            for span in _rows(hit):
                if _matches(hit.chunk.quote(*span), wanted, excluded):
                    found.setdefault(span, (hit, *span))
    return tuple(found[span] for span in sorted(found)) if 1 < len(found) <= MAX_ROWS else ()


def rest_of_list(
    part: PartEvidence, document: Callable[[str], Sequence[ScoredChunk]]
) -> list[ScoredChunk]:
    """The passages that hold the list a question asks for, from its whole document.

    `document` gives the passages of a document that the principal may see. It is called only
    when there is a list to complete: a search brings the nearest rows of a table, not all.
    """
    best = table_asked_for(part)
    if best is None or not part.sufficiency.enough or not named_cells(best.text, part.question):
        return []
    rows = listed_rows(part, document(best.passage.hit.document.id))
    return list({hit.chunk.id: hit for hit, _, _ in rows}.values())


def best_fitting(part: PartEvidence) -> Unit | None:
    """The best unit that states the kind of value asked for; None when none does."""
    return next((unit for unit in part.units if unit.fits), None)


def _rows(hit: ScoredChunk) -> Spans:
    return tuple(span for span in hit.chunk.quotable if is_row(hit.chunk.quote(*span)))


def _matches(row: str, wanted: Sequence[Cell], excluded: frozenset[Cell]) -> bool:
    found = dict(cells(row))
    return all(
        header in found and (found[header] == value) != ((header, value) in excluded)
        for header, value in wanted
    )


def _is_excluded(cell: Cell, question: str) -> bool:
    """True when a negation stands before the value's words and is not itself part of them."""
    _, value = cell
    if _NEGATION.search(value):
        return False
    asked, named = words(question), set(words(value))
    before = asked[: min(at for at, word in enumerate(asked) if word in named)]
    return _NEGATION.search(" ".join(before)) is not None
