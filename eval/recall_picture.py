"""Recall by the length of the list, as a picture."""

from collections.abc import Mapping
from pathlib import Path

from eval.models import Measure
from eval.picture import new_figure

_COLOURS = ("#4878a8", "#d1873f", "#6a9a58")


def draw_recall(curves: Mapping[str, Mapping[int, Measure]], path: Path) -> None:
    """Write a PNG or SVG with a line for each curve and a band for its 95 % interval.

    Curves without values are left out. Raises PlotsMissingError where matplotlib is missing.
    """
    figure = new_figure(6, 4)
    axes = figure.subplots()
    for colour, (label, curve) in zip(_COLOURS, curves.items(), strict=False):
        known = {k: found for k, found in curve.items() if found.mean is not None}
        if known:
            lows, highs = zip(*((found.low, found.high) for found in known.values()), strict=True)
            means = [found.mean for found in known.values()]
            axes.fill_between(list(known), lows, highs, color=colour, alpha=0.15, linewidth=0)
            axes.plot(list(known), means, "o-", color=colour, label=label)
            axes.set_xticks(list(known))
    axes.set(title="Recall by k", xlabel="passages looked at (k)", ylabel="gold spans found")
    axes.set_ylim(-0.02, 1.02)
    axes.grid(alpha=0.3)
    if axes.lines:
        axes.legend()
    figure.savefig(path, dpi=110)
