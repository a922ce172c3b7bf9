"""Uploads that are indexed later."""

from typing import Literal

from pydantic import Field

from app.schemas.model import Model
from app.tasks import Task


class TaskOut(Model):
    """One upload: `done` of `total` passages are embedded; `error` says why it failed.

    `document_id` is there once it is done; `losses` are what could not be read of the file.
    """

    id: str
    name: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    cancelling: bool
    done: int
    total: int
    outcome: str | None = Field(description="added, updated, unchanged or relabelled.")
    document_id: str | None
    losses: list[str]
    error: str | None
    created: str
    changed: str

    @classmethod
    def of(cls, task: Task) -> "TaskOut":
        """From a task; its owner and groups stay inside."""
        return cls(
            id=task.id,
            name=task.name,
            state=task.state,
            cancelling=task.cancelling,
            done=task.done,
            total=task.total,
            outcome=task.outcome,
            document_id=task.document_id,
            losses=list(task.losses),
            error=task.error,
            created=task.created,
            changed=task.changed,
        )


class TaskList(Model):
    """The caller's uploads, newest first; `next` continues the list, null at its end."""

    tasks: list[TaskOut]
    next: str | None
