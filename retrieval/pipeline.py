"""A question's way: condense, normalise, split, search, rerank, weigh, generate, check, cite."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import zip_longest

from ingestion.models import ScoredChunk
from retrieval.check import ClaimChecker
from retrieval.cite import CitedText, cite
from retrieval.condense import Condenser
from retrieval.decompose import parts
from retrieval.errors import GeneratorError
from retrieval.evidence import EvidenceRanker
from retrieval.generate import Generator
from retrieval.models import (
    AbstainReason,
    Answer,
    Draft,
    Evidence,
    PartEvidence,
    Passage,
    Query,
    Sufficiency,
    Unit,
    Usage,
)
from retrieval.normalise import Normaliser
from retrieval.rerank import rerank
from retrieval.search import Searcher

ABSTENTION = "The documents that you can read do not answer this."


@dataclass(frozen=True, slots=True)
class RagPipeline:
    """The steps of an answer. `fallback` quotes when `generator` fails or is not believed."""

    condenser: Condenser
    normaliser: Normaliser
    searcher: Searcher
    ranker: EvidenceRanker
    generator: Generator
    fallback: Generator
    checker: ClaimChecker
    passages: int = 6
    candidates: int = 30

    def search(self, query: Query, limit: int) -> list[ScoredChunk]:
        """Passages only, reranked, best first."""
        hits, _ = self.find(self.standalone(query), limit)
        return hits[:limit]

    def ask(self, query: Query) -> Answer:
        """Answer with checked footnotes, or abstain and say what came nearest.

        Raises IndexUnavailableError when the store does not answer; a failing model does not
        raise: its place is taken by quotes, and `usage.degraded` says so.
        """
        return self.answer(query, self._gather)

    def answer(self, query: Query, gather: Callable[[Query], Evidence]) -> Answer:
        """As `ask`, with evidence gathered another way: `gather` gets the standalone question."""
        clock = _Clock()
        with clock.step("total"):
            with clock.step("condense"):
                asked = self.standalone(query)
            with clock.step("search"):
                evidence = gather(asked)
            answer = self._answer(evidence, clock)
        return replace(
            answer,
            question=query.text,
            standalone=asked.text,
            ranked=evidence.ranked,
            timings=clock.milliseconds,
            trace_id=uuid.uuid4().hex,
        )

    def standalone(self, query: Query) -> Query:
        """The question as it is searched for: without its conversation, in the documents' words."""
        text = self.condenser.standalone(query.text, query.history)
        text = self.normaliser.normalise(text, query.principal.groups)
        return replace(query, text=text, history=())

    def find(
        self, query: Query, limit: int, keep: Callable[[ScoredChunk], bool] = lambda _: True
    ) -> tuple[list[ScoredChunk], tuple[Unit, ...]]:
        """At least `limit` candidates by hybrid search, ordered by their best sentence.

        Of the candidates only those are ranked that `keep` is true for.
        """
        vector = self.searcher.vector(query.text)
        found = self.searcher.search(query, vector, max(limit, self.candidates))
        hits = [hit for hit in found if keep(hit)]
        passages = [Passage(number, hit) for number, hit in enumerate(hits, start=1)]
        units = self.ranker.rank(query.text, vector, passages)
        return rerank(hits, units), units

    def _gather(self, query: Query) -> Evidence:
        numbered: dict[str, Passage] = {}
        weighed, rankings = [], []
        for part in parts(query.text):
            ranking, found = self.find(replace(query, text=part), self.passages)
            rankings.append(ranking)
            hits = ranking[: self.passages]
            for hit in hits:
                numbered.setdefault(hit.chunk.id, Passage(len(numbered) + 1, hit))
            kept = {hit.chunk.id for hit in hits}
            units = [unit for unit in found if unit.passage.hit.chunk.id in kept]
            units = [replace(u, passage=numbered[u.passage.hit.chunk.id]) for u in units]
            weighed.append(self.ranker.weigh(part, units))
        ranked = tuple(by_turns(rankings))
        return Evidence(query.text, tuple(numbered.values()), tuple(weighed), ranked)

    def _answer(self, evidence: Evidence, clock: "_Clock") -> Answer:
        if not evidence.passages:
            return self._abstain(evidence, "no_documents", Usage(self.generator.name))
        unanswered = tuple(p.question for p in evidence.parts if not p.sufficiency.enough)
        if len(unanswered) == len(evidence.parts):
            return self._abstain(evidence, "thin_evidence", Usage(self.generator.name))
        with clock.step("generate"):
            draft, used, degraded = self._generate(evidence)
        if draft.declined:
            return self._abstain(evidence, "model_declined", _usage(draft, used, 0, None))
        with clock.step("verify"):
            cited = cite(draft.statements, evidence.passages, self.checker)
        if not cited.claims and used is not self.fallback:
            degraded = "None of the model's claims was supported by what it cited; quotes instead."
            unsupported = cited.dropped
            used, quotes = self.fallback, self.fallback.generate(evidence)
            cited = cite(quotes.statements, evidence.passages, self.checker)
            cited = replace(cited, dropped=unsupported + cited.dropped)
        usage = _usage(draft, used, cited.dropped, degraded)
        if not cited.claims:
            return self._abstain(evidence, "nothing_supported", usage)
        return self._cited_answer(evidence, cited, usage, unanswered)

    def _generate(self, evidence: Evidence) -> tuple[Draft, Generator, str | None]:
        try:
            return self.generator.generate(evidence), self.generator, None
        except GeneratorError as error:
            return self.fallback.generate(evidence), self.fallback, f"{error} Quotes instead."

    def _cited_answer(
        self, evidence: Evidence, cited: CitedText, usage: Usage, unanswered: tuple[str, ...]
    ) -> Answer:
        whole = not unanswered and not usage.dropped_claims
        whole = whole and all(claim.verification.status == "supported" for claim in cited.claims)
        return Answer(
            question=evidence.question,
            text=cited.text,
            status="answered" if whole else "partial",
            abstain_reason=None,
            citations=cited.citations,
            claims=cited.claims,
            nearest=tuple(passage.hit for passage in evidence.passages),
            sufficiency=_weakest(evidence.parts),
            usage=usage,
            unanswered=unanswered,
            prompt_version=self.generator.prompt_version if usage.model else None,
        )

    def _abstain(self, evidence: Evidence, reason: AbstainReason, usage: Usage) -> Answer:
        return Answer(
            question=evidence.question,
            text=ABSTENTION,
            status="abstained",
            abstain_reason=reason,
            citations=(),
            claims=(),
            nearest=tuple(passage.hit for passage in evidence.passages),
            sufficiency=_weakest(evidence.parts),
            usage=usage,
            unanswered=tuple(part.question for part in evidence.parts),
        )


def by_turns(rankings: Sequence[Sequence[ScoredChunk]]) -> Iterator[ScoredChunk]:
    """The best of each part, then the second best of each, every passage once."""
    seen: set[str] = set()
    for row in zip_longest(*rankings):
        for hit in row:
            if hit is not None and hit.chunk.id not in seen:
                seen.add(hit.chunk.id)
                yield hit


class _Clock:
    """Wall time by step, in milliseconds."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.milliseconds[name] = round((time.perf_counter() - begun) * 1000, 2)


def _usage(draft: Draft, used: Generator, dropped: int, degraded: str | None) -> Usage:
    return Usage(
        generator=used.name,
        model=draft.model,
        tokens_in=draft.tokens_in,
        tokens_out=draft.tokens_out,
        unknown_markers=draft.unknown_markers,
        dropped_claims=dropped,
        degraded=degraded,
    )


def _weakest(evidence: tuple[PartEvidence, ...]) -> Sufficiency:
    return min((part.sufficiency for part in evidence), key=lambda found: found.confidence)
