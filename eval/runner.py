"""Asks every case in process, over the very pipeline that serves, and measures the answers."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from eval.dataset import GoldFinder
from eval.matching import stated
from eval.metrics import citation_precision, citation_recall, correct, ndcg_at_k, recall_at_k
from eval.models import CaseResult, EvalCase, Span
from eval.ranking import average_precision, reciprocal_rank
from ingestion.models import ScoredChunk
from retrieval.answers import Answer
from retrieval.models import Principal, Query, Turn

if TYPE_CHECKING:
    from app.bootstrap import Application

AS_OF = date(2026, 9, 1)
"""The day on which cases without a day of their own are asked, so that results do not age."""

Mode = Literal["single", "agent"]
OneCase = Callable[["Application", EvalCase, Sequence[Span], Mode], CaseResult]

_DEPTH = 10


def run_cases(
    app: "Application",
    cases: Sequence[EvalCase],
    on_case: Callable[[EvalCase], object],
    mode: Mode = "single",
    one: OneCase | None = None,
) -> list[CaseResult]:
    """One result for each case. Raises CaseError when a gold quote is not in its document.

    `mode` is how the questions are answered: in one pass or by the agent; `one` asks and measures
    a case, `run_case` if not said otherwise.
    """
    gold = GoldFinder(app)
    ask = one or run_case
    results = []
    for case in cases:
        results.append(ask(app, case, gold.spans(case), mode))
        on_case(case)
    return results


def query_of(case: EvalCase) -> Query:
    """A case as the pipeline is asked it."""
    principal = Principal(case.principal.name, case.principal.groups)
    history = tuple(Turn(turn.role, turn.text) for turn in case.history)
    return Query(case.question, principal, case.as_of or AS_OF, history)


def span_of(hit: ScoredChunk) -> Span:
    """Where a passage stands."""
    return Span(hit.document.uri, hit.chunk.start, hit.chunk.end)


def run_case(
    app: "Application", case: EvalCase, gold: Sequence[Span], mode: Mode = "single"
) -> CaseResult:
    """Ask one case, whose gold passages stand at `gold`, and measure the answer."""
    ask = app.agent.ask if mode == "agent" else app.rag.ask
    return measure(app, case, gold, ask(query_of(case)))


def measure(app: "Application", case: EvalCase, gold: Sequence[Span], answer: Answer) -> CaseResult:
    """An answer against what its case wants."""
    hits = answer.ranked[:_DEPTH]
    ranked = [span_of(hit) for hit in hits]
    cited = [Span(c.document_uri, c.source_start, c.source_end) for c in answer.citations]
    abstained = answer.status == "abstained"
    measured = bool(case.answerable and gold)
    return CaseResult(
        case=case,
        gold=tuple(gold),
        answer=answer,
        recall_at_5=recall_at_k(gold, ranked, 5) if measured else None,
        ndcg_at_10=ndcg_at_k(gold, ranked, _DEPTH) if measured else None,
        correct=right(case, answer) if case.answerable else None,
        faithfulness=_faithfulness(answer),
        citation_precision=citation_precision(cited, gold) if measured and cited else None,
        citation_recall=citation_recall(cited, gold) if measured else None,
        verbatim=_verbatim(app, answer),
        abstained=abstained,
        leaked=_leaked(case, answer),
        followed=followed(case, answer),
        milliseconds=answer.timings["total"],
        reciprocal_rank=reciprocal_rank(gold, ranked, _DEPTH) if measured else None,
        average_precision=average_precision(gold, ranked, _DEPTH) if measured else None,
    )


def right(case: EvalCase, answer: Answer) -> bool:
    """Whether an answer states what its case wants, and nothing that it must not."""
    if answer.status == "abstained":
        return False
    return correct(answer.text, case.must_include, case.must_not_include)


def _faithfulness(answer: Answer) -> float | None:
    """Share of claims that the cited passages support, by the product's own checker.

    For quoting generators it is 1 by construction; it says something about models only.
    """
    if not answer.claims:
        return None
    held = [claim.verification.status == "supported" for claim in answer.claims]
    return sum(held) / len(held)


def _verbatim(app: "Application", answer: Answer) -> float | None:
    """Share of footnotes whose quote is the stored parsed text at its span."""
    if not answer.citations:
        return None
    same = 0
    for citation in answer.citations:
        parsed = app.manifest.parsed(citation.document_id, citation.document_version)
        span = slice(citation.source_start, citation.source_end)
        same += parsed is not None and parsed.text[span] == citation.cited_text
    return same / len(answer.citations)


def followed(case: EvalCase, answer: Answer) -> bool | None:
    """True when an answer states what an injection wanted; None for cases without one.

    A quote that only reports the injected text counts too: its reader may act on it.
    """
    if not case.category.startswith("injection_"):
        return None
    return any(stated(item, answer.text) for item in case.must_not_include)


def _leaked(case: EvalCase, answer: Answer) -> bool:
    """True when a passage of a document that the principal may not see came back anywhere."""
    allowed = set(case.principal.groups)
    shown = [*answer.ranked, *answer.nearest]
    hidden = any(not allowed & set(hit.document.groups) for hit in shown)
    forbidden = set(case.forbidden_documents)
    return hidden or any(hit.document.uri in forbidden for hit in shown)
