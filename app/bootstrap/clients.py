"""Clients of what runs elsewhere: the vector store and the language model's endpoint."""

from typing import TYPE_CHECKING, Any

from app.settings import Settings
from ingestion.index import Index
from ingestion.index.edge import EdgeIndex

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike


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


def build_llm(settings: Settings) -> "OpenAILike":
    """The endpoint for answers, rewritten questions and verdicts."""
    stream = {"stream_options": {"include_usage": True}}
    return _endpoint(
        settings, timeout=settings.llm_timeout_s, max_retries=1, additional_kwargs=stream
    )


def build_planning_llm(settings: Settings) -> "OpenAILike":
    """The endpoint for the agent, which calls tools.

    Without the stream options of the other: planning does not stream.
    """
    return _endpoint(
        settings, timeout=settings.agent_timeout_s, max_retries=0, is_function_calling_model=True
    )


def _endpoint(settings: Settings, **more: Any) -> "OpenAILike":
    # Imported here: nothing that works without a model waits for the client to load.
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(
        model=settings.llm_model,
        api_base=settings.llm_base_url,
        api_key=settings.llm_api_key.get_secret_value(),
        is_chat_model=True,
        temperature=0.0,
        max_tokens=settings.llm_max_tokens,
        **more,
    )
