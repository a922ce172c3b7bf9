"""Indexes uploads that wait, one after the other, in a thread of its own."""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from app.metrics import Metrics
from app.problems import described
from app.tasks import Task, TaskStore
from app.uploads import index_upload
from ingestion.errors import IndexLockedError, IndexUnavailableError
from ingestion.pipeline import IngestionPipeline, Watch
from retrieval.models import Principal

_log = logging.getLogger(__name__)

_IDLE_S = 1.0
_BUSY_S = 2.0


class _StoppedError(Exception):
    """The task was asked to stop, or the service is."""


@dataclass(slots=True)
class Worker:
    """Takes tasks until it is stopped. What it leaves running is queued again at the next start.

    A store or an index that can't be written at the moment is waited for; anything else that goes
    wrong fails the task, and only that one.
    """

    tasks: TaskStore
    ingestion: IngestionPipeline
    uploads: Path
    metrics: Metrics
    _stop: Event = field(default_factory=Event)
    _wake: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        """Settle what a killed service left, and begin."""
        self.tasks.recover()
        self._thread = Thread(target=self._work, name="uploads", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is a task."""
        self._wake.set()

    def stop(self) -> None:
        """Stop after the batch that is being embedded, and wait for that."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while not self._stop.is_set():
            task = self.tasks.claim()
            if task is None:
                self._pause(_IDLE_S)
            elif not self._run(task):
                self.tasks.requeue(task.id)
                self._pause(_BUSY_S)

    def _pause(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()

    def _run(self, task: Task) -> bool:
        """False where the task must wait."""
        try:
            self._index(task)
        except _StoppedError:
            if self._stop.is_set():
                return False
            self.tasks.cancelled(task.id)
            self.metrics.task("cancelled")
        except (IndexLockedError, IndexUnavailableError) as error:
            _log.warning("task %s waits: %s", task.id, error)
            return False
        # One bad task must not end the thread that all others need.
        except Exception as error:  # noqa: BLE001
            self.tasks.fail(task.id, described(error, f"/v1/tasks/{task.id}").detail)
            self.metrics.task("failed")
        return True

    def _index(self, task: Task) -> None:
        data = self.tasks.file(task.id).read_bytes()
        owner = Principal(task.owner, task.groups)
        watch = self._watching(task)
        done = index_upload(self.ingestion, self.uploads, owner, task.name, data, watch)
        total = done.chunks_embedded
        self.tasks.finish(task.id, done.outcome, done.document.id, total, done.losses)
        self.metrics.task("done")

    def _watching(self, task: Task) -> Watch:
        def watch(done: int, total: int) -> None:
            if not self.tasks.progress(task.id, done, total) or self._stop.is_set():
                raise _StoppedError

        return watch
