"""Results of evaluation runs, read as files: their conditions and means, never a case's text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError

SHIPPED = Path(__file__).parents[1] / "eval" / "baselines" / "main.json"
"""The measures of this release: beside the code in a checkout, a wheel and a container alike."""

RUN_NAME = "%Y%m%dT%H%M%SZ"
"""How a run's folder is named: when it was made, UTC."""

_HISTORY = 30
_OF_A_MACHINE = ("_dir", "_root", "_url", "_issuer", "_jwks", "host", "port", "_baseline")


class Interval(BaseModel):
    """A mean over `n` cases with its 95 % interval; null where no case has the measure."""

    mean: float | None
    low: float | None
    high: float | None
    n: int


Measures = dict[str, Interval]
_SUMMARY = TypeAdapter(dict[str, dict[str, JsonValue]])
_MEASURES = TypeAdapter(Measures)


class Conditions(BaseModel):
    """What a run's `config.json` says of it; fields that are not shown are not read."""

    settings: dict[str, JsonValue] = {}
    as_of: date | None = None
    split: str = "all"
    mode: str = "single"
    limit: int | None = None


class _Cases(BaseModel):
    """What the file of a baseline's cases says of the run that it came from."""

    run: str
    config: Conditions


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `groups` has measures by "all", "split:test", "category:table_lookup" and so on."""

    name: str
    at: datetime | None
    conditions: Conditions
    groups: dict[str, Measures]


@dataclass(frozen=True, slots=True)
class Found:
    """Runs, newest first; the names of folders that are none; whether it is the baseline."""

    runs: Sequence[Run] = ()
    skipped: tuple[str, ...] = ()
    baseline: bool = False


def runs(folder: Path, baseline: Path | None) -> Found:
    """The runs below `folder`; where there is none, the baseline, if that is there."""
    found: list[Run] = []
    skipped: list[str] = []
    folders = sorted((p for p in folder.glob("*") if p.is_dir()), reverse=True)
    for path in folders:
        if len(found) == _HISTORY:
            break
        try:
            found.append(_run(path))
        except (OSError, ValueError):
            skipped.append(path.name)
    if found:
        return Found(found, tuple(skipped))
    path = baseline or SHIPPED
    try:
        return Found([_baseline(path)], tuple(skipped), baseline=True)
    except (OSError, ValueError):
        return Found([], (*skipped, path.name))


def _run(folder: Path) -> Run:
    """Raises OSError or ValueError where a file is missing, half written or of another kind."""
    conditions = Conditions.model_validate_json((folder / "config.json").read_bytes())
    return Run(
        folder.name, made_at(folder.name), _bare(conditions), _groups(folder / "summary.json")
    )


def _baseline(path: Path) -> Run:
    groups = _groups(path)
    cases = path.with_name(f"{path.stem}-cases.json")
    try:
        told = _Cases.model_validate_json(cases.read_bytes())
    except (OSError, ValidationError):
        return Run(path.stem, None, Conditions(), groups)
    return Run(told.run, made_at(told.run), _bare(told.config), groups)


def _groups(path: Path) -> dict[str, Measures]:
    summary = _SUMMARY.validate_json(path.read_bytes())
    # `blame` counts cases by stage: no measures.
    groups = {n: _MEASURES.validate_python(g) for n, g in summary.items() if n != "blame"}
    if "all" not in groups:
        raise ValueError(f"{path} has no measures over all cases")
    return groups


def _bare(conditions: Conditions) -> Conditions:
    """Without addresses and paths, which say nothing of a result and much of a machine."""
    settings = conditions.settings.items()
    shown = {name: value for name, value in settings if not name.endswith(_OF_A_MACHINE)}
    return conditions.model_copy(update={"settings": shown})


def made_at(name: str) -> datetime | None:
    """When the run of this name was made; None for a folder that is named otherwise."""
    try:
        return datetime.strptime(name, RUN_NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
