"""What is looked at for drift, and when a difference is worth an alarm.

An alarm needs three things: it is hardly chance (Holm-adjusted p below ALPHA over all checks of the
run), it is large enough to matter, and it is for the worse where one way is worse.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.operations import MINIMUM, distributions
from app.question_log import LoggedQuestion
from eval.drift.statistics import Points, holm, mmd, novelty, shares
from eval.drift.windows import Window

ALPHA = 0.05
SEED = 20260101
RATINGS = 20
"""Fewest ratings of a window."""

LARGEST = 1500
"""Questions of a window whose meaning is compared; of more, so many are drawn."""

Rows = Sequence[LoggedQuestion]
Unit = Literal["distance", "words", "cosine", "share", "ms"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Numbers of then and now, their difference in a measure of its own, and its raw p."""

    then: float | None
    now: float
    effect: float
    p: float


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at. `test` gives None where the windows hold too little.

    `least` is the smallest effect that is worth an alarm; `worse` the only way that is, if one is.
    """

    key: str
    label: str
    unit: Unit
    test: Callable[[Rows, Rows], Outcome | None]
    least: float = 0.0
    worse: Literal["higher"] | None = None
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A check with what came of it; `p` is Holm-adjusted. `skipped` says why nothing did."""

    check: Check
    outcome: Outcome | None
    p: float | None
    alarm: bool
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """Two windows, what every check found, and what is asked now and was not then.

    `novel` has masked questions, most novel first, where the log keeps wording and the questions
    have changed.
    """

    reference: Window
    current: Window
    findings: tuple[Finding, ...]
    novel: tuple[str, ...] = ()

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """The findings that are alarms."""
        return tuple(finding for finding in self.findings if finding.alarm)


def drift(reference: Window, current: Window) -> Drift:
    """Every check over two windows."""
    outcomes = [check.test(reference.rows, current.rows) for check in CHECKS]
    adjusted = iter(holm([outcome.p for outcome in outcomes if outcome is not None]))
    findings = []
    for check, outcome in zip(CHECKS, outcomes, strict=True):
        if outcome is None:
            findings.append(Finding(check, None, None, False, check.lacking))
        else:
            p = next(adjusted)
            findings.append(Finding(check, outcome, p, _alarms(check, outcome, p)))
    changed = findings[0].alarm
    return Drift(reference, current, tuple(findings), _novel(reference, current) if changed else ())


def _alarms(check: Check, outcome: Outcome, p: float) -> bool:
    better = check.worse == "higher" and outcome.now <= (outcome.then or 0.0)
    return p < ALPHA and outcome.effect >= check.least and not better


def _questions(then: Rows, now: Rows) -> Outcome | None:
    then, now = with_vector(then), with_vector(now)
    if min(len(then), len(now)) < MINIMUM:
        return None
    if len({row.space for row in (*then, *now)}) != 1:
        return None
    effect, p = mmd(_points(then), _points(now), SEED)
    return Outcome(None, effect, effect, p)


def with_vector(rows: Rows) -> Rows:
    """The rows that keep a question's meaning; those of QUESTION_LOG=measures do not."""
    return [row for row in rows if row.vector]


def _novel(reference: Window, current: Window, most: int = 5) -> tuple[str, ...]:
    rows = [row for row in current.rows if row.wording]
    if not rows:
        return ()
    scores = novelty(_points(with_vector(reference.rows)), _points(rows, len(rows)))
    ordered = (str(rows[place].wording) for place in np.argsort(-scores, kind="stable"))
    return tuple(dict.fromkeys(ordered))[:most]


def _points(rows: Rows, most: int = LARGEST) -> Points:
    if len(rows) > most:
        chosen = np.random.default_rng(SEED).choice(len(rows), most, replace=False)
        rows = [rows[place] for place in sorted(chosen)]
    return np.array([np.frombuffer(row.vector, np.int8) for row in rows], dtype=np.float64)


def _values(
    value: Callable[[LoggedQuestion], float], *, relative: bool = False
) -> Callable[[Rows, Rows], Outcome]:
    """Compares distributions, shown by their medians; `relative`: the effect is a factor less 1."""

    def test(then: Rows, now: Rows) -> Outcome:
        before, after = [value(row) for row in then], [value(row) for row in now]
        distance, p = distributions(before, after)
        middle, present = float(np.median(before)), float(np.median(after))
        effect = abs(present / middle - 1) if relative and middle else distance
        return Outcome(middle, present, effect, p)

    return test


def _share(
    counts: Callable[[LoggedQuestion], bool],
    of: Callable[[LoggedQuestion], bool] = lambda _: True,
    fewest: int = 1,
) -> Callable[[Rows, Rows], Outcome | None]:
    def test(then: Rows, now: Rows) -> Outcome | None:
        before, after = ([counts(row) for row in rows if of(row)] for rows in (then, now))
        if min(len(before), len(after)) < fewest:
            return None
        difference, p = shares(before, after)
        return Outcome(float(np.mean(before)), float(np.mean(after)), abs(difference), p)

    return test


def _tail(then: Rows, now: Rows) -> Outcome:
    """The slowest twentieth of both windows: is it mostly of now?"""
    before, after = ([row.milliseconds for row in rows] for rows in (then, now))
    bound = np.quantile([*before, *after], 0.95)
    _, p = shares([ms > bound for ms in before], [ms > bound for ms in after])
    slow, present = float(np.quantile(before, 0.95)), float(np.quantile(after, 0.95))
    return Outcome(slow, present, abs(present / slow - 1) if slow else 0.0, p)


def _failed_citation(row: LoggedQuestion) -> bool:
    return row.status == "partial" or row.dropped > 0 or row.unknown_markers > 0


CHECKS: tuple[Check, ...] = (
    Check(
        "questions",
        "what is asked",
        "distance",
        _questions,
        lacking="key or embedder changed between the windows, or one has fewer than "
        f"{MINIMUM} questions with a vector (QUESTION_LOG=hashed keeps it)",
    ),
    Check("length", "length of a question", "words", _values(lambda row: float(row.words)), 0.5),
    Check("similarity", "retrieval score", "cosine", _values(lambda row: row.similarity), 0.02),
    Check("abstained", "abstentions", "share", _share(lambda row: row.status == "abstained"), 0.03),
    Check(
        "citations",
        "citation failures",
        "share",
        _share(_failed_citation, lambda row: row.status != "abstained"),
        0.03,
        "higher",
        lacking="a window has no answers",
    ),
    Check(
        "degraded",
        "degraded answers",
        "share",
        _share(lambda row: bool(row.degraded)),
        0.02,
        "higher",
    ),
    Check(
        "latency",
        "time, median",
        "ms",
        _values(lambda row: row.milliseconds, relative=True),
        0.1,
        "higher",
    ),
    Check("slowest", "time, 95th percentile", "ms", _tail, 0.1, "higher"),
    Check(
        "feedback",
        "thumbs down",
        "share",
        _share(lambda row: row.rating == -1, lambda row: row.rating is not None, RATINGS),
        0.05,
        "higher",
        lacking=f"a window has fewer than {RATINGS} ratings",
    ),
)
