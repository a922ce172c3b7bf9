"""Files of the data folder cut short, emptied, or with bytes turned over."""

import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp

from app.access import IdentityUnavailableError
from app.bootstrap import Application, build
from benchmarks.faults.outcome import Outcome
from benchmarks.faults.product import held, indexed, ingest, settings, write
from ingestion.errors import IngestionError

FILES = ("manifest.sqlite", "tasks.sqlite", "access.sqlite", "index/fingerprint.json")


def damaged(name: str) -> Callable[[Path, Random], Outcome]:
    """The trial for one file."""

    def trial(folder: Path, moments: Random) -> Outcome:
        shutil.copytree(_healthy(), folder, dirs_exist_ok=True)
        whole = (folder / "data" / name).read_bytes()
        (folder / "data" / name).write_bytes(_damage(whole, moments))
        said, wrong = _opened(folder)
        began = time.perf_counter()
        for rest in (folder / "data").glob(f"{name}-*"):
            rest.unlink()
        (folder / "data" / name).write_bytes(whole)
        said_after, wrong_after = _opened(folder)
        seconds = time.perf_counter() - began
        # What the damage did not touch needs no sentence; what it changed unseen is wrong.
        return Outcome(
            not (said_after or wrong_after), wrong=wrong if not said else 0, recovery_s=seconds
        )

    return trial


def _opened(folder: Path) -> tuple[bool, int]:
    """Whether an error said that something is broken, and what was wrong without one."""
    try:
        app = build(settings(folder))
    except (IngestionError, IdentityUnavailableError):
        return True, 0
    try:
        app.ingestion.open()
        return False, _wrong(app)
    except (IngestionError, sqlite3.Error):
        return True, 0
    finally:
        app.close()


def _wrong(app: Application) -> int:
    """Chunks that are not the healthy ones, and the door if it stands open."""
    found, due = held(app), _chunks()
    return (found - due).total() + (due - found).total() + int(app.access.open)


def _damage(whole: bytes, moments: Random) -> bytes:
    """Nothing left, the first part, or 64 bytes turned over."""
    kind = moments.choice(("empty", "cut", "turned"))
    if kind == "empty":
        return b""
    if kind == "cut":
        return whole[: moments.randrange(1, len(whole))]
    turned = bytearray(whole)
    for _ in range(64):
        turned[moments.randrange(len(turned))] ^= 0xFF
    return bytes(turned)


@cache
def _healthy() -> Path:
    """A folder with documents, their index and one key."""
    folder = Path(mkdtemp(prefix="faults-"))
    write(folder, 0)
    ingest(folder)
    app = build(settings(folder))
    app.access.keys.create("hanna", ("everyone",), writes=False)
    app.close()
    return folder


@cache
def _chunks() -> Counter[tuple[str, str, str]]:
    return indexed(_healthy())
