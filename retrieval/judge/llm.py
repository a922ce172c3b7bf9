"""A model behind any OpenAI-compatible endpoint as the judge."""

import re
import time
from collections.abc import Sequence
from typing import Literal
from xml.sax.saxutils import escape

from llama_index.llms.openai_like import OpenAILike

from retrieval.chat import chat
from retrieval.errors import GeneratorError, JudgeError
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
        self,
        llm: OpenAILike,
        prompt: Prompt,
        fallback: Judge,
        deadline_s: float = 60.0,
        pause_s: float = 30.0,
    ) -> None:
        self._llm, self._prompt, self._fallback = llm, prompt, fallback
        self._deadline_s, self._pause_s = deadline_s, pause_s
        self._down: tuple[float, str] | None = None

    def judge(self, claim: str, evidence: Sequence[str]) -> Verdict:
        if self._down is None or time.monotonic() >= self._down[0]:
            try:
                reply = ask_for_verdict(self._llm, self._prompt, claim, evidence, self._deadline_s)
                verdict = read_verdict(reply)
            except JudgeError as error:
                self._down = (time.monotonic() + self._pause_s, str(error))
            else:
                self._down = None
                return verdict
        found = self._fallback.judge(claim, evidence)
        reason = f"{self._down[1]} The offline judge instead."
        return Verdict(found.status, found.method, found.score, degraded=reason)


def ask_for_verdict(
    llm: OpenAILike, prompt: Prompt, claim: str, evidence: Sequence[str], deadline_s: float
) -> str:
    """The model's reply, not yet read. Raises JudgeError when the endpoint fails."""
    shown = "\n\n".join(escape(piece) for piece in evidence)
    user = prompt.fill(claim=escape(claim), evidence=shown)
    try:
        return chat(llm, prompt.system, user, deadline_s).text
    except GeneratorError as error:
        raise JudgeError(f"The judging model failed: {error}") from error


def read_verdict(reply: str) -> Verdict:
    """One of three words, and nothing else. Raises JudgeError for any other reply."""
    found = _ANSWER.fullmatch(reply)
    if found is None:
        raise JudgeError(
            f"The judging model did not answer with one of three words: {reply!r:.80}."
        )
    status, score = _STATUS[found[1]]
    return Verdict(status, "llm", score)
