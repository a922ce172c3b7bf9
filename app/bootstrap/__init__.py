"""The one place that builds clients and models and puts the parts together."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.access import Access
from app.bootstrap.access import build_access
from app.bootstrap.clients import build_index
from app.bootstrap.models import (
    build_condenser,
    build_embedder,
    build_generator,
    build_judge,
    build_planner,
    build_reranker,
)
from app.lexicon import CurrentLexicon
from app.metrics import Metrics
from app.question_log import QuestionLog
from app.settings import Settings
from app.tasks import TaskStore
from ingestion.chunk import ChunkerOptions
from ingestion.embed import Bm25Encoder, TokenEmbedder
from ingestion.encoder import SentenceTransformerEmbedder
from ingestion.index import Index
from ingestion.manifest import Manifest
from ingestion.pipeline import IngestionPipeline
from ingestion.remembered import RememberedTokens
from retrieval.calculate import Calculator
from retrieval.check import ClaimChecker
from retrieval.evidence import EvidenceOptions, EvidenceRanker
from retrieval.generate.extractive import ExtractiveGenerator
from retrieval.late_interaction import LateInteraction
from retrieval.normalise import Normaliser
from retrieval.notes import Reader
from retrieval.pipeline import RagPipeline
from retrieval.search import Searcher

if TYPE_CHECKING:
    from retrieval.agent.workflow import Agent

__all__ = ["Application", "build", "build_access", "build_embedder", "build_rag"]


@dataclass(frozen=True, slots=True)
class Application:
    """The wired product: what the command line, the service and the evaluation share.

    `tokens` reads for late interaction, and remembers what it read. `questions` is None where the
    settings want no log; only the service writes to it.
    """

    settings: Settings
    manifest: Manifest
    index: Index
    ingestion: IngestionPipeline
    rag: RagPipeline
    embedder: SentenceTransformerEmbedder
    tokens: TokenEmbedder
    access: Access
    metrics: Metrics
    tasks: TaskStore
    questions: QuestionLog | None = None

    @property
    def agent(self) -> "Agent":
        """Answers in several steps; plans with the model where one generates."""
        # Imported here: the single pass need not wait for workflows to load.
        from retrieval.agent.notebook import Limits
        from retrieval.agent.workflow import Agent

        settings = self.settings
        limits = Limits(
            settings.agent_max_steps, settings.agent_timeout_s, settings.agent_max_tokens
        )
        return Agent(self.rag, limits, build_planner(settings))

    @property
    def uploads(self) -> Path:
        """Where uploaded files are kept, so that they can be indexed again."""
        return self.settings.data_dir / "uploads"

    def close(self) -> None:
        """Release the index, the manifest and the question log."""
        self.index.close()
        self.manifest.close()
        self.access.close()
        self.tasks.close()
        if self.questions is not None:
            self.questions.close()


def build(settings: Settings) -> Application:
    """Build everything; open nothing yet: `application.ingestion.open()` does.

    Raises WeightsError, PromptError, RerankerError or JudgeError when the settings name what is
    not there.
    """
    embedder = build_embedder(settings)
    sparse = Bm25Encoder(settings.bm25_language)
    index = build_index(settings)
    manifest = Manifest(settings.data_dir / "manifest.sqlite")
    ingestion = IngestionPipeline(
        embedder=embedder,
        sparse=sparse,
        index=index,
        manifest=manifest,
        chunker=ChunkerOptions(settings.chunk_max_chars, settings.chunk_overlap_chars),
        lock=settings.data_dir / "ingest.lock",
        max_bytes=settings.max_file_mb * 1024 * 1024,
        default_groups=settings.default_groups,
    )
    tokens = RememberedTokens(embedder, settings.token_cache_mb)
    rag = build_rag(settings, embedder, tokens, sparse, index, manifest)
    parts = (manifest, index, ingestion, rag, embedder, tokens, build_access(settings))
    questions = build_question_log(settings, embedder, sparse)
    return Application(settings, *parts, Metrics(), TaskStore(settings.data_dir), questions)


def build_question_log(
    settings: Settings, embedder: SentenceTransformerEmbedder, sparse: Bm25Encoder
) -> QuestionLog | None:
    """The question log, not yet opened; None where none is wanted."""
    if settings.question_log == "off":
        return None
    return QuestionLog(
        settings.data_dir,
        settings.question_log,
        settings.question_log_days,
        embedder,
        sparse.is_content,
    )


def build_rag(
    settings: Settings,
    embedder: SentenceTransformerEmbedder,
    tokens: TokenEmbedder,
    sparse: Bm25Encoder,
    index: Index,
    manifest: Manifest,
) -> RagPipeline:
    """A question's way over parts that exist already; several may share them.

    Raises PromptError, RerankerError or JudgeError when the settings name what is not there.
    """
    late = LateInteraction(tokens, sparse)
    quotes = ExtractiveGenerator(calculator=Calculator(sparse))
    return RagPipeline(
        condenser=build_condenser(settings, sparse),
        normaliser=Normaliser(CurrentLexicon(manifest), embedder) if settings.normalise else None,
        searcher=Searcher(embedder, sparse, index, settings.search),
        ranker=EvidenceRanker(
            sparse,
            build_reranker(settings, late),
            late,
            EvidenceOptions(
                coverage_weight=settings.coverage_weight,
                rerank_weight=settings.rerank_weight,
                threshold=settings.evidence_threshold,
            ),
        ),
        generator=build_generator(settings, quotes),
        fallback=quotes,
        checker=ClaimChecker(sparse, build_judge(settings, tokens)),
        reader=Reader.of(sparse),
        passages=settings.top_k,
        candidates=settings.candidates,
        decomposes=settings.decompose,
    )
