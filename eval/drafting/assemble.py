"""From everything that could be asked to a balanced set of cases."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from app.bootstrap import Application
from eval.drafting.contacts import contacts
from eval.drafting.corpus import corpus_of
from eval.drafting.definitions import definitions
from eval.drafting.models import KINDS, Corpus, Draft, Piece
from eval.drafting.negatives import Negatives, answered
from eval.drafting.sentences import clauses, dates
from eval.drafting.tables import table_questions
from eval.drafting.wording import self_contained
from eval.matching import stated
from eval.models import CasePrincipal, EvalCase, GoldSpan
from ingestion.embed import Bm25Encoder
from retrieval.models import Principal, Query

Make = Callable[[Piece, Corpus], Iterator[Draft]]

NOT_REVIEWED = "drafted, not reviewed"
NEGATIVES = 5
"""One case in so many has no answer."""

FEW_TERMS = 4
"""Content words, "many" and the unit among them, of a question that could be about anything."""

_MAKERS: tuple[Make, ...] = (definitions, clauses, dates, contacts)
_SEARCHED = 10
MOST = 500
"""Negatives of a sort that are tried at most; each costs a search."""


def drafts(app: Application, groups: tuple[str, ...], limit: int, day: date) -> list[Draft]:
    """At most `limit` drafts, balanced over kinds and documents; the same for the same documents.

    They are asked by somebody with these groups on that day.
    """
    corpus = corpus_of(app, groups, day)
    made = [d for piece in corpus.pieces for make in _MAKERS for d in make(piece, corpus)]
    made += [d for table in corpus.tables for d in table_questions(table, corpus)]
    sparse = app.rag.searcher.sparse
    named = [in_context(draft, sparse) for draft in made if acceptable(draft)]
    positive = unambiguous(named)
    chosen = balanced(one_a_piece(positive), limit - limit // NEGATIVES)
    wanted = min(limit // NEGATIVES, max(1, len(chosen) // (NEGATIVES - 1)))
    return chosen + _unanswered(app, Negatives(corpus, sparse), groups, wanted, day)


def _unanswered(
    app: Application, made: Negatives, groups: tuple[str, ...], wanted: int, day: date
) -> list[Draft]:
    """Negatives of both sorts by turns, of which a search finds nothing that may answer."""
    sorts = [
        balanced(list({d.question: d for d in sort if self_contained(d.question)}.values()), MOST)
        for sort in (made.missing_rows(), made.unknown_codes())
    ]
    kept: list[Draft] = []
    for draft in _by_turns(sorts):
        if len(kept) == wanted:
            break
        query = Query(draft.question, Principal("asker", groups), day)
        passages = [hit.in_place for hit in app.rag.search(query, _SEARCHED)]
        if not answered(draft.question, passages, app.rag.searcher.sparse):
            kept.append(draft)
    return kept


def acceptable(draft: Draft) -> bool:
    """The piece states the value, the question does not, and can be understood by itself."""
    words = len(draft.question.split())
    return (
        draft.piece is not None
        and 3 <= words <= 32
        and self_contained(draft.question)
        and stated(draft.value, draft.piece.text)
        and not stated(draft.value, draft.question)
    )


def in_context(draft: Draft, sparse: Bm25Encoder) -> Draft:
    """A rule whose question says little by itself is asked of its document."""
    little = len(sparse.terms(draft.question)) <= FEW_TERMS and draft.kind in ("clause", "date")
    common = draft.kind == "definition" and draft.question.startswith("What is the ")
    return _of_its_document(draft) if little or common else draft


def unambiguous(found: Sequence[Draft]) -> list[Draft]:
    """Without doubles; a question with several answers names its document, or goes.

    Two documents that agree make one case, with the first one's quote.
    """
    groups: dict[str, list[Draft]] = defaultdict(list)
    for draft in found:
        groups[draft.question.casefold()].append(draft)
    kept = []
    for members in groups.values():
        if len({member.value for member in members}) == 1:
            kept.append(members[0])
            continue
        for member in members:
            same = [each for each in members if each.about.title == member.about.title]
            if len({each.value for each in same}) == 1 and member is same[0]:
                kept.append(_of_its_document(member))
    return [draft for draft in kept if acceptable(draft)]


def one_a_piece(found: Sequence[Draft]) -> list[Draft]:
    """One question for each quote: the first kind of KINDS, of a row's cells any."""
    best: dict[tuple[str, int], Draft] = {}
    for draft in sorted(found, key=lambda d: (KINDS.index(d.kind), _order(d.question))):
        if draft.piece is not None:
            best.setdefault((draft.about.id, draft.piece.start), draft)
    return list(best.values())


def balanced(found: Sequence[Draft], limit: int) -> list[Draft]:
    """Kinds by turns, and of each kind documents by turns, in an order that never changes."""
    by_kind = {
        kind: _by_turns(_documents(draft for draft in found if draft.kind == kind))
        for kind in KINDS
    }
    return list(_by_turns(list(by_kind.values())))[:limit]


def cases_of(found: Sequence[Draft], groups: tuple[str, ...], day: date) -> list[EvalCase]:
    """The drafts as cases; half are `dev` and half `test`, by a hash of the question."""
    return [
        EvalCase(
            id=f"draft-{number:03}",
            split="dev" if int(_order(draft.question), 16) % 2 else "test",
            question=draft.question,
            principal=CasePrincipal(name="asker", groups=groups),
            as_of=day,
            category=draft.category,
            answerable=draft.piece is not None,
            ground_truth=draft.piece.text if draft.piece else "The documents do not say.",
            must_include=(draft.value,) if draft.value else (),
            gold_spans=(
                (GoldSpan(document=draft.about.uri, quote=draft.piece.text),) if draft.piece else ()
            ),
            notes=f"{NOT_REVIEWED} ({draft.kind})",
        )
        for number, draft in enumerate(found, start=1)
    ]


def _of_its_document(draft: Draft) -> Draft:
    title = draft.about.title
    if title.casefold() in draft.question.casefold():
        return draft
    return replace(draft, question=f"{draft.question[:-1]} according to “{title}”?")


def _documents(found: Iterable[Draft]) -> list[list[Draft]]:
    groups: dict[str, list[Draft]] = defaultdict(list)
    for draft in found:
        groups[draft.about.uri].append(draft)
    ordered = sorted(groups, key=_order)
    return [sorted(groups[uri], key=lambda draft: _order(draft.question)) for uri in ordered]


def _by_turns(lists: Sequence[Iterable[Draft]]) -> list[Draft]:
    rows = [list(each) for each in lists]
    longest = max(map(len, rows), default=0)
    return [row[turn] for turn in range(longest) for row in rows if turn < len(row)]


def _order(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
