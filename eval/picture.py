"""The cases as a picture: how many, how worded, how hard."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.distribution import CaseRow, by_category, summaries

WAYS = {"bm25": "BM25 alone", "dense": "vectors alone", "hybrid": "both", "reranked": "reranked"}


class PlotsMissingError(Exception):
    """matplotlib is not installed."""


def draw(rows: Sequence[CaseRow], path: Path) -> None:
    """Write a PNG or SVG with three panels, a line for each category.

    Raises PlotsMissingError, with the command that installs it, where matplotlib is missing.
    """
    groups = by_category(rows)
    names = [name for name in groups if name != "all"]
    figure = new_figure(14, 0.32 * len(names) + 1.8)
    counts, wording, hardness = figure.subplots(1, 3, sharey=True)
    lines = summaries(rows)
    _counts(counts, names, lines)
    _wording(wording, names, groups)
    _hardness(hardness, names, lines)
    figure.savefig(path, dpi=110)


def new_figure(width: float, height: float):  # type: ignore[no-untyped-def]
    """An empty figure, in inches. Raises PlotsMissingError where matplotlib is missing."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlotsMissingError(
            "Pictures need matplotlib. Run: pip install --constraint constraints.txt '.[plots]'"
        ) from error
    return Figure(figsize=(width, height), layout="constrained")


def _counts(axes, names: Sequence[str], lines: Mapping[str, Mapping]) -> None:  # type: ignore[no-untyped-def,type-arg]
    dev = [lines[name]["dev"] for name in names]
    axes.barh(names, dev, label="dev", color="#4878a8")
    axes.barh(names, [lines[n]["test"] for n in names], left=dev, label="test", color="#d1873f")
    axes.set_title("Cases")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.05), ncols=2)
    axes.invert_yaxis()


def _wording(axes, names: Sequence[str], groups: Mapping[str, Sequence[CaseRow]]) -> None:  # type: ignore[no-untyped-def]
    for place, name in enumerate(names):
        values = [row.overlap for row in groups[name] if row.overlap is not None]
        axes.plot(values, [place] * len(values), "o", color="#4878a8", alpha=0.35, markersize=5)
        if values:
            axes.plot(sum(values) / len(values), place, "|", color="black", markersize=14)
    axes.set_xlim(-0.02, 1.02)
    axes.set_title("Question's terms in the gold passage")


def _hardness(axes, names: Sequence[str], lines: Mapping[str, Mapping]) -> None:  # type: ignore[no-untyped-def,type-arg]
    for marker, (way, label) in zip("xso^", WAYS.items(), strict=True):
        found = [(lines[n][way], n) for n in names if lines[n][way] is not None]
        axes.plot(*zip(*found, strict=True), marker, label=label, alpha=0.8)
    axes.set_xlim(-0.02, 1.02)
    axes.set_title("recall@5 by way of searching")
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.05), ncols=4)
