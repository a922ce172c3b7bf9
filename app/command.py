"""What every command of `rag` shares: settings, and errors as sentences."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console

from app.access.models import AccessDeniedError, IdentityUnavailableError, InvalidKeyError
from app.settings import Settings
from ingestion.errors import IngestionError
from retrieval.errors import RetrievalError

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

_EXPLAINED = (
    IngestionError,
    RetrievalError,
    InvalidKeyError,
    AccessDeniedError,
    IdentityUnavailableError,
)


def current_settings() -> Settings:
    """The settings; exit code 2 with every wrong one named."""
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            name = "_".join(str(part) for part in problem["loc"]).upper()
            errors.print(f"[bold red]Error:[/bold red] {name}: {problem['msg']}", soft_wrap=True)
        errors.print("Correct it in the environment or in .env; .env.example lists every setting.")
        raise typer.Exit(2) from error


@contextmanager
def explained() -> Iterator[None]:
    """An error made for people is shown as its sentence, not as a traceback."""
    try:
        yield
    except _EXPLAINED as error:
        errors.print(f"[bold red]Error:[/bold red] {error}", soft_wrap=True)
        raise typer.Exit(1) from error
    except sqlite3.Error as error:
        errors.print(
            f"[bold red]Error:[/bold red] A file below DATA_DIR cannot be used: {error}. "
            "See what is wrong with: rag doctor",
            soft_wrap=True,
        )
        raise typer.Exit(1) from error
