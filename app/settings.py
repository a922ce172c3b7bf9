"""All settings, from the environment or `.env`. Nothing else in the code reads either."""

from collections.abc import Mapping
from os import environ
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ingestion.encoder import BUNDLED_MODEL

# Where containers are given secrets: a file each, named like its setting.
_SECRETS = Path("/run/secrets")


def split_names(text: str) -> tuple[str, ...]:
    """Names from a comma-separated list."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def tell_libraries(switches: Mapping[str, str]) -> None:
    """Set what other libraries read from the environment and take from nowhere else."""
    environ.update(switches)


class Settings(BaseSettings):
    """Every setting with its default. `.env.example` lists them; a test keeps it complete."""

    model_config = SettingsConfigDict(
        env_file=".env",
        # A folder that is not there would be a warning.
        secrets_dir=_SECRETS if _SECRETS.is_dir() else None,
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(Path("data"), description="Index, manifest and uploads live here.")
    docs_root: Path = Field(Path(), description="Only files below this folder are ingested.")
    default_groups: Annotated[tuple[str, ...], NoDecode] = Field(
        ("everyone",),
        description="Groups of a caller without a key, and of a document without a catalog.",
    )
    max_file_mb: int = Field(32, ge=1, description="A larger file is refused.")

    qdrant_url: str | None = Field(None, description="A Qdrant server; unset: embedded.")
    qdrant_api_key: SecretStr | None = Field(None, description="The server's key, if it has one.")
    qdrant_collection: str = Field("footnote", description="The server's collection.")
    qdrant_timeout_s: int = Field(10, ge=1, description="Longest wait for one server call.")

    embedding_model: str = Field(
        BUNDLED_MODEL, description="The bundled model, a folder, or a hub name."
    )
    embedding_sha256: str | None = Field(
        None, description="Expected hash of model.safetensors, for a model of your own."
    )
    bm25_language: str = Field("english", description="Stop words and stemmer of BM25.")
    chunk_max_chars: int = Field(500, ge=50, description="Longest chunk.")
    chunk_overlap_chars: int = Field(80, ge=0, description="Shared text of chunks in a section.")

    normalise: bool = Field(True, description="Mend typing errors, spell out abbreviations.")
    decompose: bool = Field(True, description="Search each part of a question by itself.")
    search: Literal["hybrid", "dense", "sparse"] = Field(
        "hybrid", description="Meaning and BM25 fused, or one of them."
    )
    top_k: int = Field(6, ge=1, le=50, description="Passages that an answer may rest on.")
    candidates: int = Field(30, ge=1, le=200, description="Passages that are reranked.")
    evidence_threshold: float = Field(
        0.25, ge=0, le=1, description="Confidence below which there is no answer."
    )
    coverage_weight: float = Field(
        0.17, ge=0, le=1, description="Shared terms against meaning when sentences are ranked."
    )
    reranker: str = Field(
        "late-interaction",
        description="late-interaction, none, or a CrossEncoder's folder or hub name.",
    )
    rerank_weight: float = Field(
        0.5, ge=0, le=1, description="The reranker against meaning, for the best sentences."
    )
    token_cache_mb: int = Field(
        256, ge=0, description="Memory for sentences that late interaction has read; 0: none."
    )

    generator: Literal["extractive", "openai-like"] = Field(
        "extractive", description="Quote, or write with a model."
    )
    condenser: Literal["rules", "model"] = Field(
        "rules", description="Who rewrites a question that leans on its conversation."
    )
    llm_base_url: str = Field(
        "http://localhost:11434/v1", description="Any OpenAI-compatible endpoint."
    )
    llm_model: str = Field("llama3.2", description="The endpoint's model.")
    llm_api_key: SecretStr = Field(SecretStr("none"), description="The endpoint's key.")
    llm_timeout_s: float = Field(60.0, gt=0, description="Longest wait for a whole answer.")
    llm_max_tokens: int = Field(512, ge=16, description="Longest answer.")
    prompt: str = Field("answer", description="A file in retrieval/prompts, without .md.")

    judge: Literal["offline", "nli", "llm"] = Field(
        "offline", description="Who judges a claim in other words than its source."
    )
    judge_threshold: float = Field(
        0.63, ge=0, le=1, description="The offline judge's score from which a claim is supported."
    )
    nli_model: str = Field(
        "cross-encoder/nli-deberta-v3-small",
        description="A CrossEncoder with the label entailment: a folder or a hub name.",
    )
    agent_max_steps: int = Field(
        6, ge=1, le=50, description="Most searches and readings of the agent for one question."
    )
    agent_timeout_s: float = Field(
        30.0, gt=0, description="Time after which the agent answers from what it has."
    )
    agent_max_tokens: int = Field(
        20_000, ge=1, description="Most tokens that a planning model reads and writes."
    )

    anonymous: Literal["auto", "always", "never"] = Field(
        "auto", description="Callers without a key; auto: while there is no key and no issuer."
    )
    jwt_issuer: str | None = Field(
        None, pattern="^https?://", description="Whose tokens are accepted; unset: nobody's."
    )
    jwt_audience: str = Field("footnote", description="For whom a token must be.")
    jwt_jwks: str | None = Field(
        None,
        pattern="^https?://",
        description="URL of the issuer's keys; unset: /.well-known/jwks.json below it.",
    )
    jwt_groups_claim: str = Field("groups", description="The claim with a caller's groups.")
    jwt_write_scope: str = Field(
        "footnote:write", description="The scope that may upload and delete documents."
    )
    jwt_operate_scope: str = Field(
        "footnote:operate", description="The scope that may see operations and evaluation."
    )
    mcp_key: SecretStr | None = Field(None, description="The key whose holder `rag mcp` reads as.")

    host: str = Field("127.0.0.1", description="Where `rag serve` listens.")
    port: int = Field(8000, ge=1, le=65535, description="Where `rag serve` listens.")
    shutdown_s: int = Field(
        60, ge=1, description="Longest wait for running questions when `rag serve` is stopped."
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="Proxies whose X-Forwarded headers are believed; *: anybody's."
    )
    max_concurrent_questions: int = Field(
        4, ge=1, description="Questions worked on at a time; more wait."
    )
    max_waiting_questions: int = Field(
        32, ge=0, description="Questions that wait; more are refused with 503."
    )
    rate_per_minute: int = Field(
        300, ge=0, description="Requests of one caller in a minute, more get 429; 0: any number."
    )
    max_body_kb: int = Field(1024, ge=1, description="Largest request; uploads have MAX_FILE_MB.")
    max_question_chars: int = Field(2000, ge=1, description="A longer question is refused.")
    question_log: Literal["off", "measures", "hashed", "redacted"] = Field(
        "measures",
        description="What is kept of questions: nothing, how they went, a hash, masked wording.",
    )
    question_log_days: int = Field(90, ge=1, description="Age at which a kept row is deleted.")
    evaluation_dir: Path = Field(
        Path("results"), description="Runs of `python -m eval run` that the page shows."
    )
    evaluation_baseline: Path | None = Field(
        None, description="Measures shown where there is no run; unset: those of this release."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="What goes to the log."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="A line of the log: for people, or one JSON object."
    )

    @field_validator("default_groups", mode="before")
    @classmethod
    def _split_groups(cls, value: object) -> object:
        if isinstance(value, str):
            return split_names(value)
        return value

    @field_validator(
        "qdrant_url",
        "qdrant_api_key",
        "embedding_sha256",
        "jwt_issuer",
        "jwt_jwks",
        "mcp_key",
        "evaluation_baseline",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value
