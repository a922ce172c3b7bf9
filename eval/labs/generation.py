"""Faults between the passages and the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from random import Random

from app.bootstrap import Application
from eval.labs.lab import Lab, Move, changed
from eval.plant import UNSUPPORTED
from retrieval.answers import Draft, Statement, Verification
from retrieval.check import ClaimChecker
from retrieval.generate import Generator
from retrieval.models import Evidence, Passage


@dataclass(frozen=True, slots=True)
class _Inventor:
    """A generator that makes things up: in what another one quotes, it makes one thing false."""

    real: Generator
    name: str = "inventor"
    prompt_version: str | None = None

    def generate(self, evidence: Evidence) -> Draft:
        draft = self.real.generate(evidence)
        passages = {passage.number: passage for passage in evidence.passages}
        said = tuple(self._invented(statement, passages) for statement in draft.statements)
        return replace(draft, statements=said)

    def _invented(self, statement: Statement, passages: dict[int, Passage]) -> Statement:
        if statement.calculation is not None or not statement.passages:
            return statement
        around = passages[statement.passages[0]].hit.chunk.text
        text = next(_falsehoods(statement.text, around), statement.text)
        return replace(statement, text=text)


def _falsehoods(text: str, around: str) -> Iterator[str]:
    random = Random(text)
    for make in UNSUPPORTED.values():
        yield from make(text, around, random)


@dataclass(frozen=True, slots=True)
class _Believing(ClaimChecker):
    """Believes every claim."""

    def check(self, _: str, __: Sequence[Passage]) -> Verification:
        return Verification("supported", "lexical", 1.0)


def _inventing(app: Application) -> Application:
    return replace(app, rag=replace(app.rag, generator=_Inventor(app.rag.generator)))


def _unchecked(app: Application) -> Application:
    parts = {part.name: getattr(app.rag.checker, part.name) for part in fields(ClaimChecker)}
    return replace(app, rag=replace(app.rag, checker=_Believing(**parts)))


def _never_abstaining(app: Application) -> Application:
    options = replace(app.rag.ranker.options, threshold=0.0)
    ranker = replace(app.rag.ranker, options=options)
    return replace(app, rag=replace(app.rag, ranker=ranker))


LABS = (
    Lab(
        "truncated-context",
        "One passage to answer from",
        changed(lambda app: replace(app, rag=replace(app.rag, passages=1))),
        moves=(Move("correctness", -1, 0.05), Move("citation_recall", -1, 0.05)),
        holds=("recall_at_5",),
        blamed="rerank",
    ),
    Lab(
        "no-abstain",
        "An answer to every question",
        changed(_never_abstaining),
        moves=(Move("false_answers", 1, 0.3), Move("over_refusal", -1, 0.1)),
        holds=("recall_at_5", "ndcg_at_10", "leaks"),
        blamed="abstain",
        categories=(
            "unanswerable_near_miss",
            "unanswerable_off_topic",
            "no_access",
            "single_fact",
            "exact_identifier",
        ),
        unanswerable=True,
    ),
    Lab(
        "no-claim-check",
        "A model that makes things up, and nobody who checks",
        changed(lambda app: _unchecked(_inventing(app))),
        moves=(Move("correctness", -1, 0.1),),
        holds=("faithfulness", "recall_at_5", "leaks"),
        blamed="generate",
        control=_inventing,
    ),
)
