"""python -m eval report."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.html.page import write_report
from eval.records import newest
from eval.session import explained


def report(
    run: Annotated[
        Path | None,
        typer.Argument(help="A results folder; the newest one below results/ when left out."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Where to; report.html beside the records."),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
) -> None:
    """Write a stored run as one HTML file that works anywhere, without a network."""
    with explained():
        path = write_report(run or newest(Path("results")), out)
    megabytes = path.stat().st_size / 1e6
    Console(highlight=False).print(f"Report: {path} ({megabytes:.1f} MB)", soft_wrap=True)
    if open_page:
        webbrowser.open(path.resolve().as_uri())
