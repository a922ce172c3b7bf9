"""The command `sweep`."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from tqdm import tqdm

from eval.compare import ask_all, check, sample, select
from eval.dataset import CASES, load_cases
from eval.session import application, explained
from eval.sweep import draw_sweep, grid, measured, points, show_sweep, sweep_json


def sweep(
    axes: Annotated[
        list[str], typer.Argument(help="key=value,value of a setting; all combinations are asked.")
    ],
    cases: Annotated[Path, typer.Option(help="A JSONL file of cases, or a folder.")] = CASES,
    split: Annotated[Literal["dev", "test", "all"], typer.Option(help="Tune on dev.")] = "dev",
    category: Annotated[list[str] | None, typer.Option(help="Only this category; repeat.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="A sample of so many cases, always the same.")
    ] = None,
    measure: Annotated[str, typer.Option(help="What is held against the time.")] = "correctness",
    docs: Annotated[
        Path, typer.Option(help="The documents that the cases are about; ingested first.")
    ] = Path("sample_docs"),
    out: Annotated[Path, typer.Option(help="Gets sweep.json and sweep.png.")] = Path(
        "results/sweep"
    ),
) -> None:
    """Ask every combination of settings the same cases; show quality against time."""
    console = Console(highlight=False)
    with explained():
        variants, key = grid(axes), measured(measure)
        chosen = sample(select(load_cases(cases), split, category), limit)
        check(variants, chosen)
    if split != "dev":
        console.print(
            "Warning: whoever picks a setting by its score on test cases has no test left. "
            "Pick on dev, then report test once.",
            style="yellow",
        )
    with application(docs, console) as app:
        console.print(f"{len(variants)} configurations, {len(chosen)} cases")
        with tqdm(chosen, desc="Asking", unit="case") as bar:
            runs = ask_all(app, variants, chosen, lambda _: bar.update())
        found = points(runs, key)
        show_sweep(console, found, key)
        out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(sweep_json(runs, found, key, split), indent=1)
        (out / "sweep.json").write_text(text + "\n", encoding="utf-8")
        draw_sweep(found, key, out / "sweep.png")
        console.print(f"Details: {out}/sweep.json, {out}/sweep.png")
