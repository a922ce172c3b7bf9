"""The product as the faults use it: `rag` in a process of its own, and what an index holds."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from app.bootstrap import Application, build
from app.settings import Settings
from ingestion.models import SearchScope

ROOT = Path(__file__).parents[2]
RULES = 24


def settings(folder: Path, **more: Any) -> Settings:
    """An embedded index in `folder`, with its documents beside it."""
    places: dict[str, Any] = {"data_dir": folder / "data", "docs_root": folder, "qdrant_url": None}
    return Settings(_env_file=None, **(places | more))


def write(folder: Path, generation: int) -> Path:
    """Documents whose every passage names its generation; one comes and one goes with each."""
    docs = folder / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    for old in docs.iterdir():
        old.unlink()
    for number in [*range(5), 10 + generation]:
        rules = (f"Rule {n} of release {generation} holds for site {number}." for n in range(RULES))
        (docs / f"{number}.txt").write_text("\n\n".join(rules))
    return docs


def rag(folder: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    """Start `rag`."""
    places = {"DATA_DIR": str(folder / "data"), "DOCS_ROOT": str(folder), "QDRANT_URL": ""}
    return subprocess.Popen(
        [sys.executable, "-c", "from app.cli import main; main()", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | places,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ingest(folder: Path) -> None:
    """Bring the index up to date in this process."""
    app = build(settings(folder))
    try:
        app.ingestion.open()
        report = app.ingestion.run([folder / "docs"], folder)
        assert not report.failed, report.failed
    finally:
        app.close()


def indexed(folder: Path) -> Counter[tuple[str, str, str]]:
    """`held`, of the index in a folder that nobody else has open."""
    app = build(settings(folder))
    try:
        app.ingestion.open()
        return held(app)
    finally:
        app.close()


def held(app: Application) -> Counter[tuple[str, str, str]]:
    """Every visible chunk: its document's path, its id and its text."""
    scope = SearchScope(("everyone",))
    return Counter(
        (document.uri, hit.chunk.id, hit.chunk.text)
        for document in app.index.documents(scope)
        for hit in app.index.chunks(document.id, scope)
    )
