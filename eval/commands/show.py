"""python -m eval show: the tables of a stored run."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.groups import By
from eval.metrics import Prices
from eval.recall_picture import draw_recall
from eval.records import newest, read
from eval.report import group_table
from eval.session import explained
from eval.totals import recall_curves
from eval.totals_table import show_totals

Group = Annotated[By, typer.Option(help="What the second table has a line for.")]


def show_run(
    run: Annotated[
        Path | None, typer.Argument(help="A run's folder; the newest below results/ if left out.")
    ] = None,
    by: Group = "category",
    price_in: Annotated[
        float, typer.Option(min=0, help="What a million tokens cost that a model reads.")
    ] = 0.0,
    price_out: Annotated[
        float, typer.Option(min=0, help="What a million tokens cost that a model writes.")
    ] = 0.0,
    picture: Annotated[
        Path | None, typer.Option(help="Also draw recall by k: .png or .svg.")
    ] = None,
) -> None:
    """Show a stored run: by group, recall by k, abstention, the agent, time and cost."""
    console = Console(highlight=False)
    with explained():
        stored = read(run or newest(Path("results")))
        prices = Prices(price_in, price_out) if price_in or price_out else None
        console.print(f"{stored.name}: {len(stored.cases)} cases")
        console.print(group_table(stored.cases, by))
        show_totals(console, stored.cases, prices)
        if picture is not None:
            picture.parent.mkdir(parents=True, exist_ok=True)
            draw_recall(recall_curves(stored.cases), picture)
            console.print(f"Picture: {picture}")
