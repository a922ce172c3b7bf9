"""OpenAI's chat completions, as far as they fit a service that answers from documents."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.claims import CitationOut
from app.schemas.model import Model


class _Lenient(BaseModel):
    """Clients send parameters that mean nothing here, such as temperature."""

    model_config = ConfigDict(extra="ignore")


class TextPart(_Lenient):
    """A piece of a message. Only text is read."""

    type: str
    text: str = ""


class ChatMessage(_Lenient):
    """One message of the conversation.

    Those of the system or a developer are not followed: a caller can't change the rules.
    """

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """The message's text, in one piece."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.type == "text")


class StreamOptions(_Lenient):
    """What a stream brings besides the answer."""

    include_usage: bool = False


class ChatRequest(_Lenient):
    """The last message of the user is the question; those before it are its conversation."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1, max_length=200)
    stream: bool = False
    stream_options: StreamOptions = StreamOptions()
    as_of: date | None = Field(None, description="Only documents in force on this day; today.")


class UrlCitation(Model):
    """Where in the message a footnote stands, and the document it leads to."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(Model):
    """A footnote as OpenAI's clients know it."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class ChatUsage(Model):
    """Tokens that a model read and wrote; none for quotes."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class AnswerMessage(Model):
    """The answer, with its footnotes."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(Model):
    """The one answer."""

    index: Literal[0] = 0
    message: AnswerMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class ChatCompletion(Model):
    """An answer as a chat completion; `citations`, `status` and `trace_id` are Footnote's own."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: ChatUsage
    citations: list[CitationOut]
    status: Literal["answered", "partial", "abstained"]
    trace_id: str


class ChunkChoice(Model):
    """A piece of the one answer."""

    index: Literal[0] = 0
    delta: dict[str, Any]
    finish_reason: Literal["stop"] | None = None
    logprobs: None = None


class ChatChunk(Model):
    """A piece of a streamed completion; the last one with a choice has the citations."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: ChatUsage | None = None
    citations: list[CitationOut] | None = None
    status: Literal["answered", "partial", "abstained"] | None = None
    trace_id: str | None = None


class ChatError(Model):
    """What went wrong after a stream began."""

    message: str
    type: str
    code: int


class ChatFailure(Model):
    """The last event of a stream that failed."""

    error: ChatError


class ModelCard(Model):
    """A way of answering, as a model."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: Literal["footnote"] = "footnote"


class ModelList(Model):
    """The ways of answering."""

    object: Literal["list"] = "list"
    data: list[ModelCard]
