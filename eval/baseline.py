"""The committed baseline: what a stored run measured, case by case, with why it is the baseline.

`main.json` is the run's summary, which the README's table is made of; `main-cases.json` has a line
for each case, which the gate pairs; `CHANGES.md` says when and why both were renewed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.dataset import CaseError
from eval.measures import MEASURES, Value
from eval.models import EvalCase
from eval.records import CaseRecord, RunRecord

BASELINES = Path(__file__).parent / "baselines"
SUMMARY, CASES_FILE, CHANGES = "main.json", "main-cases.json", "CHANGES.md"

DIGITS = 4
"""Values are kept and compared with so many decimals: below that is another machine's rounding."""

_UNASKED = {"split", "ground_truth", "notes"}
_ELSEWHERE = ("data_dir", "docs_root", "qdrant_", "host", "port", "log_", "llm_base_url")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run measured of a case: `digest` stands for all of the case that shapes it."""

    id: str
    category: str
    digest: str
    measures: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Outcomes to compare with, and under what they were measured."""

    name: str
    day: str
    reason: str
    config: Mapping[str, Any]
    outcomes: tuple[Outcome, ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    run: str
    day: str
    reason: str
    config: dict[str, Any]
    measures: tuple[str, ...]
    cases: dict[str, tuple[str, str, tuple[bool | float | None, ...]]]


def digest(case: EvalCase) -> str:
    """Twelve hexadecimal digits that change with the question, who asks it, or what is wanted."""
    text = case.model_dump_json(exclude=_UNASKED)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def outcome(record: CaseRecord) -> Outcome:
    """A record's values, rounded to DIGITS."""
    values = {key: _rounded(value) for key, value in record.measures.items()}
    return Outcome(record.case.id, record.case.category, digest(record.case), values)


def settings_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a run that have a part in its answers: not where things lie or listen."""
    settings = config.get("settings", {})
    return {key: value for key, value in settings.items() if not key.startswith(_ELSEWHERE)}


def of_run(run: RunRecord, reason: str = "", day: str = "") -> Baseline:
    """A stored run as what others are compared with."""
    config = {**run.config, "settings": settings_of(run.config)}
    return Baseline(run.name, day, reason, config, tuple(map(outcome, run.cases)))


def read_baseline(path: Path) -> Baseline:
    """The file of the cases. Raises CaseError when it is missing or of another form."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CaseError(
            f"{path} cannot be read: {error.strerror}. Make a baseline of a run: "
            "python -m eval baseline --reason WHY"
        ) from error
    return parse_baseline(text, str(path))


def parse_baseline(text: str, name: str) -> Baseline:
    """The content of such a file; `name` is for the CaseError that says what is wrong with it."""
    try:
        file = _File.model_validate_json(text)
        outcomes = tuple(
            Outcome(key, category, mark, dict(zip(file.measures, values, strict=True)))
            for key, (category, mark, values) in file.cases.items()
        )
    except (ValidationError, ValueError) as error:
        raise CaseError(f"{name} is no baseline of this version: {error}") from error
    return Baseline(file.run, file.day, file.reason, file.config, outcomes)


def write_baseline(run: RunRecord, reason: str, folder: Path, day: date) -> None:
    """Renew the three files below `folder`. Raises CaseError where the old one cannot be read."""
    before = read_baseline(folder / CASES_FILE) if (folder / CASES_FILE).exists() else None
    after = of_run(run, reason, day.isoformat())
    folder.mkdir(parents=True, exist_ok=True)
    summary = json.dumps(run.summary, indent=1)
    (folder / SUMMARY).write_text(summary + "\n", encoding="utf-8")
    (folder / CASES_FILE).write_text(_text(after), encoding="utf-8")
    log = folder / CHANGES
    opening = log.read_text(encoding="utf-8") if log.exists() else _OPENING
    log.write_text(f"{opening}\n{_entry(before, after)}", encoding="utf-8")


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """ "top_k: 6 -> 4" for each setting, and the same for what the index was built with."""
    told = []
    for one, two in (
        (settings_of(before), settings_of(after)),
        (before.get("fingerprint", {}), after.get("fingerprint", {})),
    ):
        told += [
            f"{key}: {one.get(key)} -> {two.get(key)}"
            for key in sorted({*one, *two})
            if one.get(key) != two.get(key)
        ]
    return told


def averages(outcomes: Sequence[Outcome]) -> dict[str, tuple[float, int]]:
    """The mean of every measure with the number of cases it applies to, where there is one."""
    found = {}
    for key in MEASURES:
        values = [float(v) for o in outcomes if (v := o.measures.get(key)) is not None]
        if values:
            found[key] = (sum(values) / len(values), len(values))
    return found


_OPENING = """# How the baseline changed

Written by `python -m eval baseline`, the newest at the end. The means are over all cases.
"""


def _entry(before: Baseline | None, after: Baseline) -> str:
    old = averages(before.outcomes) if before else {}
    lines = [f"## {after.day}: run {after.name}, {len(after.outcomes)} cases", "", after.reason, ""]
    if before and (told := differing(before.config, after.config)):
        lines += ["Settings: " + "; ".join(told) + ".", ""]
    lines += ["| Measure | before | after |", "|---|---|---|"]
    for key, (mean, _) in averages(after.outcomes).items():
        was = f"{old[key][0]:.3f}" if key in old else "-"
        lines.append(f"| {MEASURES[key].label} | {was} | {mean:.3f} |")
    return "\n".join(lines) + "\n"


def _text(baseline: Baseline) -> str:
    """JSON with a line for each case, so that a change shows which cases it changed."""
    keys = list(MEASURES)
    head = {
        "run": baseline.name,
        "day": baseline.day,
        "reason": baseline.reason,
        "config": baseline.config,
        "measures": keys,
    }
    lines = [
        f"  {json.dumps(o.id)}: "
        + json.dumps([o.category, o.digest, [o.measures.get(key) for key in keys]])
        for o in baseline.outcomes
    ]
    opening = json.dumps(head, indent=1, default=str).rstrip("}").rstrip()
    return opening + ',\n "cases": {\n' + ",\n".join(lines) + "\n }\n}\n"


def _rounded(value: Value) -> Value:
    return round(value, DIGITS) if isinstance(value, float) else value
