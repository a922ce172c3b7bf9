"""python -m eval lab: break one thing, see what moves, read why."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table
from tqdm import tqdm

from eval.configuration import ConfigurationError
from eval.dataset import load_cases
from eval.labs import LABS
from eval.labs.bench import bench
from eval.labs.lab import Lab
from eval.labs.page import PAGES, page, stored, write
from eval.labs.play import play, surprises
from eval.session import explained


def lab(
    name: Annotated[str, typer.Argument(help="list, all, or the name of a lab.")],
    save: Annotated[
        bool, typer.Option("--write", help="Write the page, its numbers and its picture.")
    ] = False,
    again: Annotated[
        bool, typer.Option(help="Only write pages anew, from the runs that are stored.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Where pages go.")] = PAGES,
) -> None:
    """Plant a fault in a scratch collection, ask the same cases before and after, print the lesson.

    Exit code 1 when a lab does not come out as it says.
    """
    console = Console(highlight=False)
    if name == "list":
        console.print(_listed())
        return
    with explained():
        chosen = list(LABS.values()) if name == "all" else [_named(name)]
        if again:
            for item in chosen:
                write(item, stored(item.name, out), out)
            return
        surprised = _played(console, chosen, out if save else None)
    if surprised:
        raise typer.Exit(1)


def _played(console: Console, chosen: list[Lab], out: Path | None) -> bool:
    cases, surprised = load_cases(), False
    console.print("Ingesting the documents of the labs into a scratch collection.")
    with bench(Path()) as place:
        for item in chosen:
            with tqdm(desc=item.name, unit="case") as bar:
                found = play(item, place, cases, lambda _: bar.update())
            console.print(Markdown(page(item, found)))
            if out is not None:
                write(item, found, out)
            for surprise in surprises(item, found):
                surprised = True
                console.print(f"{item.name}: {surprise}", style="red", soft_wrap=True)
    return surprised


def _named(name: str) -> Lab:
    if name not in LABS:
        raise ConfigurationError(f"There is no lab {name!r}: list, all, {', '.join(LABS)}.")
    return LABS[name]


def _listed() -> Table:
    table = Table("Lab", "What is broken", "What moves", "Blamed")
    for item in LABS.values():
        moves = ", ".join(f"{m.measure} {'up' if m.sign > 0 else 'down'}" for m in item.moves)
        table.add_row(item.name, item.title, moves or "little", item.blamed or "-")
    return table
