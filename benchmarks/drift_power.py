"""How often `eval drift` cries wolf, and how large a drift has to be to be found.

    python benchmarks/drift_power.py RUN [--resamples 200] [--seed 1]

RUN is a stored run (`results/<run>`). Its answers stand for a service's traffic: both windows are
drawn from them with replacement, as they are (false alarms) or with one thing planted (power). The
"new topic" is every off-topic question and the "other language" every question that is not English,
each held out of the ordinary traffic; everything else is changed in the rows. Ratings are drawn:
four of ten askers rate, one in ten of these thumbs down. So are times, log-normal about 0.7 s: a
run's own say more of how busy its machine was.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from app.bootstrap import build_embedder
from app.disguise import Disguise
from app.question_log import LoggedQuestion
from app.settings import Settings
from eval.drift.checks import drift
from eval.drift.windows import Window
from eval.records import CaseRecord, read
from ingestion.models import Vectors

Rows = list[LoggedQuestion]
Rng = np.random.Generator
Plant = Callable[[Rows, Rng], Rows]

SIZES = (50, 100, 200, 400)
NEW_TOPIC = "unanswerable_off_topic"
FOREIGN = "other_language"


def logged(record: CaseRecord, vector: Vectors, disguise: Disguise) -> LoggedQuestion:
    """A stored case as the service would have logged it, not rated."""
    answer = record.answer
    return LoggedQuestion(
        trace_id=answer.trace_id,
        asked_at="2026-09-01T00:00:00Z",
        mode="single",
        hash=disguise.hashed(answer.standalone_question),
        wording=None,
        space="run",
        vector=disguise.projected(vector).tobytes(),
        words=len(answer.standalone_question.split()),
        status=answer.status,
        abstain_reason=answer.abstain_reason,
        confidence=answer.evidence.confidence,
        similarity=answer.evidence.similarity,
        coverage=answer.evidence.coverage,
        passages=len(record.retrieved),
        citations=len(answer.citations),
        claims=len(answer.claims),
        dropped=answer.usage.dropped_claims,
        repaired=answer.usage.repaired_claims,
        unknown_markers=answer.usage.unknown_markers,
        degraded=int(answer.usage.degraded is not None),
        milliseconds=answer.timings["total"],
    )


def drawn(rows: Rows, size: int, rng: Rng, unhappy: float = 0.1) -> Rows:
    """A window: rows with replacement, some of them rated."""
    picked = [rows[place] for place in rng.integers(0, len(rows), size)]
    times = 700 * np.exp(0.4 * rng.standard_normal(size))
    rated = rng.random(size) < 0.4
    down = rng.random(size) < unhappy
    ratings = [(-1 if d else 1) if r else None for r, d in zip(rated, down, strict=True)]
    return [
        replace(row, rating=rating, milliseconds=float(ms))
        for row, rating, ms in zip(picked, ratings, times, strict=True)
    ]


def some(share: float, change: Callable[[LoggedQuestion], LoggedQuestion]) -> Plant:
    """Changes that share of the rows."""

    def plant(rows: Rows, rng: Rng) -> Rows:
        hit = rng.random(len(rows)) < share
        return [change(row) if yes else row for row, yes in zip(rows, hit, strict=True)]

    return plant


def mixed(share: float, others: Rows) -> Plant:
    """Puts other questions in the place of that share."""

    def plant(rows: Rows, rng: Rng) -> Rows:
        hit = rng.random(len(rows)) < share
        return [
            others[rng.integers(len(others))] if yes else r
            for r, yes in zip(rows, hit, strict=True)
        ]

    return plant


def _no_answer(row: LoggedQuestion) -> LoggedQuestion:
    return replace(row, status="abstained", abstain_reason="near_miss", citations=0, claims=0)


def _lower(by: float) -> Plant:
    return some(1, lambda row: replace(row, similarity=row.similarity - by))


def _slower(share: float, by: float) -> Plant:
    return some(share, lambda row: replace(row, milliseconds=row.milliseconds * by))


def _degraded(row: LoggedQuestion) -> LoggedQuestion:
    return replace(row, degraded=1)


def plants(topic: Rows, foreign: Rows) -> dict[str, tuple[str, Plant]]:
    """A name, the check that ought to find it, what is done."""
    table: dict[str, tuple[str, Plant]] = {}
    for share in (0.1, 0.2, 0.4):
        table[f"new topic, {share:.0%} of questions"] = "questions", mixed(share, topic)
        table[f"other language, {share:.0%}"] = "questions", mixed(share, foreign)
    for loss in (0.05, 0.1, 0.2):
        table[f"broken index: score lower by {loss}"] = "similarity", _lower(loss)
    for share in (0.1, 0.2, 0.4):
        table[f"abstains on {share:.0%} more of the answers"] = "abstained", some(share, _no_answer)
    for share in (0.05, 0.1, 0.2):
        table[f"model out for {share:.0%}"] = "degraded", some(share, _degraded)
    for factor in (1.2, 1.5, 2.0):
        table[f"slower by a factor of {factor}"] = "latency", _slower(1, factor)
    for factor in (3, 5):
        table[f"a tenth slower by a factor of {factor}"] = "slowest", _slower(0.1, factor)
    return table


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--resamples", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    cases = read(options.run).cases
    vectors = build_embedder(Settings()).embed([c.answer.standalone_question for c in cases])
    disguise = Disguise(b"k" * 32)
    rows = [logged(case, vector, disguise) for case, vector in zip(cases, vectors, strict=True)]
    kinds = [case.case.category for case in cases]
    topic = [row for row, kind in zip(rows, kinds, strict=True) if kind == NEW_TOPIC]
    foreign = [row for row, kind in zip(rows, kinds, strict=True) if kind == FOREIGN]
    usual = [r for r, k in zip(rows, kinds, strict=True) if k not in (NEW_TOPIC, FOREIGN)]

    print("| planted | found by |", " | ".join(map(str, SIZES)), "|", flush=True)
    print("|---|---|" + "---:|" * len(SIZES), flush=True)
    planted = plants(topic, foreign)
    for name in ("nothing", *planted, "thumbs down 30 %, not 10 %", "thumbs down 50 %"):
        key, plant = planted.get(
            name, ("any" if name == "nothing" else "feedback", some(0, _no_answer))
        )
        unhappy = {"30": 0.3, "50": 0.5}.get(name[12:14], 0.1)
        found = []
        for size in tqdm(SIZES, desc=name, leave=False):
            hits = 0
            repeats = options.resamples * (5 if key == "any" else 1)
            for _ in range(repeats):
                then = Window("then", tuple(drawn(usual, size, rng)))
                now = Window("now", tuple(plant(drawn(usual, size, rng, unhappy), rng)))
                keys = {finding.check.key for finding in drift(then, now).alarms}
                hits += bool(keys) if key == "any" else key in keys
            found.append(f"{hits / repeats:.1%}")
        print(f"| {name} | {key} |", " | ".join(found), "|", flush=True)


if __name__ == "__main__":
    main()
