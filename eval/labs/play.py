"""Plays a lab: the same cases before and after the fault, in pairs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.labs.bench import Bench
from eval.labs.lab import Lab
from eval.measures import MEASURES
from eval.models import CaseResult, EvalCase, by_stage
from eval.paired import Paired, paired

TOLERANCE = 0.06
"""A measure that moves by less, either way, holds: two questions of the 36 that a lab may ask."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A case that was right before the fault and is not after it."""

    id: str
    question: str
    before: str
    after: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a lab showed; all that its page says in numbers.

    `measures` are broken minus healthy; `healthy` and `broken` count failed cases by the stage to
    blame, `costs` those that the fault made fail; `gained` counts cases that it made right.
    """

    lab: str
    cases: int
    documents: int
    measures: Mapping[str, Paired]
    healthy: Mapping[str, int]
    broken: Mapping[str, int]
    costs: Mapping[str, int]
    lost: tuple[Lost, ...]
    gained: int

    def json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def of(cls, content: dict[str, Any]) -> "Outcome":
        """As it was stored. Raises TypeError for other content."""
        measures = {key: Paired(**found) for key, found in content["measures"].items()}
        lost = tuple(Lost(**case) for case in content["lost"])
        return cls(**{**content, "measures": measures, "lost": lost})


def play(
    lab: Lab,
    bench: Bench,
    cases: Sequence[EvalCase],
    on_case: Callable[[EvalCase], object] = lambda _: None,
) -> Outcome:
    """Ask the lab's cases of the healthy application and of the broken one.

    Raises IngestionError or RetrievalError as the application does.
    """
    chosen = lab.select(cases, [path.relative_to(bench.root).as_posix() for path in bench.files])
    healthy = lab.control(bench.app) if lab.control else bench.app
    name = lab.name if lab.control else "healthy"
    before = bench.control(name, healthy, chosen, on_case)
    with lab.broken(bench, healthy) as broken:
        after = bench.ask(broken, chosen, on_case)
    return outcome(lab, before, after, len(bench.files))


def outcome(
    lab: Lab, before: Sequence[CaseResult], after: Sequence[CaseResult], documents: int
) -> Outcome:
    """Two runs of the same cases, in the same order, compared."""
    pairs = list(zip(before, after, strict=True))
    lost = [(one, two) for one, two in pairs if not one.blame and two.blame]
    return Outcome(
        lab=lab.name,
        cases=len(pairs),
        documents=documents,
        measures={
            key: found
            for key, measured in MEASURES.items()
            if (found := paired(*([measured.value(r) for r in run] for run in (before, after))))
        },
        healthy=by_stage([result.blame for result in before]),
        broken=by_stage([result.blame for result in after]),
        costs=by_stage([two.blame for _, two in lost]),
        lost=tuple(_lost(one, two) for one, two in lost),
        gained=sum(bool(one.blame and not two.blame) for one, two in pairs),
    )


def surprises(lab: Lab, found: Outcome) -> list[str]:
    """What came out otherwise than the lab says, a sentence each; empty when it is as it says."""
    said = []
    for move in lab.moves:
        moved = found.measures.get(move.measure)
        if moved is None or move.sign * moved.difference < move.least:
            by = "does not apply" if moved is None else f"moved by {moved.difference:+.2f}"
            said.append(f"{move.measure} {by}, expected {move.sign * move.least:+.2f} or more.")
    for measure in lab.holds:
        held = found.measures.get(measure)
        if held is not None and abs(held.difference) > TOLERANCE:
            said.append(f"{measure} moved by {held.difference:+.2f}, expected to hold.")
    most = max(found.costs, key=lambda stage: found.costs[stage], default=None)
    if lab.blamed is not None and most != lab.blamed:
        said.append(f"{most or 'no stage'} is blamed most, expected {lab.blamed}.")
    return said


def _lost(before: CaseResult, after: CaseResult) -> Lost:
    assert after.blame is not None
    return Lost(
        id=before.case.id,
        question=before.case.question,
        before=before.answer.text,
        after=after.answer.text,
        stage=after.blame.stage,
        reason=after.blame.reason,
    )
