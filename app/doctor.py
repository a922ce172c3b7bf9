"""Is everything in place, and if not, what repairs it?"""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from app.access import IdentityUnavailableError
from app.bootstrap import Application, build
from app.settings import Settings
from ingestion.errors import IngestionError
from ingestion.labels import CatalogFinder
from ingestion.models import SearchScope
from retrieval.errors import RetrievalError

_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was found, and what to do when it is broken."""

    name: str
    ok: bool
    detail: str
    repair: str = ""


def examine(settings: Settings) -> list[Finding]:
    """All checks; a broken one does not stop those that can still be made."""
    findings = [_python(), _disk(settings)]
    try:
        app = build(settings)
    except (IngestionError, RetrievalError) as error:
        return [*findings, Finding("models and prompt", False, str(error), "See the message.")]
    except IdentityUnavailableError as error:
        return [*findings, Finding("keys", False, str(error), "See the message.")]
    try:
        findings += [
            Finding("embedding model", True, app.ingestion.embedder.fingerprint),
            *_index(app),
        ]
    finally:
        app.close()
    if settings.judge == "llm" or settings.generator == "openai-like":
        findings.append(_endpoint(settings))
    return findings


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", True, version)


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Finding(
            "data folder", False, f"{folder}: {error}", "Set DATA_DIR to a folder you can write."
        )
    free = shutil.disk_usage(folder).free
    detail = f"{folder}, {free / 1e9:.1f} GB free"
    repair = "" if free > _FREE_BYTES else "Free some space, or move DATA_DIR to another disk."
    return Finding("data folder", free > _FREE_BYTES, detail, repair)


def _index(app: Application) -> Iterator[Finding]:
    kind = "Qdrant server" if app.settings.qdrant_url else "embedded index"
    try:
        app.ingestion.open()
        held, (_, promised) = app.index.count(), app.manifest.size()
        visible = len(app.index.documents(SearchScope(app.settings.default_groups)))
    except (IngestionError, sqlite3.Error) as error:
        yield Finding(kind, False, str(error), "See the message.")
        return
    yield Finding(kind, True, f"{held} chunks, {visible} documents visible to the default groups")
    yield Finding(
        "index and manifest agree",
        held == promised,
        f"{held} chunks held, {promised} promised",
        "" if held == promised else "Rebuild: rag ingest --rebuild PATH",
    )
    absent = _absent(app)
    yield Finding(
        "catalogs",
        not absent,
        f"described but not there: {', '.join(absent)}" if absent else "every entry has its file",
        "Correct the paths: the files that were meant have the default groups." if absent else "",
    )
    if not held:
        yield Finding("documents", False, "the index is empty", "Run: rag ingest PATH")


def _absent(app: Application) -> tuple[str, ...]:
    """Catalog entries without a file, in the catalogs of what the index holds."""
    root = app.settings.docs_root.resolve()
    catalogs = CatalogFinder(root, app.settings.default_groups)
    for record in app.manifest.records():
        catalogs.ignores(record.document.uri)
    return catalogs.absent()


def _endpoint(settings: Settings) -> Finding:
    url = f"{settings.llm_base_url.rstrip('/')}/models"
    key = settings.llm_api_key.get_secret_value()
    try:
        response = httpx.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=5)
        response.raise_for_status()
    except httpx.HTTPError as error:
        return Finding(
            "model endpoint",
            False,
            f"{url}: {error}",
            "Start the endpoint, correct LLM_BASE_URL or LLM_API_KEY, or set GENERATOR=extractive.",
        )
    return Finding("model endpoint", True, url)
