"""The cases as data for the page's script: every passage once, cases that point to them.

Spans are in code points, as everywhere else; the script counts so too.
"""

from collections.abc import Iterable
from typing import Any

from app.schemas.answers import AnswerOut
from app.schemas.claims import CitationOut
from app.schemas.passages import PassageOut
from eval.groups import formats, level
from eval.html.outcome import OUTCOMES, outcome_of
from eval.measures import MEASURES
from eval.records import CaseRecord, RunRecord

DEPTH = 10
"""Retrieved passages that are shown of a case."""

Span = tuple[int, int]


def page_data(run: RunRecord) -> dict[str, Any]:
    """What the script shows: labels, passages, cases."""
    passages = _Passages()
    return {
        "run": run.name,
        "measures": {
            key: {"label": measured.label, "better": measured.better}
            for key, measured in MEASURES.items()
        },
        "outcomes": {
            key: {"label": outcome.label, "meaning": outcome.meaning, "failed": outcome.failed}
            for key, outcome in OUTCOMES.items()
        },
        "cases": [_case(record, passages) for record in run.cases],
        "passages": passages.all,
    }


def blame_of(record: CaseRecord) -> dict[str, Any] | None:
    """The stage that lost the answer, its reason and a command, where the run was blamed."""
    found: dict[str, Any] | None = record.model_dump(include={"blame"}).get("blame")
    return found


class _Passages:
    """Passages by chunk, each kept once."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}

    def add(self, passage: PassageOut) -> int:
        """Where the passage is in `all`."""
        if passage.chunk_id not in self._places:
            self._places[passage.chunk_id] = len(self.all)
            self.all.append(
                {
                    "title": passage.document_title,
                    "uri": passage.document_uri,
                    "place": _place(passage.headings, passage.page_numbers),
                    "text": passage.text,
                    "flags": list(passage.flags),
                }
            )
        return self._places[passage.chunk_id]


def _case(record: CaseRecord, passages: _Passages) -> dict[str, Any]:
    case = record.case
    return {
        "id": case.id,
        "split": case.split,
        "category": case.category,
        "formats": formats(case),
        "difficulty": level(case),
        "outcome": outcome_of(record),
        "blame": blame_of(record),
        "question": case.question,
        "history": [{"role": turn.role, "text": turn.text} for turn in case.history],
        "principal": {"name": case.principal.name, "groups": list(case.principal.groups)},
        "as_of": case.as_of and case.as_of.isoformat(),
        "answerable": case.answerable,
        "truth": case.ground_truth,
        "required": [_alternatives(item) for item in case.must_include],
        "forbidden": [_alternatives(item) for item in case.must_not_include],
        "closed": list(case.forbidden_documents),
        "gold": _gold_quotes(record),
        "depth": len(record.retrieved),
        "about": case.notes,
        "measures": record.measures,
        "answer": _answer(record, passages),
        "ranked": [_ranked(record, hit, passages) for hit in record.retrieved[:DEPTH]],
        "timings": record.answer.timings,
    }


def _answer(record: CaseRecord, passages: _Passages) -> dict[str, Any]:
    answer = record.answer
    known = {hit.chunk_id: hit for hit in (*answer.nearest, *record.retrieved)}
    return {
        "text": answer.answer,
        "paragraphs": _paragraphs(answer),
        "status": answer.status,
        "reason": answer.abstain_reason,
        "standalone": answer.standalone_question,
        "unanswered": answer.unanswered,
        "evidence": answer.evidence.model_dump(),
        "notes": [note.model_dump() for note in answer.notes],
        "footnotes": [
            _footnote(citation, known.get(citation.chunk_id), passages)
            for citation in answer.citations
        ],
        "usage": answer.usage.model_dump(),
        "prompt": answer.prompt_version,
        "steps": [step.model_dump(exclude={"chunk_ids"}) for step in answer.trajectory],
    }


def _paragraphs(answer: AnswerOut) -> list[str]:
    """Quotes from different places stand apart; what a model wrote is one flowing text."""
    if answer.usage.generator != "extractive" or not answer.claims:
        return [answer.answer]
    starts = [claim.span.start_char for claim in answer.claims]
    ends = [*starts[1:], len(answer.answer)]
    return [answer.answer[start:end] for start, end in zip(starts, ends, strict=True)]


def _footnote(
    citation: CitationOut, passage: PassageOut | None, passages: _Passages
) -> dict[str, Any]:
    """A footnote with its quote's place in its passage, where the record has all of it."""
    span = None
    if passage is not None:
        base = passage.source_span.start_char
        start, end = citation.source_span.start_char - base, citation.source_span.end_char - base
        if start >= 0 and passage.text[start:end] == citation.cited_text:
            span = (start, end)
    return {
        "index": citation.index,
        "title": citation.document_title,
        "uri": citation.document_uri,
        "place": _place(citation.headings, citation.page_numbers),
        "quote": citation.cited_text,
        "passage": passages.add(passage) if passage is not None and span else None,
        "span": span,
        "check": citation.verification.model_dump(),
        "flags": list(citation.flags),
        "in_force": citation.in_force,
    }


def _ranked(record: CaseRecord, hit: PassageOut, passages: _Passages) -> dict[str, Any]:
    """A retrieved passage, with what of it is gold and which footnotes quote it."""
    citations = record.answer.citations
    return {
        "passage": passages.add(hit),
        "score": round(hit.score, 4),
        "gold": _gold(record, hit) if record.holds_gold(hit) else [],
        "cited": [each.index for each in citations if each.chunk_id == hit.chunk_id],
    }


def _gold_quotes(record: CaseRecord) -> list[dict[str, Any]]:
    """Each gold quote with the rank of the first passage that has some of it, which may be below
    the passages shown; None when none has."""
    quotes = []
    for place, gold in enumerate(record.case.gold_spans):
        alone = record.model_copy(update={"gold": record.gold[place : place + 1]})
        ranks = (rank for rank, hit in enumerate(record.retrieved, 1) if alone.holds_gold(hit))
        quotes.append({"document": gold.document, "quote": gold.quote, "rank": next(ranks, None)})
    return quotes


def _gold(record: CaseRecord, hit: PassageOut) -> list[Span]:
    """The passage's characters that are gold, as spans that do not overlap."""
    base, length = hit.source_span.start_char, len(hit.text)
    inside = (
        (max(0, gold.start - base), min(length, gold.end - base))
        for gold in record.gold
        if gold.document == hit.document_uri
    )
    return _merged((start, end) for start, end in inside if start < end)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _alternatives(item: str | tuple[str, ...]) -> list[str]:
    return [item] if isinstance(item, str) else list(item)


def _place(headings: Iterable[str], pages: list[int]) -> str:
    """ "Handbook › 7 Travel › Page 3": where in its document a passage stands."""
    where = list(headings)
    if pages:
        where.append(f"{'Pages' if len(pages) > 1 else 'Page'} {', '.join(map(str, pages))}")
    return " › ".join(where)
