"""A model behind any OpenAI-compatible endpoint as the judge."""

import re
import time
from collections.abc import Sequence
from typing import Literal
from xml.sax.saxutils import escape

import httpx
import openai
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.llms.openai_like import OpenAILike

from retrieval.errors import JudgeError
from retrieval.judge import Judge, Verdict
from retrieval.prompt import Prompt

_ANSWER = re.compile(r"\s*(SUPPORTED|PARTIAL|UNSUPPORTED)\.?\s*")
_Status = Literal["supported", "partial", "unsupported"]
_STATUS: dict[str, tuple[_Status, float]] = {
    "SUPPORTED": ("supported", 1.0),
    "PARTIAL": ("partial", 0.5),
    "UNSUPPORTED": ("unsupported", 0.0),
}


class LlmJudge:
    """Asks for one word. When the model fails, `fallback` judges and the verdict says why.

    After a failure the endpoint is left alone for `pause_s` seconds, so that an answer with many
    claims does not wait for each.
    """

    def __init__(
        self, llm: OpenAILike, prompt: Prompt, fallback: Judge, pause_s: float = 30.0
    ) -> None:
        self._llm, self._prompt, self._fallback = llm, prompt, fallback
        self._pause_s = pause_s
        self._down: tuple[float, str] | None = None

    def judge(self, claim: str, evidence: Sequence[str]) -> Verdict:
        if self._down is None or time.monotonic() >= self._down[0]:
            try:
                verdict = read_verdict(self._ask(claim, evidence))
            except JudgeError as error:
                self._down = (time.monotonic() + self._pause_s, str(error))
            else:
                self._down = None
                return verdict
        found = self._fallback.judge(claim, evidence)
        reason = f"{self._down[1]} The offline judge instead."
        return Verdict(found.status, found.method, found.score, degraded=reason)

    def _ask(self, claim: str, evidence: Sequence[str]) -> str:
        shown = "\n\n".join(escape(piece) for piece in evidence)
        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=self._prompt.system),
            ChatMessage(role=MessageRole.USER, content=self._prompt.fill(escape(claim), shown)),
        ]
        try:
            return self._llm.chat(messages).message.content or ""
        except (openai.OpenAIError, httpx.HTTPError) as error:
            raise JudgeError(f"The judging model failed: {error}.") from error
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            # The client reads the reply's JSON without checking its shape.
            raise JudgeError(f"The judging model's reply is malformed: {error!r}.") from error


def read_verdict(reply: str) -> Verdict:
    """One of three words, and nothing else. Raises JudgeError for any other reply."""
    found = _ANSWER.fullmatch(reply)
    if found is None:
        raise JudgeError(
            f"The judging model did not answer with one of three words: {reply!r:.80}."
        )
    status, score = _STATUS[found[1]]
    return Verdict(status, "llm", score)
