"""The models by their settings: what embeds, reranks, rewrites, generates, plans and judges."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.bootstrap.clients import build_llm, build_planning_llm
from app.settings import Settings
from ingestion.embed import Bm25Encoder, TokenEmbedder
from ingestion.encoder import SentenceTransformerEmbedder
from retrieval.condense import Condenser, RuleCondenser
from retrieval.cross_encoder import load_cross_encoder
from retrieval.errors import JudgeError
from retrieval.generate import Generator
from retrieval.judge import Judge
from retrieval.judge.alignment import AlignmentJudge
from retrieval.late_interaction import LateInteraction
from retrieval.prompt import CONDENSE_FIELDS, JUDGE_FIELDS, load_prompt
from retrieval.rerank import Reranker

if TYPE_CHECKING:
    from retrieval.agent.workflow import Planner


def build_embedder(settings: Settings) -> SentenceTransformerEmbedder:
    """The embedding model. Raises WeightsError when its weights are missing or others."""
    return SentenceTransformerEmbedder(settings.embedding_model, settings.embedding_sha256)


def build_reranker(settings: Settings, late: LateInteraction) -> Reranker | None:
    """Late interaction or a cross-encoder. Raises RerankerError when that cannot be loaded."""
    if settings.reranker == "none":
        return None
    return (
        late if settings.reranker == "late-interaction" else load_cross_encoder(settings.reranker)
    )


def build_condenser(settings: Settings, sparse: Bm25Encoder) -> Condenser:
    """Rules, or the model with the rules behind it."""
    rules = RuleCondenser(sparse)
    if settings.condenser == "rules":
        return rules
    # Imported here: the rules need no client.
    from retrieval.condense_model import ModelCondenser

    prompt = load_prompt("condense", fields=CONDENSE_FIELDS)
    return ModelCondenser(build_llm(settings), prompt, settings.llm_timeout_s, sparse, rules)


def build_generator(settings: Settings, quotes: Generator) -> Generator:
    """`quotes`, or the model's answers. Raises PromptError when there is no such prompt."""
    if settings.generator == "extractive":
        return quotes
    # Imported here: the default generator does not need it.
    from retrieval.generate.openai_like import OpenAILikeGenerator

    prompt = load_prompt(settings.prompt)
    return OpenAILikeGenerator(build_llm(settings), prompt, settings.llm_timeout_s)


def build_planner(settings: Settings) -> "Callable[[], Planner]":
    """Makes a planner for each question: it remembers its conversation with the model."""
    # Imported here: the single pass need not wait for workflows to load.
    if settings.generator == "extractive":
        from retrieval.agent.plan import RulePlanner

        return RulePlanner
    from retrieval.agent.model_planner import ModelPlanner

    return partial(ModelPlanner, build_planning_llm(settings), load_prompt("plan"))


def build_judge(settings: Settings, tokens: TokenEmbedder) -> Judge:
    """The judge of claims. Raises JudgeError when the entailment model cannot be loaded."""
    offline = AlignmentJudge(tokens, settings.judge_threshold)
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
        return LlmJudge(build_llm(settings), prompt, offline, settings.llm_timeout_s)
    return offline
