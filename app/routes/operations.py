"""How the service does, for those who operate it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from app.dependencies import App, Operator
from app.evaluation import runs
from app.operations import MINIMUM, REFERENCE_DAYS, moved, periods, window
from app.problems import RESPONSES
from app.question_log import stamp
from app.schemas.evaluation import Evaluation
from app.schemas.operations import Operations

router = APIRouter(prefix="/v1", tags=["operations"], responses=RESPONSES)


@router.get("/operations", summary="How does the service do?")
def operations(
    app: App,
    _: Operator,
    days: Annotated[int, Query(ge=1, le=30, description="The last so many days.")] = 7,
) -> Operations:
    """Counts and times from the question log, by hour or day, and whether scores moved.

    Over all callers together, so it wants a key that operates.
    """
    now = datetime.now(UTC)
    start, bucket = window(days, now)
    rows = app.questions.since(start - timedelta(days=REFERENCE_DAYS)) if app.questions else []
    begin = stamp(start)
    present = [row for row in rows if row.asked_at >= begin]
    before = rows[: len(rows) - len(present)]
    return Operations(
        days=days,
        log=app.settings.question_log,
        bucket=bucket,
        periods=periods(present, start, bucket, now),
        reference_days=REFERENCE_DAYS,
        minimum=MINIMUM,
        drift=moved(before, present),
    )


@router.get("/evaluation", summary="How well does it answer?")
def evaluation(app: App, _: Operator) -> Evaluation:
    """The newest evaluation run with its intervals, and the runs before it.

    For operators only: it tells the settings, and which kinds of questions go wrong.
    """
    return Evaluation.of(runs(app.settings.evaluation_dir, app.settings.evaluation_baseline))
