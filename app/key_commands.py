"""rag keys: make, list, replace and revoke API keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from app.access.keys import ApiKey, KeyStore
from app.command import console, current_settings, explained
from app.settings import split_names

keys = typer.Typer(help="Make, list, replace and revoke API keys.", no_args_is_help=True)

KeyId = Annotated[str, typer.Argument(help="As `rag keys list` shows it.")]


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is; stands for the principal.")],
    groups: Annotated[str, typer.Option(help="What it may read, comma-separated.")],
    writes: Annotated[bool, typer.Option("--writes", help="May upload and delete too.")] = False,
    operates: Annotated[
        bool, typer.Option("--operates", help="May see operations and evaluation too.")
    ] = False,
    days: Annotated[int | None, typer.Option(min=1, help="It ends after so many; never.")] = None,
) -> None:
    """Make a key and show it, this once: only its hash is kept."""
    lifetime = timedelta(days=days) if days else None
    with _store() as store:
        may = {"writes": writes, "operates": operates}
        _show_once(*store.create(name, split_names(groups), **may, lifetime=lifetime))


@keys.command("list")
def list_keys() -> None:
    """Every key that was ever made, without its secret."""
    table = Table("id", "name", "groups", "may", "created", "state")
    now = datetime.now(UTC)
    with _store() as store:
        for key in store.all():
            may = "read" + ", write" * key.writes + ", operate" * key.operates
            created = f"{key.created:%Y-%m-%d}"
            table.add_row(key.id, key.name, ", ".join(key.groups), may, created, _state(key, now))
    console.print(table)


@keys.command()
def rotate(
    key_id: KeyId,
    grace_days: Annotated[
        int, typer.Option(min=0, help="How long the old one holds, so that callers can change.")
    ] = 7,
) -> None:
    """Make a new key in the place of an old one, which ends after the days of grace."""
    with _store() as store:
        _show_once(*store.rotate(key_id, timedelta(days=grace_days)))


@keys.command()
def revoke(key_id: KeyId) -> None:
    """End a key at once."""
    with _store() as store:
        key = store.revoke(key_id)
    console.print(f"Revoked {key.id} of {key.name}.")


def _show_once(key: ApiKey, token: str) -> None:
    console.print(f"Key {key.id} of {key.name}, {', '.join(key.groups)}. Shown only now:")
    # Not through the console: it would break a long line.
    typer.echo(token)


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked is not None:
        return f"revoked {key.revoked:%Y-%m-%d}"
    if key.expires is None:
        return "holds"
    return f"{'until' if key.holds(now) else 'ended'} {key.expires:%Y-%m-%d}"


@contextmanager
def _store() -> Iterator[KeyStore]:
    with explained():
        store = KeyStore(current_settings().data_dir / "access.sqlite")
        try:
            yield store
        finally:
            store.close()
