"""A grid of settings over the same cases: which of them are worth their time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.compare import COMPARED, Run, averages
from eval.configuration import Configuration, ConfigurationError, parse
from eval.measures import MEASURES
from eval.metrics import bootstrap
from eval.models import Measure
from eval.picture import new_figure
from eval.report import format_measure


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """A configuration with the measure that was asked for and the median milliseconds of a
    question; `front`: no other one is as good in both and better in one."""

    name: str
    quality: Measure
    milliseconds: float
    front: bool


def grid(axes: Sequence[str]) -> list[Configuration]:
    """Every combination of "key=value,value" axes. Raises ConfigurationError."""
    values: list[list[str]] = []
    for axis in axes:
        key, found, listed = axis.partition("=")
        items = [item.strip() for item in listed.split(",") if item.strip()]
        if not found or not items:
            raise ConfigurationError(f"{axis!r} is no axis: write key=value,value.")
        values.append([f"{key.strip()}={item}" for item in dict.fromkeys(items)])
    keys = [items[0].partition("=")[0].lower() for items in values]
    if len(set(keys)) < len(keys):
        raise ConfigurationError("Give every setting once, with all its values.")
    return [parse(",".join(items)) for items in product(*values)] if values else []


def measured(key: str) -> str:
    """The key, where there is such a measure. Raises ConfigurationError."""
    if key not in MEASURES:
        raise ConfigurationError(f"There is no measure {key!r}: {', '.join(MEASURES)}.")
    return key


def points(runs: Sequence[Run], key: str) -> list[SweepPoint]:
    """A point for each configuration. Raises ConfigurationError where the measure applies to no
    case."""
    found = []
    for run in runs:
        values = [v for v in map(MEASURES[key].value, run.results) if v is not None]
        if not values:
            raise ConfigurationError(f"{MEASURES[key].label} applies to none of these cases.")
        milliseconds = median(result.milliseconds for result in run.results)
        quality = bootstrap([float(value) for value in values])
        found.append((run.configuration.name, quality, milliseconds))
    sign = 1 if MEASURES[key].better == "higher" else -1
    places = [(sign * (quality.mean or 0.0), time) for _, quality, time in found]
    return [
        SweepPoint(*item, front=_undominated(place, places))
        for item, place in zip(found, places, strict=True)
    ]


def _undominated(place: tuple[float, float], places: Sequence[tuple[float, float]]) -> bool:
    quality, time = place
    return not any(
        other >= quality and faster <= time and (other, faster) != place for other, faster in places
    )


def show_sweep(console: Console, found: Sequence[SweepPoint], key: str) -> None:
    """A line for each configuration, the fastest first; a star on the front."""
    table = Table("Configuration", title=f"{found[0].quality.n} cases")
    for heading in (MEASURES[key].label, "ms (median)", "front"):
        table.add_column(heading, justify="right")
    for point in sorted(found, key=lambda point: point.milliseconds):
        mark = "*" if point.front else ""
        table.add_row(point.name, format_measure(point.quality), f"{point.milliseconds:.0f}", mark)
    console.print(table)
    console.print(
        "Front: no other is as good and as fast. The intervals overlap more often than not: "
        "test two of them with python -m eval compare."
    )


def sweep_json(
    runs: Sequence[Run], found: Sequence[SweepPoint], key: str, split: str
) -> dict[str, Any]:
    """The points with their settings and the means of all measures."""
    return {
        "measure": key,
        "split": split,
        "cases": [result.case.id for result in runs[0].results],
        "points": [
            {
                **asdict(point),
                "settings": {**run.configuration.overrides, "mode": run.configuration.mode},
                "means": averages(run),
            }
            for run, point in zip(runs, found, strict=True)
        ],
        "labels": {name: item.label for name, item in COMPARED.items()},
    }


def draw_sweep(found: Sequence[SweepPoint], key: str, path: Path) -> None:
    """Write a PNG or SVG: quality by latency, the front joined.

    Raises PlotsMissingError where matplotlib is missing.
    """
    figure = new_figure(9, 5.5)
    axes = figure.subplots()
    for point in found:
        mean = point.quality.mean or 0.0
        error = [[mean - (point.quality.low or 0.0)], [(point.quality.high or 0.0) - mean]]
        color = "#d1873f" if point.front else "#4878a8"
        axes.errorbar(point.milliseconds, mean, yerr=error, fmt="none", ecolor=color, alpha=0.25)
        axes.plot(point.milliseconds, mean, "o", color=color)
        axes.annotate(
            point.name,
            (point.milliseconds, mean),
            xytext=(4, 5),
            textcoords="offset points",
            fontsize=7,
        )
    front = sorted((p.milliseconds, p.quality.mean) for p in found if p.front)
    axes.plot(*zip(*front, strict=True), color="#d1873f", label="front")
    axes.set(xlabel="milliseconds a question (median)", ylabel=MEASURES[key].label)
    axes.set_title("Quality by latency, with 95 % intervals over cases")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=110)
