"""What stands above the cases: measures with intervals, categories, conditions, times."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.evaluation import made_at
from app.settings import Settings
from eval.html.cases import blame_of
from eval.html.outcome import OUTCOMES, outcome_of
from eval.measures import MEASURES
from eval.models import CATEGORIES, Measure
from eval.records import CaseRecord, RunRecord

HEAT = {
    "recall_at_5": "recall@5",
    "ndcg_at_10": "nDCG@10",
    "correctness": "correct",
    "citation_precision": "citation precision",
    "citation_recall": "citation recall",
    "false_answers": "false answers",
    "over_refusal": "over-refusal",
    "leaks": "leaks",
}
STEPS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75)
"""A cell's step is how many of these its distance from the best exceeds."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A mean with its interval as text, and in percent of the width of its picture."""

    split: str
    mean: str
    interval: str
    n: int
    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure over the splits, on an axis from 0 to `most`; a bar is None for no case."""

    key: str
    label: str
    better: str
    most: str
    bars: tuple[Bar | None, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A mean with n, and how far from the best it is: a step of STEPS, 0 the best."""

    key: str
    label: str
    text: str
    n: int
    step: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A group of cases with its cells; None where a measure does not apply."""

    name: str
    n: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of a split's cases went one way; `start` and `width` are percent."""

    key: str
    label: str
    count: int
    start: float
    width: float


def splits(run: RunRecord) -> dict[str, Sequence[CaseRecord]]:
    """The cases of each split."""
    groups: dict[str, list[CaseRecord]] = {}
    for record in sorted(run.cases, key=lambda record: record.case.split):
        groups.setdefault(record.case.split, []).append(record)
    return dict(groups)


def measure_rows(run: RunRecord, names: Iterable[str]) -> list[MeasureRow]:
    """A row for each measure that the run has, as its summary says."""
    by_split = {name: run.summary.get(f"split:{name}", {}) for name in names}
    rows = []
    for key, measured in MEASURES.items():
        found = {name: _measure(by_split[name].get(key)) for name in by_split}
        most = max(1.0, *(measure.high or 0 for measure in found.values()))
        bars = tuple(_bar(name, measure, most) for name, measure in found.items())
        if any(bars):
            rows.append(MeasureRow(key, measured.label, measured.better, f"{most:g}", bars))
    return rows


def heat_maps(run: RunRecord) -> dict[str, list[HeatRow]]:
    """The rows by category, in the order of the taxonomy, and by what else the summary groups."""
    maps: dict[str, list[HeatRow]] = {"category": []}
    names = [name.partition(":") for name in run.summary if ":" in name]
    for by, _, name in sorted(names, key=lambda parts: _ORDER.get(parts[2], 0)):
        if by != "split":
            maps.setdefault(by, []).append(_heat_row(name, run.summary[f"{by}:{name}"]))
    return maps


def blamed(run: RunRecord) -> dict[str, int]:
    """How many cases each stage is blamed for, the most first."""
    stages = Counter(blame["stage"] for record in run.cases if (blame := blame_of(record)))
    return dict(stages.most_common())


def outcome_shares(records: Sequence[CaseRecord]) -> list[Share]:
    """How the cases went: what went right first, failures from the right end on."""
    outcomes = [outcome_of(record) for record in records]
    shares, start = [], 0.0
    for key, outcome in reversed(OUTCOMES.items()):
        count = outcomes.count(key)
        if count:
            width = 100 * count / len(outcomes)
            shares.append(Share(key, outcome.label, count, round(start, 2), round(width, 2)))
            start += width
    return shares


def milliseconds(records: Sequence[CaseRecord]) -> str:
    """ "212 ms, 95 % within 640 ms": the median time for a question and its 95th percentile."""
    total = [record.answer.timings["total"] for record in records]
    middle, most = np.percentile(total, [50, 95])
    return f"{middle:,.0f} ms, 95 % within {most:,.0f} ms"


def conditions(run: RunRecord) -> dict[str, str]:
    """What was run, by name; settings and fingerprint stand apart."""
    answers = [record.answer for record in run.cases]
    generators = dict.fromkeys(
        " ".join(filter(None, (answer.usage.generator, answer.usage.model))) for answer in answers
    )
    prompts = dict.fromkeys(answer.prompt_version for answer in answers if answer.prompt_version)
    rest = {key: _text(value) for key, value in run.config.items() if key not in _APART}
    return {
        "Run": run.name,
        "Date": day_of(run),
        **{key.replace("_", " ").capitalize(): value for key, value in rest.items()},
        "Generator": ", ".join(generators),
        "Prompt": ", ".join(prompts) or "none: it quotes",
    }


def day_of(run: RunRecord) -> str:
    """When the run was made: as its conditions say, or as its folder is named."""
    if "date" in run.config:
        return _text(run.config["date"])
    made = made_at(run.name)
    return made.strftime("%Y-%m-%d %H:%M UTC") if made else "not recorded"


def settings_of(run: RunRecord) -> list[tuple[str, str, bool]]:
    """Every setting with its value, and whether it differs from the default of this version."""
    rows = []
    for key, value in _mapping(run.config.get("settings")).items():
        field = Settings.model_fields.get(key)
        usual = None if field is None else _text(field.default)
        rows.append((key, _text(value), usual is not None and usual != _text(value)))
    return rows


def fingerprint_of(run: RunRecord) -> dict[str, str]:
    """The models and formats that the index was made with."""
    return {key: _text(value) for key, value in _mapping(run.config.get("fingerprint")).items()}


_APART = {"settings", "fingerprint", "date"}
_ORDER = {str(category): place for place, category in enumerate(CATEGORIES)}


def _measure(stored: Mapping[str, Any] | None) -> Measure:
    return Measure(**stored) if stored else Measure(None, None, None, 0)


def _heat_row(name: str, summary: Mapping[str, Any]) -> HeatRow:
    measures = {key: _measure(summary.get(key)) for key in MEASURES}
    cells = tuple(_cell(key, measures[key]) for key in HEAT)
    # A measure that applies to every case has the group's n.
    return HeatRow(name, max(measure.n for measure in measures.values()), cells)


def _bar(split: str, measure: Measure, most: float) -> Bar | None:
    if measure.mean is None or measure.low is None or measure.high is None:
        return None
    at, low, high = (round(100 * x / most, 1) for x in (measure.mean, measure.low, measure.high))
    interval = f"{measure.low:.3f} to {measure.high:.3f}"
    return Bar(split, f"{measure.mean:.3f}", interval, measure.n, at, low, high)


def _cell(key: str, measure: Measure) -> Cell | None:
    if measure.mean is None:
        return None
    measured = MEASURES[key]
    short = 1 - measure.mean if measured.better == "higher" else measure.mean
    step = sum(round(short, 6) > edge for edge in STEPS)
    return Cell(key, measured.label, f"{measure.mean:.2f}", measure.n, step)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)
