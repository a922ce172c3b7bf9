"""The one place that builds clients and models and puts the parts together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.lexicon import CurrentLexicon
from app.settings import Settings
from ingestion.chunk import ChunkerOptions
from ingestion.embed import Bm25Encoder, TokenEmbedder
from ingestion.encoder import SentenceTransformerEmbedder
from ingestion.index import Index
from ingestion.index.edge import EdgeIndex
from ingestion.manifest import Manifest
from ingestion.pipeline import IngestionPipeline
from retrieval.calculate import Calculator
from retrieval.check import ClaimChecker
from retrieval.condense import Condenser, RuleCondenser
from retrieval.cross_encoder import load_cross_encoder
from retrieval.errors import JudgeError
from retrieval.evidence import EvidenceOptions, EvidenceRanker
from retrieval.generate import Generator
from retrieval.generate.extractive import ExtractiveGenerator
from retrieval.judge import Judge
from retrieval.judge.alignment import AlignmentJudge
from retrieval.late_interaction import LateInteraction
from retrieval.models import Principal
from retrieval.normalise import Normaliser
from retrieval.notes import Reader
from retrieval.pipeline import RagPipeline
from retrieval.prompt import CONDENSE_FIELDS, JUDGE_FIELDS, load_prompt
from retrieval.rerank import Reranker
from retrieval.search import Searcher

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

    from retrieval.agent.workflow import Agent, Planner


@dataclass(frozen=True, slots=True)
class Application:
    """The wired product: what the command line, the service and the evaluation share."""

    settings: Settings
    manifest: Manifest
    index: Index
    ingestion: IngestionPipeline
    rag: RagPipeline
    embedder: SentenceTransformerEmbedder

    @property
    def anonymous(self) -> Principal:
        """Who asks when no key says otherwise."""
        return Principal("anonymous", self.settings.default_groups)

    @property
    def agent(self) -> "Agent":
        """Answers in several steps; plans with the model where one generates."""
        # Imported here: the single pass need not wait for workflows to load.
        from retrieval.agent.notebook import Limits
        from retrieval.agent.plan import RulePlanner
        from retrieval.agent.workflow import Agent

        settings = self.settings
        limits = Limits(
            settings.agent_max_steps, settings.agent_timeout_s, settings.agent_max_tokens
        )
        by_rules = settings.generator == "extractive"
        planner = RulePlanner if by_rules else _model_planner(settings)
        return Agent(self.rag, limits, planner)

    @property
    def uploads(self) -> Path:
        """Where uploaded files are kept, so that they can be indexed again."""
        return self.settings.data_dir / "uploads"

    def close(self) -> None:
        """Release the index and the manifest."""
        self.index.close()
        self.manifest.close()


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
    rag = build_rag(settings, embedder, sparse, index, manifest)
    return Application(settings, manifest, index, ingestion, rag, embedder)


def build_embedder(settings: Settings) -> SentenceTransformerEmbedder:
    """The embedding model. Raises WeightsError when its weights are missing or others."""
    return SentenceTransformerEmbedder(settings.embedding_model, settings.embedding_sha256)


def build_rag(
    settings: Settings,
    embedder: SentenceTransformerEmbedder,
    sparse: Bm25Encoder,
    index: Index,
    manifest: Manifest,
) -> RagPipeline:
    """A question's way over parts that exist already; several may share them.

    Raises PromptError, RerankerError or JudgeError when the settings name what is not there.
    """
    late = LateInteraction(embedder, sparse)
    quotes = ExtractiveGenerator(calculator=Calculator(sparse))
    return RagPipeline(
        condenser=_condenser(settings, sparse),
        normaliser=Normaliser(CurrentLexicon(manifest), embedder) if settings.normalise else None,
        searcher=Searcher(embedder, sparse, index, settings.search),
        ranker=EvidenceRanker(
            sparse,
            _reranker(settings, late),
            late,
            EvidenceOptions(
                coverage_weight=settings.coverage_weight,
                rerank_weight=settings.rerank_weight,
                threshold=settings.evidence_threshold,
            ),
        ),
        generator=quotes if settings.generator == "extractive" else _model_generator(settings),
        fallback=quotes,
        checker=ClaimChecker(sparse, _judge(settings, embedder)),
        reader=Reader.of(sparse),
        passages=settings.top_k,
        candidates=settings.candidates,
        decomposes=settings.decompose,
    )


def build_index(settings: Settings) -> Index:
    """The embedded index, or the server's where QDRANT_URL is set."""
    if settings.qdrant_url is None:
        return EdgeIndex(settings.data_dir / "index")
    # Imported here: the embedded default need not wait for the client to load.
    from qdrant_client import QdrantClient

    from ingestion.index.server import ServerIndex

    key = settings.qdrant_api_key.get_secret_value() if settings.qdrant_api_key else None
    client = QdrantClient(
        url=settings.qdrant_url,
        api_key=key,
        timeout=settings.qdrant_timeout_s,
        check_compatibility=False,
    )
    return ServerIndex(client, settings.qdrant_collection)


def _reranker(settings: Settings, late: LateInteraction) -> Reranker | None:
    if settings.reranker == "none":
        return None
    return (
        late if settings.reranker == "late-interaction" else load_cross_encoder(settings.reranker)
    )


def _condenser(settings: Settings, sparse: Bm25Encoder) -> Condenser:
    rules = RuleCondenser(sparse)
    if settings.condenser == "rules":
        return rules
    # Imported here: the rules need no client.
    from retrieval.condense_model import ModelCondenser

    prompt = load_prompt("condense", fields=CONDENSE_FIELDS)
    return ModelCondenser(_llm(settings), prompt, settings.llm_timeout_s, sparse, rules)


def _judge(settings: Settings, embedder: TokenEmbedder) -> Judge:
    offline = AlignmentJudge(embedder, settings.judge_threshold)
    if settings.judge == "nli":
        # Imported here: the offline judge needs no second model.
        from sentence_transformers import CrossEncoder

        from retrieval.judge.nli import NliJudge

        try:
            return NliJudge(CrossEncoder(settings.nli_model, device="cpu"))
        except (OSError, ValueError) as error:
            raise JudgeError(
                f"NLI_MODEL {settings.nli_model!r} cannot be loaded: {error}. "
                "A hub model needs the network once."
            ) from error
    if settings.judge == "llm":
        from retrieval.judge.llm import LlmJudge

        prompt = load_prompt("judge", fields=JUDGE_FIELDS)
        return LlmJudge(_llm(settings), prompt, offline, settings.llm_timeout_s)
    return offline


def _model_generator(settings: Settings) -> Generator:
    # Imported here: the default generator does not need it.
    from retrieval.generate.openai_like import OpenAILikeGenerator

    prompt = load_prompt(settings.prompt)
    return OpenAILikeGenerator(_llm(settings), prompt, settings.llm_timeout_s)


def _llm(settings: Settings) -> "OpenAILike":
    # Imported here: nothing that works without a model waits for the client to load.
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(
        model=settings.llm_model,
        api_base=settings.llm_base_url,
        api_key=settings.llm_api_key.get_secret_value(),
        is_chat_model=True,
        temperature=0.0,
        max_tokens=settings.llm_max_tokens,
        timeout=settings.llm_timeout_s,
        max_retries=1,
        additional_kwargs={"stream_options": {"include_usage": True}},
    )


def _model_planner(settings: Settings) -> "Callable[[], Planner]":
    """A planner for each question: it remembers its conversation with the model."""
    from llama_index.llms.openai_like import OpenAILike

    from retrieval.agent.model_planner import ModelPlanner

    # Without the stream options of the generator: planning does not stream.
    llm = OpenAILike(
        model=settings.llm_model,
        api_base=settings.llm_base_url,
        api_key=settings.llm_api_key.get_secret_value(),
        is_chat_model=True,
        is_function_calling_model=True,
        temperature=0.0,
        max_tokens=settings.llm_max_tokens,
        timeout=settings.agent_timeout_s,
        max_retries=0,
    )
    return partial(ModelPlanner, llm, load_prompt("plan"))
