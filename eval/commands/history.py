"""The command `history`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.baseline import BASELINES
from eval.dataset import CaseError
from eval.history import DROP, draw_history, of_commits, of_runs, show_history
from eval.session import explained


def history(
    results: Annotated[Path, typer.Option(help="Where the runs are.")] = Path("results"),
    baselines: Annotated[Path, typer.Option(help="Where the baseline is committed.")] = BASELINES,
    commits: Annotated[bool, typer.Option(help="Also the baseline's commits, by git.")] = True,
    last: Annotated[int, typer.Option(min=2, help="So many of each.")] = 20,
    picture: Annotated[Path, typer.Option(help="Where the picture goes: .png or .svg.")] = Path(
        "results/history.png"
    ),
) -> None:
    """Show how the measures went over stored runs and over commits of the baseline."""
    console = Console(highlight=False)
    with explained():
        series = {"Stored runs": of_runs(results, last)}
        if commits:
            series["Commits of the baseline"] = of_commits(baselines, last)
        series = {title: moments for title, moments in series.items() if moments}
        if not series:
            raise CaseError(f"{results} holds no run. Make one: python -m eval run")
        for title, moments in series.items():
            show_history(console, title, moments)
        console.print(
            f"{DROP} worse than the line above by more than chance: by the gate where both have "
            "their cases, else beyond its 95 % interval. Lines that asked other cases are not "
            "compared."
        )
        picture.parent.mkdir(parents=True, exist_ok=True)
        draw_history(series, picture)
        console.print(f"Picture: {picture}")
