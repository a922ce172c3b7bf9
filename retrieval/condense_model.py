"""A question that stands by itself, rewritten by a model and checked; rules where it fails."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from llama_index.llms.openai_like import OpenAILike

from ingestion.embed import Bm25Encoder
from retrieval.chat import Reply, chat
from retrieval.condense import IDENTIFIER, Condensed, RuleCondenser
from retrieval.errors import GeneratorError
from retrieval.models import Turn
from retrieval.prompt import Prompt
from retrieval.values import numbers

_LABEL = re.compile(r"^\W*(?:(?:stand-?alone|rewritten|last)\s+)?question\s*:\s*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?](?=\s+\S)")
_NOT_A_LETTER = re.compile(r"\W+")

LONGER = 200
"""Characters that a rewriting may have more than the question."""

KNOWN = 0.75
"""Share of a rewriting's terms that the conversation must hold: words of its own are an answer."""


@dataclass(frozen=True, slots=True)
class ModelCondenser:
    """Asks a model to rewrite a question that has a conversation before it.

    `rules` stand in when the model is down, slow or writes what `fault` objects to.
    """

    llm: OpenAILike
    prompt: Prompt
    deadline_s: float
    sparse: Bm25Encoder
    rules: RuleCondenser

    def condense(self, question: str, history: Sequence[Turn]) -> Condensed:
        """The rewritten question; a first question is left as it is and costs nothing."""
        if not any(turn.role == "user" for turn in history):
            return Condensed(question)
        said = "\n".join(f"{turn.role}: {turn.text}" for turn in history)
        user = self.prompt.fill(question=question, conversation=said)
        try:
            reply = chat(self.llm, self.prompt.system, user, self.deadline_s)
        except GeneratorError as error:
            return self._by_rules(question, history, str(error), Reply("", 0, 0))
        text = tidy(reply.text)
        fault = self.fault(text, question, said)
        unchanged = _letters(text) == _letters(question)
        if fault is None and unchanged and not self.rules.condense(question, history).topic_shift:
            # A weak model repeats "and in Spain?", which is neither a rewriting nor a new topic.
            fault = "repeated a question that leans on what was said"
        if fault is not None:
            return self._by_rules(question, history, f"The model {fault}.", reply)
        return Condensed(text, unchanged, None, reply.tokens_in, reply.tokens_out)

    def fault(self, text: str, question: str, said: str) -> str | None:
        """What is wrong with a rewriting, None when it may be searched for.

        It must be one question, not much longer; keep the question's numbers and identifiers and
        add none; and say hardly anything that was not said, for that would be an answer.
        """
        conversation = f"{said}\n{question}"
        if not text or "\n" in text or not text.endswith("?"):
            return "did not rewrite the question as one question"
        if len(_SENTENCE_END.findall(text)) > len(_SENTENCE_END.findall(question)):
            return "wrote more than the question"
        if len(text) > len(question) + LONGER:
            return "wrote a question that is too long"
        if not _marks(question) <= _marks(text):
            return "lost a number or identifier of the question"
        if not _marks(text) <= _marks(conversation):
            return "put in a number or identifier that nobody named"
        terms = self.sparse.terms(text)
        known = terms & self.sparse.terms(conversation)
        if len(known) < KNOWN * len(terms):
            return "put in words that nobody said"
        return None

    def _by_rules(
        self, question: str, history: Sequence[Turn], why: str, reply: Reply
    ) -> Condensed:
        made = self.rules.condense(question, history)
        degraded = f"{why} The question was rewritten by rules."
        return Condensed(made.text, made.topic_shift, degraded, reply.tokens_in, reply.tokens_out)


def tidy(reply: str) -> str:
    """A reply without a label before it, or quotation marks around it."""
    return _LABEL.sub("", reply.strip()).strip().strip('"“”„*').strip()


def _marks(text: str) -> set[str]:
    """Numbers and identifiers, upper case and lower case alike."""
    return numbers(text) | {name.lower() for name in IDENTIFIER.findall(text)}


def _letters(text: str) -> str:
    return _NOT_A_LETTER.sub(" ", text).strip().lower()
