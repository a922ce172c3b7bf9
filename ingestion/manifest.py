"""The record of what is in the index: one SQLite file, one committed transaction a document.

The index holds passages; the manifest holds what it was told, the parsed text that every span
refers to, and what was under way when a process died, so that the next run can finish or undo it.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from threading import RLock

from ingestion.database import DamagedFileError, open_database
from ingestion.errors import IngestionError
from ingestion.models import Block, Document, ParsedDocument

_TABLES = ("documents", "pending", "removing", "parsed")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, uri TEXT NOT NULL UNIQUE, record TEXT NOT NULL, chunks INTEGER NOT NULL,
    committed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')));
CREATE TABLE IF NOT EXISTS pending (
    id TEXT PRIMARY KEY, record TEXT NOT NULL, chunks INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS removing (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS parsed (
    id TEXT NOT NULL, version TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (id, version));
PRAGMA user_version = 1;
"""


@dataclass(frozen=True, slots=True)
class Record:
    """A document and the number of its chunks, as committed or as under way."""

    document: Document
    chunks: int


class Manifest:
    """Thread-safe access to the manifest file. Raises IngestionError when it is damaged."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = open_database(path, _SCHEMA)
        except DamagedFileError as error:
            raise IngestionError(
                f"The manifest {path} cannot be read: {error}. "
                "Move it away and run: rag ingest --rebuild PATH"
            ) from error
        except OSError as error:
            raise IngestionError(
                f"The data folder {path.parent} cannot be used: {error.strerror}. "
                "Set DATA_DIR to a folder that you can write."
            ) from error

    def get(self, document_id: str) -> Record | None:
        """The committed record of a document."""
        return self._one("SELECT record, chunks FROM documents WHERE id = ?", document_id)

    def records(self) -> list[Record]:
        """All committed records, by URI."""
        with self._lock:
            rows = self._db.execute("SELECT record, chunks FROM documents ORDER BY uri").fetchall()
        return [Record(_document(text), chunks) for text, chunks in rows]

    def size(self) -> tuple[int, int]:
        """How many documents are committed, and how many chunks they have together."""
        with self._lock:
            query = "SELECT count(*), coalesce(sum(chunks), 0) FROM documents"
            documents, chunks = self._db.execute(query).fetchone()
        return int(documents), int(chunks)

    def state(self) -> tuple[int, int]:
        """Another pair after every change, whoever made it: for those who keep what texts say."""
        with self._lock:
            others = self._db.execute("PRAGMA data_version").fetchone()[0]
            return self._db.total_changes, int(others)

    def pending(self) -> list[Record]:
        """What was begun and neither committed nor abandoned."""
        with self._lock:
            rows = self._db.execute("SELECT record, chunks FROM pending ORDER BY id").fetchall()
        return [Record(_document(text), chunks) for text, chunks in rows]

    def removing(self) -> list[str]:
        """The ids of documents whose removal was begun and not finished."""
        with self._lock:
            return [row[0] for row in self._db.execute("SELECT id FROM removing ORDER BY id")]

    def begin(self, document: Document, chunks: int, parsed: ParsedDocument | None = None) -> None:
        """Note a version, or new labels for one, as under way, with its text unless it is kept."""
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO pending VALUES (?, ?, ?)",
                (document.id, _record(document), chunks),
            )
            if parsed is not None:
                db.execute(
                    "INSERT OR REPLACE INTO parsed VALUES (?, ?, ?)",
                    (document.id, document.version, json.dumps(asdict(parsed))),
                )

    def begin_removal(self, document_id: str) -> None:
        """Note a document as being removed; `delete` ends it."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO removing VALUES (?)", (document_id,))

    def commit(self, document: Document, chunks: int) -> None:
        """Make a version the document's only one."""
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO documents (id, uri, record, chunks) VALUES (?, ?, ?, ?)",
                (document.id, document.uri, _record(document), chunks),
            )
            db.execute("DELETE FROM pending WHERE id = ?", (document.id,))
            db.execute(
                "DELETE FROM parsed WHERE id = ? AND version <> ?", (document.id, document.version)
            )

    def abandon(self, document_id: str) -> None:
        """Forget what was under way; the committed version, if any, stays."""
        with self._transaction() as db:
            committed = self.get(document_id)
            version = committed.document.version if committed else ""
            db.execute("DELETE FROM pending WHERE id = ?", (document_id,))
            db.execute("DELETE FROM parsed WHERE id = ? AND version <> ?", (document_id, version))

    def delete(self, document_id: str) -> None:
        """Forget a document altogether."""
        with self._transaction() as db:
            for table in _TABLES:
                db.execute(f"DELETE FROM {table} WHERE id = ?", (document_id,))

    def clear(self) -> None:
        """Forget everything."""
        with self._transaction() as db:
            for table in _TABLES:
                db.execute(f"DELETE FROM {table}")

    def parsed(self, document_id: str, version: str) -> ParsedDocument | None:
        """The parsed text of one version, as its chunks' spans refer to it."""
        with self._lock:
            row = self._db.execute(
                "SELECT content FROM parsed WHERE id = ? AND version = ?", (document_id, version)
            ).fetchone()
        if row is None:
            return None
        content = json.loads(row[0])
        return ParsedDocument(
            text=content["text"],
            blocks=tuple(Block(**block) for block in content["blocks"]),
            title=content["title"],
            losses=tuple(content["losses"]),
        )

    def texts(self) -> Iterator[tuple[Document, str]]:
        """Every committed document with its parsed text, by URI."""
        for record in self.records():
            parsed = self.parsed(record.document.id, record.document.version)
            if parsed is not None:
                yield record.document, parsed.text

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _one(self, query: str, document_id: str) -> Record | None:
        with self._lock:
            row = self._db.execute(query, (document_id,)).fetchone()
        return None if row is None else Record(_document(row[0]), row[1])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _record(document: Document) -> str:
    return json.dumps(asdict(replace(document, metadata=dict(document.metadata))), default=str)


def _document(text: str) -> Document:
    content = json.loads(text)
    for key in ("effective_from", "effective_to"):
        content[key] = date.fromisoformat(content[key]) if content[key] else None
    return Document(**{**content, "groups": tuple(content["groups"])})
