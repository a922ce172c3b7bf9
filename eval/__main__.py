"""python -m eval: measure the pipeline."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from tqdm import tqdm

from app.bootstrap import build_embedder
from app.settings import Settings
from eval.ablation import ablate, ablation_json, show_ablation
from eval.blamed import run_blamed
from eval.claims import SEED, detections, gold_quotes, known_claims, show_claims
from eval.commands.blame import blame
from eval.commands.lab import lab
from eval.compare import ask_all, check, sample, select
from eval.compare_table import comparison_json, show_comparison
from eval.configuration import parse, prompts
from eval.data_table import show_data
from eval.dataset import CASES, load_cases
from eval.distribution import describe, summaries
from eval.human import load_labels
from eval.judging import judge_report, judge_scores, show_judge
from eval.picture import PlotsMissingError, draw
from eval.records import write
from eval.report import show
from eval.risk_coverage import curve_of
from eval.risk_picture import draw_risk
from eval.runner import Mode
from eval.session import application, conditions, explained

cli = typer.Typer(
    help="Measure the pipeline that serves, in process, without key or network.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


cli.command()(blame)
cli.command()(lab)

Cases = Annotated[Path, typer.Option(help="A JSONL file of cases, or a folder.")]
Docs = Annotated[Path, typer.Option(help="The documents that the cases are about; ingested first.")]
DOCS = Path("sample_docs")


@cli.command()
def run(
    cases: Cases = CASES,
    split: Annotated[
        Literal["dev", "test", "all"], typer.Option(help="Tune on dev, report test.")
    ] = "all",
    docs: Docs = DOCS,
    out: Annotated[Path, typer.Option(help="Results go to a folder below this one.")] = Path(
        "results"
    ),
    baseline: Annotated[
        Path | None, typer.Option(help="Also write the summary to this file.")
    ] = None,
    mode: Annotated[Mode, typer.Option(help="One pass, or the agent.")] = "single",
    failures: Annotated[bool, typer.Option(help="Name every case that failed.")] = False,
) -> None:
    """Ask every case; print a table, write configuration, summary, risk-coverage and cases."""
    console = Console(highlight=False)
    with application(docs, console) as app:
        chosen = [case for case in load_cases(cases) if split in ("all", case.split)]
        with tqdm(chosen, desc="Asking", unit="case") as bar:
            results = run_blamed(app, chosen, lambda _: bar.update(), mode)
        folder = out / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        write(results, conditions(app, split, mode), folder)
        if baseline is not None:
            baseline.parent.mkdir(parents=True, exist_ok=True)
            baseline.write_text((folder / "summary.json").read_text())
        show(console, results, failures=failures)
        try:
            draw_risk(curve_of(results), app.settings.evidence_threshold, folder / "risk.png")
        except PlotsMissingError as error:
            console.print(f"No picture of the risk-coverage curve. {error}", soft_wrap=True)
        console.print(f"Details: {folder}/")


@cli.command()
def ablation(
    cases: Cases = CASES,
    split: Annotated[Literal["dev", "test", "all"], typer.Option(help="Tune on dev.")] = "dev",
    docs: Docs = DOCS,
    baseline: Annotated[
        Path | None, typer.Option(help="Also write the table to this JSON file.")
    ] = None,
) -> None:
    """Show what each step is worth: the same cases with one step more from row to row."""
    console = Console(highlight=False)
    with application(docs, console) as app:
        chosen = select(load_cases(cases), split, None)
        with tqdm(chosen, desc="Asking", unit="case") as bar:
            results = ablate(app, chosen, lambda _: bar.update())
        show_ablation(console, results)
        if baseline is not None:
            baseline.write_text(ablation_json(results), encoding="utf-8")


@cli.command()
def compare(
    configurations: Annotated[
        list[str] | None,
        typer.Argument(
            help="`current`, or key=value[,key=value] of settings; the first is the reference."
        ),
    ] = None,
    prompt: Annotated[
        list[str] | None, typer.Option(help="A prompt file; short for its two settings.")
    ] = None,
    cases: Cases = CASES,
    split: Annotated[Literal["dev", "test", "all"], typer.Option(help="Tune on dev.")] = "dev",
    category: Annotated[list[str] | None, typer.Option(help="Only this category; repeat.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="A sample of so many cases, always the same.")
    ] = None,
    docs: Docs = DOCS,
    out: Annotated[
        Path | None, typer.Option(help="Also write all of it to this JSON file.")
    ] = None,
) -> None:
    """Ask several configurations the same cases and test their differences in pairs."""
    console = Console(highlight=False)
    with explained():
        variants = [parse(text) for text in configurations or ()] + prompts(prompt or ())
        chosen = sample(select(load_cases(cases), split, category), limit)
        check(variants, chosen)
    with application(docs, console) as app:
        with tqdm(chosen, desc="Asking", unit="case") as bar:
            runs = ask_all(app, variants, chosen, lambda _: bar.update())
        show_comparison(console, runs)
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(comparison_json(runs), indent=1)
            out.write_text(text + "\n", encoding="utf-8")


@cli.command()
def data(
    cases: Cases = CASES,
    docs: Docs = DOCS,
    picture: Annotated[Path, typer.Option(help="Where the picture goes: .png or .svg.")] = Path(
        "results/data.png"
    ),
    baseline: Annotated[
        Path | None, typer.Option(help="Also write the tables to this JSON file.")
    ] = None,
) -> None:
    """Show what the cases are like: categories, wording, and how hard they are to find."""
    console = Console(highlight=False)
    with application(docs, console) as app:
        chosen = load_cases(cases)
        with tqdm(chosen, desc="Searching", unit="case") as bar:
            rows = describe(app, chosen, lambda _: bar.update())
        show_data(console, rows)
        if baseline is not None:
            text = json.dumps(summaries(rows), indent=1)
            baseline.write_text(text + "\n", encoding="utf-8")
        picture.parent.mkdir(parents=True, exist_ok=True)
        draw(rows, picture)
        console.print(f"Picture: {picture}")


@cli.command()
def claims(
    cases: Cases = CASES,
    split: Annotated[Literal["dev", "test"], typer.Option(help="Whose gold quotes.")] = "dev",
    docs: Docs = DOCS,
    seed: Annotated[int, typer.Option(help="Which changes are made.")] = SEED,
) -> None:
    """Plant false claims beside true ones, and count what the checker lets pass."""
    console = Console(highlight=False)
    with application(docs, console) as app:
        chosen = [case for case in load_cases(cases) if case.split == split]
        planted = list(known_claims(gold_quotes(app, chosen), seed))
        with tqdm(planted, desc="Checking", unit="claim") as bar:
            found = detections(planted, app.rag.checker, lambda: bar.update())
        show_claims(console, found)


@cli.command()
def judge(
    labels: Annotated[Path, typer.Option(help="Answers judged by people, as MTRAG has them.")],
    seed: Annotated[int, typer.Option(help="How the tasks are halved.")] = SEED,
) -> None:
    """Calibrate the offline judge on half of people's labels; report on the other half."""
    with explained():
        responses = load_labels(labels)
        embedder = build_embedder(Settings())
        with tqdm(responses, desc="Judging", unit="answer") as bar:
            scores = judge_scores(responses, embedder, lambda: bar.update())
        show_judge(Console(highlight=False), judge_report(responses, scores, seed))


if __name__ == "__main__":
    cli()
