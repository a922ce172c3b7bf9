"""python -m eval: measure the pipeline."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from tqdm import tqdm

from app.bootstrap import Application, build
from app.settings import Settings
from eval.data_table import show_data
from eval.dataset import CASES, CaseError, load_cases
from eval.distribution import describe, summaries
from eval.picture import PlotsMissingError, draw
from eval.report import show, write
from eval.runner import AS_OF, Mode, run_cases
from ingestion.errors import IngestionError

cli = typer.Typer(
    help="Measure the pipeline that serves, in process, without key or network.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


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
    """Ask every case; print a table, write config.json, summary.json and cases.jsonl."""
    console = Console(highlight=False)
    with _application(docs, console) as app:
        chosen = [case for case in load_cases(cases) if split in ("all", case.split)]
        with tqdm(chosen, desc="Asking", unit="case") as bar:
            results = run_cases(app, chosen, lambda _: bar.update(), mode)
        folder = out / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        write(results, _config(app, split, mode), folder)
        if baseline is not None:
            baseline.parent.mkdir(parents=True, exist_ok=True)
            baseline.write_text((folder / "summary.json").read_text())
        show(console, results, failures=failures)
        console.print(f"Details: {folder}/")


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
    with _application(docs, console) as app:
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


@contextmanager
def _application(docs: Path, console: Console) -> Iterator[Application]:
    """The product over the documents; what goes wrong is one line and exit code 1."""
    app = build(Settings())
    try:
        app.ingestion.open()
        _ingest(app, docs, console)
        yield app
    except (IngestionError, CaseError, PlotsMissingError) as error:
        Console(stderr=True).print(f"Error: {error}", soft_wrap=True)
        raise typer.Exit(1) from error
    finally:
        app.close()


def _ingest(app: Application, docs: Path, console: Console) -> None:
    report = app.ingestion.run([docs], app.settings.docs_root.resolve())
    console.print(
        f"{len(report.unchanged)} documents unchanged, {len(report.added)} added, "
        f"{len(report.updated)} updated, {len(report.failed)} failed"
    )


def _config(app: Application, split: str, mode: Mode) -> dict[str, object]:
    secrets = {"qdrant_api_key", "llm_api_key"}
    return {
        "settings": app.settings.model_dump(mode="json", exclude=secrets),
        "fingerprint": dict(app.ingestion.fingerprint()),
        "as_of": AS_OF.isoformat(),
        "split": split,
        "mode": mode,
    }


if __name__ == "__main__":
    cli()
