"""python -m eval export, python -m eval external: a stored run and other libraries."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from app.settings import Settings
from eval.export import Format, export
from eval.external import Beside, Library, beside, deepeval_scores, ragas_scores
from eval.measures import MEASURES
from eval.records import read
from eval.results_table import cell
from eval.session import explained

Run = Annotated[Path, typer.Argument(help="A run's folder, below results/.")]
Length = Annotated[int, typer.Option("--k", min=1, help="Passages that count as retrieved.")]

NEEDS_MODEL = (
    "Without --model only exact match is measured: deepeval's other metrics ask a model. Set "
    "LLM_BASE_URL and LLM_MODEL to an OpenAI-compatible endpoint and give --model."
)


def export_run(
    run: Run,
    to: Annotated[Format, typer.Option(help="Whose format.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    k: Length = 5,
) -> None:
    """Write a stored run for ragas, for deepeval, or as plain JSON lines."""
    with explained():
        stored = read(run)
        export(stored.cases, to, k, out)
        Console(highlight=False).print(f"{len(stored.cases)} cases: {out}", soft_wrap=True)


def external(
    run: Run,
    library: Annotated[Library, typer.Option("--with", help="Whose metrics.")],
    k: Length = 5,
    limit: Annotated[int | None, typer.Option(min=1, help="The first so many cases.")] = None,
    model: Annotated[
        bool, typer.Option(help="Let deepeval ask the model at LLM_BASE_URL, many times a case.")
    ] = False,
) -> None:
    """Measure a stored run with ragas or deepeval, and show their numbers beside ours."""
    console = Console(highlight=False)
    with explained():
        records = read(run).cases[:limit]
        with tqdm(records, desc=f"Measuring with {library}", unit="case") as bar:
            if library == "ragas":
                scores = ragas_scores(records, k, lambda: bar.update())
            else:
                asked = Settings() if model else None
                scores = deepeval_scores(records, k, asked, lambda: bar.update())
        console.print(_table(library, beside(records, scores)))
        if library == "deepeval" and not model:
            console.print(NEEDS_MODEL, soft_wrap=True)


def _table(library: Library, rows: list[Beside]) -> Table:
    table = Table(library, "mean", "ours, nearest", "mean", "Spearman", "n")
    for row in rows:
        ours = (MEASURES[row.ours].label, cell(row.mean_ours), cell(row.rho))
        table.add_row(row.theirs, cell(row.mean_theirs), *ours, str(row.n))
    return table
