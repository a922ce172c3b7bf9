"""How the measures went from run to run, and from commit to commit of the baseline."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.baseline import CASES_FILE, SUMMARY, Baseline, of_run, parse_baseline
from eval.dataset import CaseError
from eval.gate import judge, refusal
from eval.measures import COLUMNS, MEASURES
from eval.models import Measure
from eval.picture import new_figure
from eval.records import read

DROP = "▼"


@dataclass(frozen=True, slots=True)
class Moment:
    """A run or a commit: its name, what it was for, its means, and its cases where they are kept.

    `fell` are the measures that are worse than the moment before.
    """

    name: str
    note: str
    measures: Mapping[str, Measure]
    cases: Baseline | None
    fell: frozenset[str] = frozenset()


def of_runs(results: Path, last: int) -> list[Moment]:
    """The last stored runs, oldest first. Raises CaseError for one that cannot be read."""
    folders = sorted(found.parent for found in results.glob("*/cases.jsonl"))[-last:]
    moments = []
    for folder in folders:
        run = read(folder)
        note = f"{len(run.cases)} cases, {run.config.get('mode', 'single')}"
        moments.append(Moment(run.name, note, _measures(run.summary), of_run(run)))
    return _marked(moments)


def of_commits(baselines: Path, last: int) -> list[Moment]:
    """The last commits that changed the baseline, oldest first.

    Raises CaseError outside a repository, or where git is missing.
    """
    lines = _git(baselines, "log", f"-{last}", "--format=%h%x09%cs%x09%s", "--", SUMMARY)
    moments = []
    for line in reversed(lines.splitlines()):
        sha, day, subject = line.split("\t", 2)
        summary = _content(baselines, sha, SUMMARY)
        if summary is None:
            continue
        text = _content(baselines, sha, CASES_FILE)
        cases = None if text is None else _cases(text, sha)
        note = f"{day} {subject}"
        moments.append(Moment(sha, note, _measures(json.loads(summary)), cases))
    return _marked(moments)


def _cases(text: str, sha: str) -> Baseline | None:
    """None for a file of an older form: its means still tell something."""
    try:
        return parse_baseline(text, sha)
    except CaseError:
        return None


def _measures(summary: Mapping[str, Any]) -> dict[str, Measure]:
    return {key: Measure(**summary["all"][key]) for key in COLUMNS if key in summary["all"]}


def _marked(moments: Sequence[Moment]) -> list[Moment]:
    marked = list(moments[:1])
    for before, after in pairwise(moments):
        fell = _fell(before, after)
        marked.append(Moment(after.name, after.note, after.measures, after.cases, fell))
    return marked


def _fell(before: Moment, after: Moment) -> frozenset[str]:
    """By the gate where both have their cases; else a mean beyond the interval of the one before.

    Nothing is marked between runs that cannot be paired: they did not ask the same.
    """
    if before.cases and after.cases:
        if refusal(before.cases, after.cases):
            return frozenset()
        changes = judge(before.cases, after.cases).overall()
        return frozenset(key for key, change in changes.items() if change.dropped)
    if _asked(before) != _asked(after):
        return frozenset()
    return frozenset(
        key
        for key, measure in after.measures.items()
        if key in before.measures and _beyond(key, before.measures[key], measure)
    )


def _asked(moment: Moment) -> list[int]:
    """How many unanswerable and answerable cases there were: other numbers, other cases."""
    both = ("false_answers", "over_refusal")
    return [moment.measures[key].n for key in both if key in moment.measures]


def _beyond(key: str, before: Measure, after: Measure) -> bool:
    if after.mean is None or before.low is None or before.high is None:
        return False
    if MEASURES[key].better == "higher":
        return after.mean < before.low
    return after.mean > before.high


def _content(folder: Path, sha: str, name: str) -> str | None:
    """A file as it was in a commit; None where the commit does not have it."""
    listed = _git(folder, "ls-tree", "--name-only", sha, "--", name)
    return _git(folder, "show", f"{sha}:./{name}") if listed.strip() else None


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
        )
    except OSError as error:
        raise CaseError(f"The baseline's history needs git and {folder}: {error}.") from error
    except subprocess.CalledProcessError as error:
        raise CaseError(
            f"{folder} has no history that git can read: {error.stderr.strip()}. "
            "Use --no-commits for the stored runs alone."
        ) from error
    return done.stdout


def show_history(console: Console, title: str, moments: Sequence[Moment]) -> None:
    """A line for each moment, a triangle after what fell; then what each moment was."""
    table = Table(title=title)
    table.add_column("", no_wrap=True)
    for heading in COLUMNS.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for moment in moments:
        cells = (_cell(moment, key) for key in COLUMNS)
        table.add_row(moment.name, *cells)
    console.print(table)
    for moment in moments:
        console.print(f"{moment.name} {moment.note}", soft_wrap=True, markup=False)


def _cell(moment: Moment, key: str) -> str:
    measure = moment.measures.get(key)
    if measure is None or measure.mean is None:
        return "-"
    return f"{measure.mean:.3f}{DROP if key in moment.fell else ' '}"


def draw_history(series: Mapping[str, Sequence[Moment]], path: Path) -> None:
    """Write a PNG or SVG with a panel for each series; red where a measure fell.

    Raises PlotsMissingError where matplotlib is missing.
    """
    figure = new_figure(13, 4.5 * len(series))
    for axes, (title, moments) in zip(
        figure.subplots(len(series), squeeze=False)[:, 0], series.items(), strict=True
    ):
        names = [moment.name for moment in moments]
        for key, label in COLUMNS.items():
            means = [m.measures[key].mean if key in m.measures else None for m in moments]
            places = [(n, mean) for n, mean in enumerate(means) if mean is not None]
            if places:
                axes.plot(*zip(*places, strict=True), "o-", label=label, markersize=4)
            fell = [(n, mean) for n, mean in places if key in moments[n].fell]
            if fell:
                axes.plot(*zip(*fell, strict=True), "v", color="#c0392b", markersize=11)
        axes.set_xticks(range(len(names)), names, rotation=30, ha="right", fontsize=8)
        axes.set_title(title)
        axes.set_ylim(-0.02, 1.02)
        axes.grid(alpha=0.3)
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(path, dpi=110)
