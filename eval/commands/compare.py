"""What each step is worth, and one configuration against another."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from tqdm import tqdm

from eval.ablation import ablate, ablation_json, show_ablation
from eval.commands.options import DOCS, Cases, Docs, Limit
from eval.compare import ask_all, check, sample, select
from eval.compare_table import comparison_json, show_comparison
from eval.configuration import parse, prompts
from eval.dataset import CASES, load_cases
from eval.session import application, explained


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
    limit: Limit = None,
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
