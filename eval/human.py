"""How well the offline judge agrees with people: faithfulness labels in the format of MTRAG.

The file is `reference_subset_with_human_evaluations.json` of Katsis et al. 2025 (MTRAG, IBM,
github.com/IBM/mt-rag-benchmark): answers to conversations, each judged by people from 1 to 4.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import fmean

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.dataset import CaseError

FAITHFUL = 3.0
"""From this mean of the people's marks an answer counts as faithful."""


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Text(_Lenient):
    document_id: str
    text: str = ""


class _Context(_Lenient):
    document_id: str


class _Turn(_Lenient):
    text: str


class _Task(_Lenient):
    task_id: str
    contexts: tuple[_Context, ...] = ()
    input: tuple[_Turn, ...] = ()


class _Mark(_Lenient):
    value: int


class _Annotations(_Lenient):
    faithfulness: dict[str, _Mark]


class _Evaluation(_Lenient):
    task_id: str
    model_response: str
    annotations: _Annotations


class _File(_Lenient):
    documents: tuple[_Text, ...]
    tasks: tuple[_Task, ...]
    evaluations: tuple[_Evaluation, ...]


@dataclass(frozen=True, slots=True)
class LabelledResponse:
    """An answer with the passages it was written from and the people's marks, 1 to 4."""

    task: str
    text: str
    contexts: tuple[str, ...]
    marks: tuple[int, ...]

    @property
    def faithful(self) -> bool:
        """What most people would say: their mean mark is at least 3."""
        return fmean(self.marks) >= FAITHFUL


def load_labels(path: Path) -> list[LabelledResponse]:
    """All judged answers of a file. Raises CaseError when it is not in the format."""
    try:
        content = _File.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise CaseError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, ValidationError) as error:
        raise CaseError(f"{path} has no labels in the format of MTRAG: {error}") from error
    texts = {document.document_id: document.text for document in content.documents}
    contexts = {
        task.task_id: tuple(texts[context.document_id] for context in task.contexts)
        for task in content.tasks
    }
    return [
        LabelledResponse(
            found.task_id,
            found.model_response,
            contexts[found.task_id],
            tuple(mark.value for mark in found.annotations.faithfulness.values()),
        )
        for found in content.evaluations
    ]


def halves(
    responses: Sequence[LabelledResponse], seed: int
) -> tuple[list[LabelledResponse], list[LabelledResponse]]:
    """To calibrate on and to report on; all answers to a task lie in the same half."""
    tasks = sorted({response.task for response in responses})
    Random(seed).shuffle(tasks)
    first = set(tasks[: len(tasks) // 2])
    return (
        [response for response in responses if response.task in first],
        [response for response in responses if response.task not in first],
    )


def sample(
    responses: Sequence[LabelledResponse], limit: int | None, seed: int
) -> list[LabelledResponse]:
    """All answers to at most `limit` tasks, the same ones for the same seed, in their order."""
    tasks = sorted({response.task for response in responses})
    Random(seed).shuffle(tasks)
    chosen = set(tasks[:limit])
    return [response for response in responses if response.task in chosen]


def passage_sentences(context: str) -> Iterator[str]:
    """A passage's sentences and lines with a word in them."""
    for line in re.split(r"(?<=[.!?])\s+(?=[\"“(]?[A-Z0-9])|\n+", context):
        if re.search(r"\w", line):
            yield line.strip()
