"""Thumbs up and down, kept in the question log."""

from fastapi import APIRouter, HTTPException

from app.dependencies import App, Caller
from app.problems import RESPONSES
from app.schemas.feedback import Feedback

router = APIRouter(prefix="/v1", tags=["questions"], responses=RESPONSES)


@router.post("/feedback", status_code=204, summary="Rate an answer")
def feedback(rated: Feedback, app: App, _: Caller) -> None:
    """Keep a rating beside the logged question; 404 for an answer that is not in the log."""
    if app.questions is None:
        raise HTTPException(404, "Ratings are not kept here: QUESTION_LOG=off.")
    if not app.questions.rate(rated.trace_id, rated.rating):
        raise HTTPException(404, "The log has no answer with this trace id, or no longer.")
    app.metrics.rated(rated.rating)
