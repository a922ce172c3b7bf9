"""A comparison on the terminal and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.compare import COMPARED, Run, averages, by_category, differences, flips
from eval.paired import Paired

_COSTS = ("milliseconds", "tokens_in", "tokens_out")
_BY_CATEGORY = ("recall_at_5", "correctness", "citation_recall", "false_answers", "over_refusal")


def show_comparison(console: Console, runs: Sequence[Run]) -> None:
    """What each cost, then every other configuration against the first: measures, categories,
    and the cases that flipped."""
    console.print(_costs(runs))
    for second in runs[1:]:
        _show_pair(console, runs[0], second)
    console.print(
        "Differences are second minus first, [95 % bootstrap interval over cases]. p: McNemar's "
        "exact test for yes-or-no measures, else a permutation test; not corrected for the number "
        "of tests, so among twenty rows one falls below 0.05 by chance."
    )


def _show_pair(console: Console, first: Run, second: Run) -> None:
    title = f"{second.configuration.name} against {first.configuration.name}"
    table = Table("Measure", title=title)
    for heading in ("first", "second", "difference", "p", "better/worse", "n"):
        table.add_column(heading, justify="right")
    for key, found in differences(first, second).items():
        table.add_row(COMPARED[key].label, *_cells(key, found))
    console.print(table)
    console.print(_categories(title, by_category(first, second)))
    for gained in (True, False):
        cases = [flip.case for flip in flips(first, second) if flip.gained is gained]
        verb = "Right now" if gained else "Wrong now"
        listed = ", ".join(f"{case.id} ({case.category})" for case in cases)
        console.print(f"{verb} ({len(cases)}): {listed or '-'}")


def _cells(key: str, found: Paired) -> tuple[str, ...]:
    digits = 0 if key in _COSTS else 2
    means = f"{found.first:.{digits}f}", f"{found.second:.{digits}f}"
    if not found.gained and not found.lost:
        return (*means, "same", "-", "-", str(found.n))
    bounds = f"[{found.low:+.{digits}f}, {found.high:+.{digits}f}]"
    return (
        *means,
        f"{found.difference:+.{digits}f} {bounds}",
        f"{found.p:.3f}",
        f"{found.gained}/{found.lost}",
        str(found.n),
    )


def _categories(title: str, found: Mapping[str, Mapping[str, Paired]]) -> Table:
    table = Table("Category", title=f"{title}, by category: difference (p)")
    for key in _BY_CATEGORY:
        table.add_column(COMPARED[key].label.split(" (")[0], justify="right")
    for category, measures in found.items():
        table.add_row(category, *(_short(measures.get(key)) for key in _BY_CATEGORY))
    return table


def _short(found: Paired | None) -> str:
    if found is None:
        return "-"
    return f"{found.difference:+.2f} ({found.p:.2f})" if found.gained or found.lost else "0"


def _costs(runs: Sequence[Run]) -> Table:
    table = Table("Configuration", title=f"{len(runs[0].results)} cases, cost of a question")
    for key in _COSTS:
        table.add_column(COMPARED[key].label, justify="right")
    for run in runs:
        means = averages(run)
        table.add_row(run.configuration.name, *(f"{means[key] or 0:.0f}" for key in _COSTS))
    return table


def comparison_json(runs: Sequence[Run]) -> dict[str, Any]:
    """The means of every configuration, and each against the first."""
    first = runs[0]
    return {
        "cases": [result.case.id for result in first.results],
        "configurations": [
            {
                "name": run.configuration.name,
                "settings": dict(run.configuration.overrides),
                "means": averages(run),
                "answers": [result.answer.text for result in run.results],
            }
            for run in runs
        ],
        "comparisons": [_pair_json(first, second) for second in runs[1:]],
    }


def _pair_json(first: Run, second: Run) -> dict[str, Any]:
    categories = by_category(first, second)
    return {
        "first": first.configuration.name,
        "second": second.configuration.name,
        "measures": {key: asdict(found) for key, found in differences(first, second).items()},
        "categories": {
            name: {key: asdict(found) for key, found in measures.items()}
            for name, measures in categories.items()
        },
        "flips": [
            {"id": flip.case.id, "category": flip.case.category, "gained": flip.gained}
            for flip in flips(first, second)
        ],
    }
