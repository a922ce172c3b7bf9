"""Ask every case and measure the answers."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from tqdm import tqdm

from app.evaluation import RUN_NAME
from eval.baseline import read_baseline
from eval.blamed import blamed_case
from eval.commands.gate import AGAINST, Against, Junit, Markdown, publish
from eval.commands.options import DOCS, Cases, Docs, Limit
from eval.commands.show import Group
from eval.compare import sample, select
from eval.dataset import CASES, load_cases
from eval.html.page import write_report
from eval.picture import PlotsMissingError
from eval.recall_picture import draw_recall
from eval.records import write
from eval.report import show
from eval.risk_coverage import curve_of
from eval.risk_picture import draw_risk
from eval.runner import Mode, run_cases
from eval.session import application, conditions
from eval.totals import recall_curves
from eval.totals_table import show_totals

Data = Annotated[
    Path | None,
    typer.Option("--data", help="The index; without it the standing one, or one of their own."),
]


def run(
    cases: Cases = CASES,
    split: Annotated[
        Literal["dev", "test", "all"], typer.Option(help="Tune on dev, report test.")
    ] = "all",
    docs: Docs = DOCS,
    out: Annotated[Path, typer.Option(help="Results go to a folder below this one.")] = Path(
        "results"
    ),
    mode: Annotated[Mode, typer.Option(help="One pass, or the agent.")] = "single",
    failures: Annotated[bool, typer.Option(help="Name every case that failed.")] = False,
    by: Group = "category",
    limit: Limit = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit with 1 where the run is worse than the baseline.")
    ] = False,
    baseline: Against = AGAINST,
    junit: Junit = None,
    markdown: Markdown = None,
    data_dir: Data = None,
) -> None:
    """Ask every case; print tables, write configuration, summary, curves, totals and cases."""
    console = Console(highlight=False)
    with application(docs, console, data_dir) as app:
        if gate:
            read_baseline(baseline)
        chosen = sample(select(load_cases(cases), split, None), limit)
        with tqdm(chosen, desc="Asking", unit="case") as bar:
            results = run_cases(app, chosen, lambda _: bar.update(), mode, blamed_case)
        folder = out / datetime.now(UTC).strftime(RUN_NAME)
        records = write(results, {**conditions(app, split, mode), "limit": limit}, folder)
        show(console, results, records, failures=failures, by=by)
        show_totals(console, records)
        try:
            draw_risk(curve_of(results), app.settings.evidence_threshold, folder / "risk.png")
            draw_recall(recall_curves(records), folder / "recall.png")
        except PlotsMissingError as error:
            console.print(f"No pictures of the curves. {error}", soft_wrap=True)
        console.print(f"Details: {folder}/, and to read: {write_report(folder)}", soft_wrap=True)
        publish(console, folder, baseline, junit, markdown, gated=gate)
