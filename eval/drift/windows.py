"""Which logged questions are compared: a window of now and one of then."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.operations import MINIMUM
from app.question_log import LoggedQuestion, QuestionLogError, read_log, stamp

_DAYS = re.compile(r"(\d+)d")
_DATES = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


class DriftError(Exception):
    """A window is not one, or holds too little to be compared."""


@dataclass(frozen=True, slots=True)
class Window:
    """Logged questions of a time, oldest first, with the words that name it."""

    name: str
    rows: tuple[LoggedQuestion, ...]


def windows(
    log: Path, reference: str, current: str, now: datetime | None = None
) -> tuple[Window, Window]:
    """The window of then and the window of now.

    A window is "7d" or "2026-09-01..2026-09-30" (UTC, both days inclusive). Days of `current` end
    now; days of `reference` end where `current` begins. `reference` may be a file: another log, or
    a window that was kept. Raises DriftError or QuestionLogError.
    """
    rows = read_log(log)
    start, end = _span(current, now or datetime.now(UTC))
    present = Window(_name(start, end), _between(rows, start, end))
    if _DAYS.fullmatch(reference) or _DATES.fullmatch(reference):
        before, until = _span(reference, start)
        then = Window(_name(before, until), _between(rows, before, until))
        if before < end and start < until:
            raise DriftError(f"The windows overlap: {then.name} and {present.name}.")
    else:
        then = Window(Path(reference).name, tuple(_read(Path(reference))))
    for kind, window in (("reference", then), ("current", present)):
        if len(window.rows) < MINIMUM:
            raise DriftError(_too_few(kind, window, rows))
    return then, present


def keep(window: Window, path: Path) -> None:
    """Write a window for later use as the reference: no hash, no wording, no trace id."""
    lines = []
    for row in window.rows:
        bare = replace(row, trace_id="", hash=None, wording=None)
        lines.append(json.dumps(asdict(bare), default=bytes.hex))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _read(path: Path) -> list[LoggedQuestion]:
    if path.suffix != ".jsonl":
        return read_log(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        contents = [json.loads(line) for line in lines if line.strip()]
        return [LoggedQuestion(**{**c, "vector": bytes.fromhex(c["vector"])}) for c in contents]
    except OSError as error:
        raise QuestionLogError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise QuestionLogError(f"{path} is not a window that was kept: {error!r}.") from error


def _span(text: str, end: datetime) -> tuple[datetime, datetime]:
    if days := _DAYS.fullmatch(text):
        return end - timedelta(days=int(days[1])), end
    dates = _DATES.fullmatch(text)
    if dates is None:
        raise DriftError(f"{text!r} is not a window: write 7d or 2026-09-01..2026-09-30.")
    try:
        first, last = (date.fromisoformat(day) for day in dates.groups())
    except ValueError as error:
        raise DriftError(f"{text!r} is not a window: {error}.") from error
    begin = datetime.combine(first, datetime.min.time(), UTC)
    return begin, datetime.combine(last, datetime.min.time(), UTC) + timedelta(days=1)


def _between(
    rows: Sequence[LoggedQuestion], start: datetime, end: datetime
) -> tuple[LoggedQuestion, ...]:
    return tuple(row for row in rows if stamp(start) <= row.asked_at < stamp(end))


def _name(start: datetime, end: datetime) -> str:
    return f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"


def _too_few(kind: str, window: Window, rows: Sequence[LoggedQuestion]) -> str:
    held = "The log is empty."
    if rows:
        held = f"The log has {len(rows)}, {rows[0].asked_at[:10]} to {rows[-1].asked_at[:10]}."
    return (
        f"The {kind} window ({window.name}) has {len(window.rows)} questions; at least {MINIMUM} "
        f"are needed. {held} Choose a longer one with --{kind}."
    )
