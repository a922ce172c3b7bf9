"""What the cases are like, and what the checker of claims lets pass."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from tqdm import tqdm

from eval.claims import SEED, detections, gold_quotes, known_claims, show_claims
from eval.commands.options import DOCS, Cases, Docs
from eval.data_table import show_data
from eval.dataset import CASES, load_cases
from eval.distribution import describe, summaries
from eval.picture import draw
from eval.session import application


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
