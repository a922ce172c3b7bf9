"""What a judge's agreement with people comes to, on the terminal, with its limits."""

from statistics import fmean
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from eval.agreement import Agreement
from eval.judging import JudgeReport

if TYPE_CHECKING:
    from eval.llm_judging import Wavering

LIMITS = (
    "Limits: people marked whole answers, so this measures the mean over an answer's sentences, "
    "not a single claim; the threshold alone was held out, not the choice of the score; English "
    "only, and passages that are not yours. A kappa near that of one person with the others is as "
    "much as such labels can show."
)


def show_judge(console: Console, report: JudgeReport) -> None:
    """The confusion table of the half held out, the numbers to read it by, and the limits."""
    found = report.held_out
    console.print(
        f"Threshold {report.threshold:.3f}, chosen on {report.calibrated.n} answers (kappa "
        f"{report.calibrated.kappa:.2f}); all else is of {found.n} answers to other tasks.",
        soft_wrap=True,
    )
    table = Table("People", "judge: faithful", "judge: not", title="The half held out")
    table.add_row("faithful", str(found.kept), str(found.false_alarms))
    table.add_row("not", str(found.missed), str(found.caught))
    console.print(table)
    low, high = report.interval
    console.print(
        f"AUROC {found.auroc:.3f}, kappa {found.kappa:.2f} [{low:.2f}, {high:.2f}] "
        f"at {report.threshold:.3f}"
    )
    console.print(_rates(found))
    if report.spread:
        console.print(
            f"kappa over {len(report.spread)} other splits: mean {fmean(report.spread):.2f}, "
            f"{min(report.spread):.2f} to {max(report.spread):.2f}"
        )
    if report.people:
        kappas = ", ".join(f"{kappa:.2f}" for kappa in report.people)
        console.print(f"kappa of one person with the mean of the others: {kappas}")
    console.print(LIMITS, soft_wrap=True)


def show_wavering(console: Console, found: "Wavering", asked: int) -> None:
    """How far the model agrees with itself, and what it cost to ask."""
    console.print(
        f"{found.claims} claims, {found.repeats} times each: {asked} asked now, the rest from the "
        f"cache; {found.unreadable:.1%} of the replies were no verdict and counted as unsupported."
    )
    if found.pairs is not None and found.split is not None:
        console.print(
            f"Disagreement over repeats: {found.pairs:.1%} of the pairs of one claim, "
            f"{found.split:.1%} of the claims at least once"
        )


def _rates(found: Agreement) -> str:
    unfaithful, faithful = found.caught + found.missed, found.kept + found.false_alarms
    return (
        f"Of {unfaithful} unfaithful answers {found.caught / unfaithful:.0%} are caught; "
        f"of {faithful} faithful ones {found.false_alarms / faithful:.0%} are stopped."
    )
