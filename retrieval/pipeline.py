"""A question's way: condense, normalise, split, search, rerank, weigh, generate, check, cite."""

import uuid
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial

from ingestion.models import ScoredChunk
from retrieval.abstention import shortfall
from retrieval.answers import Answer, Draft, Finding, Statement, Usage
from retrieval.as_of import named_day, without_days
from retrieval.check import ClaimChecker
from retrieval.cite import CitedText, cite
from retrieval.clock import Clock, today
from retrieval.compose import abstained, answered, unanswered_parts, usage_of, with_rewriting
from retrieval.condense import Condensed, Condenser
from retrieval.decompose import parts
from retrieval.errors import GeneratorError
from retrieval.evidence import EvidenceRanker
from retrieval.generate import Generator
from retrieval.listing import rest_of_list
from retrieval.models import Evidence, Passage, Query, Unit
from retrieval.normalise import Normaliser
from retrieval.notes import Reader, complete, notes
from retrieval.numbering import Numbering
from retrieval.rerank import by_turns, rerank
from retrieval.search import Searcher
from retrieval.versions import belongs_to, current_first, dated, in_force, successors


@dataclass(frozen=True, slots=True)
class RagPipeline:
    """The steps of an answer. `fallback` quotes when `generator` fails or is not believed.

    Without a `normaliser` questions are searched as they are written; without `decomposes` they
    stay whole; without a `reader` there are no notes but those on versions.
    """

    condenser: Condenser
    normaliser: Normaliser | None
    searcher: Searcher
    ranker: EvidenceRanker
    generator: Generator
    fallback: Generator
    checker: ClaimChecker
    reader: Reader | None = None
    passages: int = 6
    candidates: int = 30
    decomposes: bool = True

    def search(self, query: Query, limit: int) -> list[ScoredChunk]:
        """Passages only, reranked, best first."""
        hits, _ = self.find(self.standalone(query), limit)
        return hits[:limit]

    def ask(self, query: Query) -> Answer:
        """Answer with checked footnotes, or abstain and say what came nearest.

        Raises IndexUnavailableError when the store does not answer; a failing model does not
        raise: its place is taken by quotes, and `usage.degraded` says so.
        """
        return self.answer(query, self.gather)

    def answer(self, query: Query, gather: Callable[[Query], Evidence]) -> Answer:
        """As `ask`, with evidence gathered another way: `gather` gets the standalone question."""
        clock = Clock()
        with clock.step("total"):
            with clock.step("condense"):
                asked, condensed = self._condense(query)
            with clock.step("search"):
                evidence = gather(asked)
            answer = self._dated(self._answer(evidence, clock), query)
        return replace(
            answer,
            question=query.text,
            standalone=asked.text,
            topic_shift=condensed.topic_shift,
            usage=with_rewriting(answer.usage, condensed),
            ranked=evidence.ranked,
            timings=clock.milliseconds,
            trace_id=uuid.uuid4().hex,
        )

    def standalone(self, query: Query) -> Query:
        """The question as it is searched for: without its conversation, in the documents' words."""
        return self._condense(query)[0]

    def _condense(self, query: Query) -> tuple[Query, Condensed]:
        condensed = self.condenser.condense(query.text, query.history)
        text = condensed.text
        if self.normaliser is not None:
            text = self.normaliser.normalise(text, query.principal.groups)
        return replace(query, text=text, history=()), condensed

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
        if query.as_of is None:
            units = current_first(units, today())
        return rerank(hits, units), units

    def _gather(self, query: Query) -> Evidence:
        numbering = Numbering()
        weighed, rankings = [], []
        for part in parts(query.text) if self.decomposes else (query.text,):
            ranking, found = self.find(replace(query, text=part), self.passages)
            rankings.append(ranking)
            hits = ranking[: self.passages]
            numbering.add(hits)
            kept = {hit.chunk.id for hit in hits}
            units = numbering.units(u for u in found if u.passage.hit.chunk.id in kept)
            weighed.append(self.ranker.weigh(part, units))
            numbering.add(rest_of_list(weighed[-1], partial(self.searcher.document, query)))
        ranked = tuple(by_turns(rankings))
        return Evidence(query.text, numbering.passages, tuple(weighed), ranked, query.as_of)

    def gather(self, query: Query) -> Evidence:
        """Evidence of the day of the question; of a day that it names, where that answers it."""
        found = self._gather(query)
        day = named_day(query.text, query.as_of or today())
        if day is None or day == query.as_of:
            return found
        then = self._gather(replace(query, text=without_days(query.text), as_of=day))
        return then if belongs_to(day, then, found, query.as_of) else found

    def _answer(self, evidence: Evidence, clock: Clock) -> Answer:
        if not evidence.passages:
            return abstained(evidence, "no_documents", Usage(self.generator.name))
        if len(unanswered_parts(evidence)) == len(evidence.parts):
            reason = shortfall(evidence.parts)
            return abstained(evidence, reason, Usage(self.generator.name))
        with clock.step("generate"):
            draft, used, degraded = self._generate(evidence)
        if draft.declined:
            return abstained(evidence, "model_declined", usage_of(draft, used.name))
        findings = self.reader.findings(evidence) if self.reader else ()
        whole = complete(draft, findings, evidence.passages, self.checker)
        with clock.step("verify"):
            units = [u for p in evidence.parts if p.sufficiency.enough for u in p.units]
            cited = cite(whole.statements, evidence.passages, self.checker, units)
        added = set(whole.statements) - set(draft.statements)
        if used is not self.fallback and not _any_own(cited, added):
            degraded = "None of the model's claims was supported by what it cited; quotes instead."
            used, cited = self.fallback, self._quoted(evidence, findings, cited)
        usage = replace(
            usage_of(draft, used.name),
            dropped_claims=cited.dropped,
            repaired_claims=cited.repaired,
            degraded=degraded,
            judge_degraded=cited.degraded,
        )
        if not cited.claims:
            return abstained(evidence, "nothing_supported", usage)
        noted = notes(findings, cited.citations)
        return answered(evidence, cited, usage, noted, self.generator.prompt_version)

    def _generate(self, evidence: Evidence) -> tuple[Draft, Generator, str | None]:
        try:
            return self.generator.generate(evidence), self.generator, None
        except GeneratorError as error:
            return self.fallback.generate(evidence), self.fallback, f"{error} Quotes instead."

    def _quoted(
        self, evidence: Evidence, findings: Sequence[Finding], unsupported: CitedText
    ) -> CitedText:
        """Quotes in the place of an answer of which nothing was supported: all of it is dropped."""
        quotes = complete(
            self.fallback.generate(evidence), findings, evidence.passages, self.checker
        )
        cited = cite(quotes.statements, evidence.passages, self.checker)
        return replace(cited, dropped=unsupported.dropped + unsupported.repaired + cited.dropped)

    def _dated(self, answer: Answer, query: Query) -> Answer:
        """The answer with the standing of what it cites on the day of the question."""
        now = today()
        outdated = [c for c in answer.citations if not in_force(c, query.as_of or now)]
        seen = bool(outdated) or (query.as_of is None and bool(answer.citations))
        newer = successors(self.searcher.documents(query.principal.groups) if seen else [])
        citations, standing = dated(answer.citations, newer, query.as_of, now)
        return replace(answer, citations=citations, notes=(*answer.notes, *standing))


def _any_own(cited: CitedText, added: Set[Statement]) -> bool:
    """Whether a claim is the generator's own: no quote that was added or that replaced it."""
    quotes = {statement.text for statement in added}
    return sum(claim.text not in quotes for claim in cited.claims) > cited.repaired
