"""A run as files, and back: everything that is made of a run later reads only these.

`config.json` holds the conditions, `summary.json` means with intervals, `risk_coverage.json` and
`recall_by_k.json` the curves, `totals.json` what is no mean of cases, and `cases.jsonl` a record
for each case, in the order in which they were asked.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from app.schemas.answers import AnswerOut
from app.schemas.passages import PassageOut
from eval.dataset import CaseError
from eval.groups import BYS, grouped
from eval.measures import Value, summarise, values_of
from eval.models import CaseResult, EvalCase, Span, Stage, by_stage
from eval.risk_coverage import risk_json
from eval.totals import recall_json, totals_json


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class GoldRecord(_Record):
    """Where a gold quote stands in its document's parsed text, end exclusive."""

    document: str
    start: int
    end: int


class BlameRecord(_Record):
    """The first stage that lost a failed case's answer; `command` shows the case stage by stage.

    `then` is the stage that loses it next when this one is mended.
    """

    stage: Stage
    reason: str
    command: str
    then: Stage | None = None


class CaseRecord(_Record):
    """One case as it was asked, answered and measured.

    `retrieved` are the ranked passages, best first; a measure is None where it does not apply.
    `blame` is None for a case that is right, and where nobody asked for it.
    """

    case: EvalCase
    gold: tuple[GoldRecord, ...] = ()
    measures: dict[str, bool | float | None]
    answer: AnswerOut
    retrieved: tuple[PassageOut, ...] = ()
    blame: BlameRecord | None = None

    def holds_gold(self, passage: PassageOut) -> bool:
        """Whether a passage overlaps a gold span."""
        span = passage.source_span
        return any(
            gold.document == passage.document_uri
            and span.start_char < gold.end
            and gold.start < span.end_char
            for gold in self.gold
        )


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A stored run: its folder's name, its conditions, and its cases."""

    name: str
    config: dict[str, Any]
    summary: dict[str, dict[str, Any]]
    cases: tuple[CaseRecord, ...]


def write(results: Sequence[CaseResult], config: dict[str, Any], folder: Path) -> list[CaseRecord]:
    """`cases.jsonl` and, as JSON, config, summary, curves and totals below `folder`.

    Returns the records that were written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    records = [record_of(result) for result in results]
    contents = {
        "config": config,
        "summary": summary_json(results),
        "risk_coverage": risk_json(results),
        "recall_by_k": recall_json(records),
        "totals": totals_json(records),
    }
    for name, content in contents.items():
        text = json.dumps(content, indent=1, default=str)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    lines = [record.model_dump_json() for record in records]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return records


def read(folder: Path) -> RunRecord:
    """A stored run. Raises CaseError when the folder holds none or it cannot be read."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        lines = (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
        cases = tuple(CaseRecord.model_validate_json(line) for line in lines if line.strip())
    except OSError as error:
        raise CaseError(
            f"{folder} holds no run: {error.strerror}. Make one: python -m eval run"
        ) from error
    except (ValidationError, ValueError) as error:
        raise CaseError(
            f"{folder} is no run of this version: {error}. Run it again: python -m eval run"
        ) from error
    return RunRecord(folder.name, config, summary, cases)


def newest(results: Path) -> Path:
    """The folder of the newest run below `results`. Raises CaseError when there is none."""
    runs = sorted(found.parent for found in results.glob("*/cases.jsonl"))
    if not runs:
        raise CaseError(f"{results} holds no run. Make one: python -m eval run")
    return runs[-1]


def record_of(result: CaseResult) -> CaseRecord:
    """A result as it is stored."""
    measures: dict[str, Value] = values_of(result)
    return CaseRecord(
        case=result.case,
        gold=tuple(_gold(span) for span in result.gold),
        measures=measures,
        answer=AnswerOut.of(result.answer),
        retrieved=tuple(PassageOut.of(hit) for hit in result.answer.ranked),
        blame=BlameRecord(**asdict(result.blame)) if result.blame else None,
    )


def summary_json(results: Sequence[CaseResult]) -> dict[str, Any]:
    """Overall, by split, category, format of the gold documents and difficulty; and blame.

    `blame` counts the failed cases for which each stage is blamed.
    """
    groups: dict[str, Sequence[CaseResult]] = {"all": results}
    for by in BYS:
        for name, members in grouped(results, by).items():
            groups[f"{by}:{name}"] = members
    measures = {
        name: {key: asdict(measure) for key, measure in summarise(members).items()}
        for name, members in sorted(groups.items())
    }
    blamed = by_stage([result.blame for result in results])
    return {**measures, "blame": blamed} if blamed else measures


def _gold(span: Span) -> GoldRecord:
    return GoldRecord(document=span.document, start=span.start, end=span.end)
