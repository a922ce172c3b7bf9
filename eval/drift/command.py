"""`python -m eval drift`: is what is asked and answered now like it was?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.question_log import LOG_NAME
from app.settings import Settings
from eval.drift.checks import drift
from eval.drift.report import show_drift, write_metrics, write_report
from eval.drift.windows import keep, windows
from eval.session import explained

DRIFTED = 3
"""The exit code of --exit-code where something drifted; 1 is an error, 2 a wrong command line."""


def drift_command(
    log: Annotated[
        Path | None, typer.Option(help="A question log; the service's own in DATA_DIR.")
    ] = None,
    reference: Annotated[
        str, typer.Option(help="28d before the current window, A..B (dates), or a file.")
    ] = "28d",
    current: Annotated[str, typer.Option(help="The last 7d, or A..B (dates, inclusive).")] = "7d",
    out: Annotated[
        Path | None, typer.Option(help="Also write a report: .html, .json or .md.")
    ] = None,
    metrics: Annotated[
        Path | None, typer.Option(help="Also write gauges for Prometheus's textfile collector.")
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(help="Also keep the current window, as .jsonl for a later --reference."),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help=f"Exit with {DRIFTED} where something drifted.")
    ] = False,
) -> None:
    """Compare the service's logged questions of now with those of then."""
    with explained():
        then, now = windows(log or Settings().data_dir / LOG_NAME, reference, current)
        found = drift(then, now)
        show_drift(Console(highlight=False), found)
        if out is not None:
            write_report(found, out)
        if metrics is not None:
            write_metrics(found, metrics)
        if save is not None:
            keep(now, save)
    if exit_code and found.alarms:
        raise typer.Exit(DRIFTED)
