"""What every command of the evaluation needs: the product over the documents, plain errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from app.bootstrap import Application, build
from app.question_log import QuestionLogError
from app.settings import Settings
from eval.configuration import ConfigurationError
from eval.dataset import CaseError
from eval.drift.windows import DriftError
from eval.external import ExternalError
from eval.picture import PlotsMissingError
from eval.runner import AS_OF, Mode
from eval.scratch import settings_for
from ingestion.errors import IngestionError
from retrieval.errors import RetrievalError


@contextmanager
def application(docs: Path, console: Console, data: Path | None = None) -> Iterator[Application]:
    """The product over the documents, in an index of their own where `data` or they need one."""
    with explained():
        if not docs.exists():
            raise CaseError(f"There are no documents at {docs}.")
        app = build(settings_for(Settings(), docs, data))
        try:
            app.ingestion.open()
            _ingest(app, docs, console)
            yield app
        finally:
            app.close()


@contextmanager
def explained() -> Iterator[None]:
    """What goes wrong is one line and exit code 1."""
    try:
        yield
    except (
        IngestionError,
        RetrievalError,
        CaseError,
        ConfigurationError,
        ExternalError,
        PlotsMissingError,
        QuestionLogError,
        DriftError,
    ) as error:
        Console(stderr=True).print(f"Error: {error}", soft_wrap=True, markup=False)
        raise typer.Exit(1) from error


def conditions(app: Application, split: str, mode: Mode) -> dict[str, object]:
    """Under what a run was made: settings without secrets, models and formats, day, cases."""
    secrets = {"qdrant_api_key", "llm_api_key", "mcp_key"}
    return {
        "settings": app.settings.model_dump(mode="json", exclude=secrets),
        "fingerprint": dict(app.ingestion.fingerprint()),
        "as_of": AS_OF.isoformat(),
        "split": split,
        "mode": mode,
    }


def _ingest(app: Application, docs: Path, console: Console) -> None:
    report = app.ingestion.run([docs], app.settings.docs_root.resolve())
    console.print(
        f"{len(report.unchanged)} documents unchanged, {len(report.added)} added, "
        f"{len(report.updated)} updated, {len(report.failed)} failed"
    )
