"""The risk-coverage curve as a picture, with what the threshold in use does."""

from collections.abc import Sequence
from pathlib import Path

from eval.picture import new_figure
from eval.risk_coverage import RiskPoint


def draw_risk(points: Sequence[RiskPoint], threshold: float, path: Path) -> None:
    """Write a PNG or SVG: risk by coverage, and false answers by over-refusal.

    A dot marks the last point whose confidence reaches `threshold`. Raises PlotsMissingError where
    matplotlib is missing.
    """
    figure = new_figure(10, 4)
    risk, trade = figure.subplots(1, 2)
    _line(risk, [(point.coverage, point.risk) for point in points], "risk-coverage")
    _line(trade, [(point.over_refusal, point.false_answers) for point in points], "answer or not")
    answered = [point for point in points if point.threshold >= threshold]
    for point in answered[-1:]:
        label = f"threshold {threshold:.2f}"
        risk.plot(point.coverage, point.risk, "o", color="#d1873f", label=label)
        trade.plot(point.over_refusal, point.false_answers, "o", color="#d1873f", label=label)
    risk.set(
        title="Risk by coverage", xlabel="questions answered", ylabel="of these, no answer exists"
    )
    trade.set(
        title="What a threshold costs",
        xlabel="answerable questions refused",
        ylabel="unanswerable questions answered",
    )
    for axes in (risk, trade):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=110)


def _line(axes, places: Sequence[tuple[float, float]], label: str) -> None:  # type: ignore[no-untyped-def]
    axes.plot(*zip(*places, strict=True), drawstyle="steps-post", color="#4878a8", label=label)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(bottom=-0.02)
