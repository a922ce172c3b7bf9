"""Uploads that are indexed later: kept in a file until they are done, whatever dies meanwhile."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Literal, get_args

from ingestion.database import DamagedFileError, open_database
from ingestion.errors import IngestionError

State = Literal["queued", "running", "done", "failed", "cancelled"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, groups TEXT NOT NULL, name TEXT NOT NULL,
    digest TEXT NOT NULL, idempotency TEXT, state TEXT NOT NULL, cancelling INTEGER NOT NULL,
    done INTEGER NOT NULL, total INTEGER NOT NULL, outcome TEXT, document_id TEXT,
    losses TEXT NOT NULL, error TEXT, created TEXT NOT NULL, changed TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS task_keys ON tasks (owner, idempotency);
CREATE INDEX IF NOT EXISTS tasks_by_time ON tasks (owner, created);
PRAGMA user_version = 1;
"""
_COLUMNS = (
    "id, owner, groups, name, digest, state, cancelling, done, total, outcome, document_id, "
    "losses, error, created, changed"
)
_KEPT = timedelta(days=30)


class IdempotencyError(Exception):
    """An idempotency key was used before, for another file."""


@dataclass(frozen=True, slots=True)
class Task:
    """One upload. `done` of `total` chunks are staged; `error` says why it failed.

    `cancelling`: it was asked to stop and has not yet.
    """

    id: str
    owner: str
    groups: tuple[str, ...]
    name: str
    digest: str
    state: State
    cancelling: bool
    done: int
    total: int
    outcome: str | None
    document_id: str | None
    losses: tuple[str, ...]
    error: str | None
    created: str
    changed: str


class TaskStore:
    """Thread-safe access to one SQLite file, and to the folder with the files that wait.

    Raises IngestionError when the file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._files = folder / "incoming"
        self._files.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        path = folder / "tasks.sqlite"
        try:
            self._db = open_database(path, _SCHEMA)
        except DamagedFileError as error:
            raise IngestionError(
                f"The file of tasks {path} cannot be used: {error}. Move it away and start again: "
                "uploads that were waiting have to be sent again."
            ) from error

    def submit(
        self,
        owner: str,
        groups: tuple[str, ...],
        name: str,
        data: bytes,
        digest: str,
        idempotency: str | None,
    ) -> Task:
        """A queued task; the one there is already for the same key and file.

        Raises IdempotencyError when the key was used for another file.
        """
        known = self._by_key(owner, idempotency)
        if known is not None:
            if known.digest != digest or known.name != name:
                raise IdempotencyError(
                    "This Idempotency-Key was used for another file; use a new one."
                )
            return known
        task_id, now = uuid.uuid4().hex, _now()
        fresh = self._files / f".{task_id}"
        fresh.write_bytes(data)
        fresh.replace(self.file(task_id))
        row = (task_id, owner, json.dumps(groups), name, digest, idempotency, now, now)
        with self._lock:
            # The same key may have come twice at once: the second one changes nothing.
            made = self._db.execute(
                "INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, 'queued', 0, 0, 0, NULL, NULL, '[]', "
                "NULL, ?, ?) ON CONFLICT (owner, idempotency) DO NOTHING",
                row,
            ).rowcount
        if not made:
            self.file(task_id).unlink()
            return self.submit(owner, groups, name, data, digest, idempotency)
        found = self.get(task_id)
        assert found is not None
        return found

    def recover(self) -> None:
        """What ran when a process died is queued again; what ended long ago is forgotten."""
        old = (datetime.now(UTC) - _KEPT).isoformat(timespec="seconds")
        with self._lock:
            self._db.execute("UPDATE tasks SET state = 'queued' WHERE state = 'running'")
            self._db.execute(
                "DELETE FROM tasks WHERE changed < ? AND state NOT IN ('queued', 'running')", (old,)
            )
            waiting = {
                row[0] for row in self._db.execute("SELECT id FROM tasks WHERE state = 'queued'")
            }
        for path in self._files.iterdir():
            if path.name not in waiting:
                path.unlink()

    def claim(self) -> Task | None:
        """The oldest queued task, from now on running; None where nothing waits."""
        with self._lock:
            row = self._db.execute(
                "UPDATE tasks SET state = 'running', changed = ? WHERE id = (SELECT id FROM tasks "
                f"WHERE state = 'queued' ORDER BY created, rowid LIMIT 1) RETURNING {_COLUMNS}",
                (_now(),),
            ).fetchone()
        return _task(row) if row else None

    def requeue(self, task_id: str) -> None:
        """Put a running task back: the index is busy."""
        self._set(task_id, "state = 'queued', done = 0")

    def progress(self, task_id: str, done: int, total: int) -> bool:
        """Note how far a task is. False when it was asked to stop."""
        self._set(task_id, "done = ?, total = ?", done, total)
        found = self.get(task_id)
        return found is not None and not found.cancelling

    def finish(
        self, task_id: str, outcome: str, document_id: str, total: int, losses: tuple[str, ...]
    ) -> None:
        """A task is done."""
        values = (outcome, document_id, total, total, json.dumps(losses))
        changes = "state = 'done', outcome = ?, document_id = ?, done = ?, total = ?, losses = ?"
        self._end(task_id, changes, *values)

    def fail(self, task_id: str, error: str) -> None:
        """A task can't be done; `error` is for its owner."""
        self._end(task_id, "state = 'failed', error = ?", error)

    def cancelled(self, task_id: str) -> None:
        """A running task has stopped, as it was asked to."""
        self._end(task_id, "state = 'cancelled'")

    def cancel(self, task_id: str) -> Task | None:
        """Stop a task: at once where it waits, at its next step where it runs."""
        with self._lock:
            self._db.execute(
                "UPDATE tasks SET cancelling = 1, changed = ?, "
                "state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END "
                "WHERE id = ? AND state IN ('queued', 'running')",
                (_now(), task_id),
            )
        found = self.get(task_id)
        if found is not None and found.state == "cancelled":
            self.file(task_id).unlink(missing_ok=True)
        return found

    def get(self, task_id: str) -> Task | None:
        """A task by its id."""
        with self._lock:
            row = self._db.execute(
                f"SELECT {_COLUMNS} FROM tasks WHERE id = ?", (task_id,)
            ).fetchone()
        return _task(row) if row else None

    def of_owner(self, owner: str, limit: int, before: str | None) -> list[Task]:
        """An owner's tasks, newest first; `before`: older than the task with this id."""
        with self._lock:
            rows = self._db.execute(
                f"SELECT {_COLUMNS} FROM tasks WHERE owner = ? AND rowid < "
                "coalesce((SELECT rowid FROM tasks WHERE id = ? AND owner = ?), 9e18) "
                "ORDER BY rowid DESC LIMIT ?",
                (owner, before, owner, limit),
            ).fetchall()
        return [_task(row) for row in rows]

    def by_state(self) -> dict[str, int]:
        """How many tasks are in each state, of all owners; every state is named."""
        with self._lock:
            rows = self._db.execute("SELECT state, count(*) FROM tasks GROUP BY state").fetchall()
        return dict.fromkeys(get_args(State), 0) | dict(rows)

    def file(self, task_id: str) -> Path:
        """Where a waiting task's file is."""
        return self._files / task_id

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()

    def _by_key(self, owner: str, idempotency: str | None) -> Task | None:
        if idempotency is None:
            return None
        with self._lock:
            row = self._db.execute(
                f"SELECT {_COLUMNS} FROM tasks WHERE owner = ? AND idempotency = ?",
                (owner, idempotency),
            ).fetchone()
        return _task(row) if row else None

    def _set(self, task_id: str, changes: str, *values: object) -> None:
        with self._lock:
            self._db.execute(
                f"UPDATE tasks SET {changes}, changed = ? WHERE id = ?", (*values, _now(), task_id)
            )

    def _end(self, task_id: str, changes: str, *values: object) -> None:
        self._set(task_id, changes, *values)
        self.file(task_id).unlink(missing_ok=True)


def _task(row: tuple[str, ...]) -> Task:
    task_id, owner, groups, name, digest, state, cancelling, done, total, *rest = row
    outcome, document_id, losses, error, created, changed = rest
    return Task(
        task_id,
        owner,
        tuple(json.loads(groups)),
        name,
        digest,
        state,  # type: ignore[arg-type]
        bool(cancelling),
        int(done),
        int(total),
        outcome,
        document_id,
        tuple(json.loads(losses)),
        error,
        created,
        changed,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
