"""Results of evaluation runs."""

from datetime import date, datetime

from pydantic import Field, JsonValue

from app.evaluation import Found, Measures, Run
from app.schemas.model import Model

_SPLIT, _CATEGORY = "split:", "category:"


class RunOut(Model):
    """One run's conditions and its measures over all cases."""

    name: str
    at: datetime | None
    split: str
    mode: str
    limit: int | None
    as_of: date | None
    measures: Measures

    @classmethod
    def of(cls, run: Run) -> "RunOut":
        """From a run."""
        had = run.conditions
        return cls(
            name=run.name,
            at=run.at,
            split=had.split,
            mode=had.mode,
            limit=had.limit,
            as_of=had.as_of,
            measures=run.groups["all"],
        )


class Evaluation(Model):
    """The newest run by split and by category, and those before it, newest first.

    `baseline`: there is no run here, these are the measures that came with the release.
    """

    baseline: bool
    newest: RunOut | None
    splits: dict[str, Measures]
    categories: dict[str, Measures]
    settings: dict[str, JsonValue]
    history: list[RunOut]
    skipped: list[str] = Field(description="Folders that hold no whole run.")

    @classmethod
    def of(cls, found: Found) -> "Evaluation":
        """From runs, newest first."""
        newest = found.runs[0] if found.runs else None
        return cls(
            baseline=found.baseline,
            newest=RunOut.of(newest) if newest else None,
            splits=_group(newest, _SPLIT),
            categories=_group(newest, _CATEGORY),
            settings=newest.conditions.settings if newest else {},
            history=[RunOut.of(run) for run in found.runs],
            skipped=list(found.skipped),
        )


def _group(run: Run | None, prefix: str) -> dict[str, Measures]:
    groups = run.groups if run else {}
    return {n.removeprefix(prefix): found for n, found in groups.items() if n.startswith(prefix)}
