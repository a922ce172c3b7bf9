"""Uploads that are indexed later: how far they are, and stopping them."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query

from app.bootstrap import Application
from app.dependencies import App, Caller
from app.problems import RESPONSES
from app.schemas.tasks import TaskList, TaskOut
from app.tasks import Task
from retrieval.models import Principal

router = APIRouter(prefix="/v1/tasks", tags=["documents"], responses=RESPONSES)


@router.get("", summary="List your uploads")
def list_tasks(
    app: App,
    caller: Caller,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(description="`next` of the page before.")] = None,
) -> TaskList:
    """The caller's own uploads, newest first."""
    found = app.tasks.of_owner(caller.name, limit + 1, after)
    more = found[limit - 1].id if len(found) > limit else None
    return TaskList(tasks=[TaskOut.of(task) for task in found[:limit]], next=more)


@router.get("/{task_id}", summary="How far is an upload?")
def get_task(task_id: str, app: App, caller: Caller) -> TaskOut:
    """One of the caller's own uploads."""
    return TaskOut.of(_own(task_id, app, caller))


@router.delete("/{task_id}", summary="Stop an upload")
def cancel_task(task_id: str, app: App, caller: Caller) -> TaskOut:
    """Stop it: at once where it waits, after its current batch where it runs."""
    _own(task_id, app, caller)
    cancelled = app.tasks.cancel(task_id)
    assert cancelled is not None
    return TaskOut.of(cancelled)


def _own(task_id: str, app: Application, caller: Principal) -> Task:
    """The task, or 404 whether it is another's or not there."""
    found = app.tasks.get(task_id)
    if found is None or found.owner != caller.name:
        raise HTTPException(404, "There is no such task.")
    return found
