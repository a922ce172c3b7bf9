"""The commands about the baseline: `gate`, `baseline`, and what `run` adds to a run."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.baseline import BASELINES, CASES_FILE, SUMMARY, of_run, read_baseline, write_baseline
from eval.dataset import CaseError
from eval.gate import Verdict, judge, refusal
from eval.gate_text import markdown, show_verdict
from eval.junit import write_junit
from eval.records import RunRecord, newest, read
from eval.results_table import render
from eval.session import explained

RESULTS = Path("results")

Against = Annotated[Path, typer.Option(help="The baseline's file of cases.")]
Junit = Annotated[Path | None, typer.Option(help="Also write JUnit XML to this file.")]
Markdown = Annotated[
    Path | None, typer.Option(help="Also write Markdown for a pull request to this file.")
]
Stored = Annotated[
    Path | None, typer.Argument(help="A run's folder; the newest below results without it.")
]
AGAINST = BASELINES / CASES_FILE


def gate(
    run: Stored = None,
    baseline: Against = AGAINST,
    junit: Junit = None,
    markdown: Markdown = None,
) -> None:
    """Compare a stored run with the baseline; exit code 1 when it is worse, with the cases."""
    with explained():
        folder = run or newest(RESULTS)
        publish(Console(highlight=False), folder, baseline, junit, markdown, gated=True)


def baseline(
    run: Stored = None,
    reason: Annotated[str, typer.Option(help="Why this run is the baseline from now on.")] = "",
    out: Annotated[Path, typer.Option(help="Where the baseline's files are.")] = BASELINES,
) -> None:
    """Make a stored run the baseline: its summary, its cases, and an entry in CHANGES.md."""
    console = Console(highlight=False)
    with explained():
        stored = read(run or newest(RESULTS))
        _fit_for_baseline(stored, reason)
        write_baseline(stored, reason.strip(), out, datetime.now(UTC).date())
        console.print(f"Run {stored.name} is the baseline in {out}/. The README's table is now:")
        console.print(render(out / SUMMARY), soft_wrap=True)


def publish(
    console: Console,
    folder: Path,
    baseline: Path,
    junit: Path | None,
    markdown_file: Path | None,
    *,
    gated: bool,
) -> None:
    """Judge a stored run where it is gated, write what is asked for, and exit with 1 if it fell.

    Markdown shows the differences where the baseline has cases of the run, gated or not. Raises
    CaseError.
    """
    if not gated and junit is None and markdown_file is None:
        return
    stored = read(folder)
    verdict = judge(read_baseline(baseline), of_run(stored)) if gated else None
    if junit is not None:
        write_junit(stored, verdict, junit)
    if markdown_file is not None:
        shown = verdict or _compared(stored, baseline)
        markdown_file.parent.mkdir(parents=True, exist_ok=True)
        markdown_file.write_text(markdown(stored, shown), encoding="utf-8")
    if verdict is not None:
        show_verdict(console, verdict)
        if not verdict.passed:
            raise typer.Exit(1)


def _compared(stored: RunRecord, baseline: Path) -> Verdict | None:
    """The verdict for a table; None where nothing can be paired, as with cases of one's own."""
    if not baseline.exists():
        return None
    known, run = read_baseline(baseline), of_run(stored)
    return None if refusal(known, run) else judge(known, run)


def _fit_for_baseline(stored: RunRecord, reason: str) -> None:
    if not reason.strip():
        raise CaseError("Say why the baseline changes: python -m eval baseline --reason WHY")
    missing = [split for split in ("dev", "test") if f"split:{split}" not in stored.summary]
    if missing or stored.config.get("limit") is not None:
        raise CaseError(
            f"{stored.name} did not ask all cases. Make a whole run first: python -m eval run"
        )
