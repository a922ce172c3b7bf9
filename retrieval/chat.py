"""One reply of a chat model, with one deadline and one kind of error."""

import time
from dataclasses import dataclass

import httpx
import openai
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.llms.openai_like import OpenAILike

from retrieval.errors import GeneratorError

_MAX_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote, and the tokens as the endpoint counted them; 0 if it does not say."""

    text: str
    tokens_in: int
    tokens_out: int


def chat(llm: OpenAILike, system: str, user: str, deadline_s: float) -> Reply:
    """Stream one reply; all waiting ends at `deadline_s`.

    Raises GeneratorError when the endpoint is down, slow or not understood.
    """
    messages = [
        ChatMessage(role=MessageRole.SYSTEM, content=system),
        ChatMessage(role=MessageRole.USER, content=user),
    ]
    stop_at = time.monotonic() + deadline_s
    text, last = "", None
    try:
        for last in llm.stream_chat(messages):
            text += last.delta or ""
            if time.monotonic() > stop_at:
                raise GeneratorError(f"The model took longer than {deadline_s:g} s.")
            if len(text) > _MAX_CHARS:
                raise GeneratorError("The model's answer does not end.")
    except (openai.APITimeoutError, httpx.TimeoutException) as error:
        raise GeneratorError(f"The model did not answer in time ({error}).") from error
    except (openai.OpenAIError, httpx.HTTPError) as error:
        raise GeneratorError(f"The model endpoint failed: {error}.") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        # The client reads the reply's JSON without checking its shape.
        raise GeneratorError(f"The model's reply is malformed: {error!r}.") from error
    return Reply(text, *_tokens(last))


def _tokens(last: ChatResponse | None) -> tuple[int, int]:
    usage = getattr(getattr(last, "raw", None), "usage", None)
    read = getattr(usage, "prompt_tokens", 0) or 0
    return int(read), int(getattr(usage, "completion_tokens", 0) or 0)
