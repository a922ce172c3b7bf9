"""How a case went through the pipeline: what was asked, found, drafted and answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace

from app.bootstrap import Application
from eval.runner import Mode
from ingestion.embed import TokenEmbedder, TokenVectors
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


class TokenMemory:
    """Notes what the encoder gives while a question is answered; from `recall` on it is reused.

    The answer itself reads everything, so that its time is the one that a user waits.
    """

    def __init__(self, embedder: TokenEmbedder) -> None:
        self._embedder = embedder
        self._known: dict[str, TokenVectors] = {}
        self._recalls = False

    def recall(self) -> None:
        """From now on a text that is known is not read again."""
        self._recalls = True

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """As the embedder gives them."""
        distinct = dict.fromkeys(texts)
        new = [t for t in distinct if t not in self._known] if self._recalls else list(texts)
        if new:
            self._known.update(zip(new, self._embedder.token_vectors(new), strict=True))
        return [self._known[text] for text in texts]


def trace(app: Application, query: Query, mode: Mode = "single") -> Trace:
    """Ask, and keep what every stage gave to the next."""
    memory = TokenMemory(app.rag.ranker.late.embedder)
    rag = reading_with(app.rag, memory)
    recording = _recording(rag)
    answer = (
        replace(app, rag=recording).agent.ask(query) if mode == "agent" else recording.ask(query)
    )
    memory.recall()
    (asked, evidence), *_ = recording.seen
    return Trace(rag, query, asked, evidence, next(iter(recording.drafts), None), answer)


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
