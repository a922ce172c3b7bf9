"""The generator seam: quotes without a model, or any OpenAI-compatible endpoint."""

from typing import Protocol

from retrieval.answers import Draft
from retrieval.models import Evidence


class Generator(Protocol):
    """Writes an answer from evidence. What it writes is checked before anyone sees it."""

    @property
    def name(self) -> str:
        """For usage records: "extractive" or "openai-like"."""
        ...

    @property
    def prompt_version(self) -> str | None:
        """The prompt file's version, None where there is no prompt."""
        ...

    def generate(self, evidence: Evidence) -> Draft:
        """A draft; no statements when the generator finds no answer in the passages.

        Raises GeneratorError when the model is down, slow or answers nonsense.
        """
        ...
