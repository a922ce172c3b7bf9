"""Drafted questions in a model's words; what it writes is checked, the gold never sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from llama_index.llms.openai_like import OpenAILike

from eval.matching import stated
from eval.models import EvalCase
from retrieval.chat import chat
from retrieval.condense import IDENTIFIER
from retrieval.condense_model import tidy
from retrieval.errors import GeneratorError
from retrieval.names import names
from retrieval.prompt import Prompt, load_prompt
from retrieval.values import numbers

FOLDER = Path(__file__).parents[1] / "prompts"
FIELDS = frozenset({"question"})

LONGER = 120
"""Characters that a rephrasing may have more than the question."""


def rephrase_prompt() -> Prompt:
    """`eval/prompts/rephrase.md`. Raises PromptError when it is broken."""
    return load_prompt("rephrase", FOLDER, FIELDS)


@dataclass(frozen=True, slots=True)
class Rephrased:
    """A case, with the model's question where it passed; else `fault` says why it did not."""

    case: EvalCase
    fault: str | None = None


def rephrase(case: EvalCase, llm: OpenAILike, prompt: Prompt, deadline_s: float) -> Rephrased:
    """Ask the model for other words; keep the draft's where it fails or they are not safe.

    A model that is down is a fault like any other: the drafts are worth having without it.
    """
    try:
        reply = chat(llm, prompt.system, prompt.fill(question=case.question), deadline_s)
    except GeneratorError as error:
        return Rephrased(case, str(error))
    text = tidy(reply.text)
    found = fault(text, case.question, case.must_include)
    if found is not None:
        return Rephrased(case, found)
    notes = f"{case.notes}; {prompt.label}"
    return Rephrased(case.model_copy(update={"question": text, "notes": notes}))


def fault(text: str, question: str, answers: Sequence[str | Sequence[str]]) -> str | None:
    """What is wrong with a rephrasing, None when it may stand for the question.

    It must be one question, keep every number, identifier and name, add none, and not give the
    answer away.
    """
    if not text or "\n" in text or not text.endswith("?"):
        return "is not one question"
    if len(text) > len(question) + LONGER:
        return "is too long"
    if _marks(text) != _marks(question):
        return "lost or added a number, identifier or name"
    if any(stated(answer, text) for answer in answers):
        return "gives the answer away"
    return None


def _marks(text: str) -> set[str]:
    marks = numbers(text) | set(IDENTIFIER.findall(text)) | set(names(text))
    return {mark.lower() for mark in marks}
