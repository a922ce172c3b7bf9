"""A row of the question log."""

from dataclasses import replace

from app.question_log import LoggedQuestion

_ANSWERED = LoggedQuestion(
    trace_id="0",
    asked_at="2026-09-01T00:00:00Z",
    mode="single",
    hash=None,
    wording=None,
    space="",
    vector=b"",
    words=7,
    status="answered",
    abstain_reason=None,
    confidence=0.6,
    similarity=0.5,
    coverage=0.5,
    passages=6,
    citations=1,
    claims=1,
    dropped=0,
    repaired=0,
    unknown_markers=0,
    degraded=0,
    milliseconds=100.0,
)


def logged_question(**changes: object) -> LoggedQuestion:
    """An ordinary answered question of QUESTION_LOG=measures, but for the changes."""
    return replace(_ANSWERED, **changes)  # type: ignore[arg-type]
