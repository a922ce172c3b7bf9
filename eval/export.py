"""A stored run in the formats that other evaluation libraries read."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from eval.groups import formats, level
from eval.records import CaseRecord

Format = Literal["ragas", "deepeval", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)

_MARKER = re.compile(r" ?【\d+】")


def ragas_rows(records: Sequence[CaseRecord], k: int) -> list[dict[str, Any]]:
    """Rows of ragas' `SingleTurnSample`, to be read with `EvaluationDataset.from_jsonl`.

    Contexts are the first k passages, reference contexts the gold quotes. Their ids are documents:
    a quote has no passage of its own, and which passages hold it is what is to be measured.
    """
    return [
        {
            "user_input": record.answer.standalone_question or record.case.question,
            "response": answer_text(record),
            "reference": record.case.ground_truth,
            "retrieved_contexts": [p.text for p in record.retrieved[:k]],
            "reference_contexts": [gold.quote for gold in record.case.gold_spans],
            "retrieved_context_ids": [p.document_uri for p in record.retrieved[:k]],
            "reference_context_ids": [gold.document for gold in record.case.gold_spans],
        }
        for record in records
    ]


def deepeval_rows(records: Sequence[CaseRecord], k: int) -> list[dict[str, Any]]:
    """Fields of deepeval's `LLMTestCase`; `name` is the case, `tags` its category and split."""
    return [
        {
            "name": record.case.id,
            "input": record.answer.standalone_question or record.case.question,
            "actual_output": answer_text(record),
            "expected_output": record.case.ground_truth,
            "retrieval_context": [p.text for p in record.retrieved[:k]],
            "context": [gold.quote for gold in record.case.gold_spans],
            "tags": [record.case.category, record.case.split],
        }
        for record in records
    ]


def plain_rows(records: Sequence[CaseRecord], k: int) -> list[dict[str, Any]]:
    """One flat row a case, with its measures, for a table or a notebook."""
    return [
        {
            "id": record.case.id,
            "split": record.case.split,
            "category": record.case.category,
            "formats": formats(record.case),
            "difficulty": level(record.case),
            "question": record.case.question,
            "standalone_question": record.answer.standalone_question,
            "answerable": record.case.answerable,
            "status": record.answer.status,
            "answer": record.answer.answer,
            "ground_truth": record.case.ground_truth,
            "contexts": [p.text for p in record.retrieved[:k]],
            "gold_quotes": [gold.quote for gold in record.case.gold_spans],
            "milliseconds": record.answer.timings.get("total"),
            **record.measures,
        }
        for record in records
    ]


def export(records: Sequence[CaseRecord], to: Format, k: int, path: Path) -> None:
    """Write JSON lines, or one JSON list for deepeval, whose reader wants that."""
    rows = {"ragas": ragas_rows, "deepeval": deepeval_rows, "jsonl": plain_rows}[to](records, k)
    if to == "deepeval":
        text = json.dumps(rows, indent=1, ensure_ascii=False)
    else:
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def answer_text(record: CaseRecord) -> str:
    """The answer without the footnotes' markers, which no other library knows."""
    return _MARKER.sub("", record.answer.answer)
