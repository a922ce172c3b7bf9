"""How a case went through the pipeline: what was asked, found, drafted and answered."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace

from app.bootstrap import Application
from eval.runner import Mode
from ingestion.embed import TokenEmbedder
from retrieval.answers import Answer, Draft
from retrieval.generate import Generator
from retrieval.models import Evidence, Query
from retrieval.pipeline import RagPipeline


@dataclass(frozen=True, slots=True)
class Trace:
    """One answer with all that led to it.

    `asked` is the standalone question, `draft` what the generator wrote first (None where it was
    not asked). `rag` answers again without reading again what was read for this answer.
    """

    rag: RagPipeline
    query: Query
    asked: Query
    evidence: Evidence
    draft: Draft | None
    answer: Answer


def trace(app: Application, query: Query, mode: Mode = "single") -> Trace:
    """Ask, and keep what every stage gave to the next."""
    recording = _recording(app.rag)
    answer = (
        replace(app, rag=recording).agent.ask(query) if mode == "agent" else recording.ask(query)
    )
    (asked, evidence), *_ = recording.seen
    return Trace(app.rag, query, asked, evidence, next(iter(recording.drafts), None), answer)


def reading_with(rag: RagPipeline, embedder: TokenEmbedder) -> RagPipeline:
    """The same pipeline with another reader of sentences."""
    late = replace(rag.ranker.late, embedder=embedder)
    reranker = late if rag.ranker.reranker is rag.ranker.late else rag.ranker.reranker
    return replace(rag, ranker=replace(rag.ranker, late=late, reranker=reranker))


@dataclass(frozen=True)
class _Recording(RagPipeline):
    seen: list[tuple[Query, Evidence]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    def answer(self, query: Query, gather: Callable[[Query], Evidence]) -> Answer:
        def noted(asked: Query) -> Evidence:
            evidence = gather(asked)
            self.seen.append((asked, evidence))
            return evidence

        return super().answer(query, noted)


class _Drafts:
    """A generator that keeps what another one wrote."""

    def __init__(self, generator: Generator, drafts: list[Draft]) -> None:
        self._generator = generator
        self._drafts = drafts
        self.name = generator.name
        self.prompt_version = generator.prompt_version

    def generate(self, evidence: Evidence) -> Draft:
        draft = self._generator.generate(evidence)
        self._drafts.append(draft)
        return draft


def _recording(rag: RagPipeline) -> _Recording:
    drafts: list[Draft] = []
    generator = _Drafts(rag.generator, drafts)
    # The pipeline tells quotes from a model's words by whose they are: one stays one.
    same = rag.generator is rag.fallback
    fallback = generator if same else _Drafts(rag.fallback, drafts)
    parts = {part.name: getattr(rag, part.name) for part in fields(RagPipeline)}
    return _Recording(**{**parts, "generator": generator, "fallback": fallback, "drafts": drafts})
