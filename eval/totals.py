"""What a run says as a whole, beside the means of its cases: from its stored records.

How often it abstains rightly, recall by the length of the list, how long each step takes, what the
model read and wrote, and how the agent went about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.schemas.passages import PassageOut
from eval.groups import grouped
from eval.metrics import Percentiles, Prices, abstention, bootstrap, cost, percentiles
from eval.models import Measure, Span
from eval.ranking import KS, recall_curve
from eval.trajectory import AgentMeasures, calls, plan_coverage, redundant_searches, right_stop

if TYPE_CHECKING:
    from eval.records import CaseRecord


def gold_of(record: "CaseRecord") -> list[Span]:
    """A record's gold spans."""
    return [Span(gold.document, gold.start, gold.end) for gold in record.gold]


def ranked_of(record: "CaseRecord") -> list[Span]:
    """A record's passages, best first."""
    return [_span(passage) for passage in record.retrieved]


def recall_by_k(records: Sequence["CaseRecord"], ks: Sequence[int] = KS) -> dict[int, Measure]:
    """Mean recall@k with its interval for each k, over the answerable cases with gold."""
    curves = [
        recall_curve(gold_of(record), ranked_of(record), ks)
        for record in records
        if record.case.answerable and record.gold
    ]
    return {k: bootstrap([curve[k] for curve in curves]) for k in ks}


def agent_measures(record: "CaseRecord") -> AgentMeasures | None:
    """How the agent went about a case; None for the single pass."""
    steps = record.answer.trajectory
    if not steps:
        return None
    known = [*record.retrieved, *record.answer.nearest]
    places = {passage.chunk_id: _span(passage) for passage in known}
    coverage = plan_coverage(gold_of(record), steps, places)
    return AgentMeasures(
        steps=calls(steps),
        redundant=redundant_searches(steps),
        right_stop=right_stop(
            answerable=record.case.answerable,
            abstained=record.answer.status == "abstained",
            coverage=coverage,
        ),
        coverage=coverage,
    )


def agent_summary(records: Sequence["CaseRecord"]) -> dict[str, Measure] | None:
    """The mean of every agent measure with its interval; None where no case has a trajectory."""
    rows = [asdict(found) for record in records if (found := agent_measures(record))]
    if not rows:
        return None
    return {
        key: bootstrap([float(row[key]) for row in rows if row[key] is not None]) for key in rows[0]
    }


def latency(records: Sequence["CaseRecord"]) -> dict[str, Percentiles]:
    """Milliseconds of every timed step, over the answers that took it."""
    steps: dict[str, list[float]] = {}
    for record in records:
        for name, milliseconds in record.answer.timings.items():
            steps.setdefault(name, []).append(milliseconds)
    return {name: found for name, values in steps.items() if (found := percentiles(values))}


def totals_json(
    records: Sequence["CaseRecord"], prices: Prices | None = None
) -> dict[str, dict[str, Any]]:
    """All of it for the whole run and for each split, as it is stored."""
    return {name: _totals(part, prices) for name, part in _parts(records).items()}


def recall_curves(records: Sequence["CaseRecord"]) -> dict[str, dict[int, Measure]]:
    """recall@k by k, for the whole run and for each split."""
    return {name: recall_by_k(part) for name, part in _parts(records).items()}


def recall_json(records: Sequence["CaseRecord"]) -> dict[str, dict[str, Any]]:
    """The curves as they are stored."""
    return {
        name: {str(k): asdict(measure) for k, measure in curve.items()}
        for name, curve in recall_curves(records).items()
    }


def _span(passage: PassageOut) -> Span:
    span = passage.source_span
    return Span(passage.document_uri, span.start_char, span.end_char)


def _parts(records: Sequence["CaseRecord"]) -> dict[str, Sequence["CaseRecord"]]:
    splits = grouped(records, "split")
    return {"all": records, **{f"split:{name}": part for name, part in splits.items()}}


def _totals(records: Sequence["CaseRecord"], prices: Prices | None) -> dict[str, Any]:
    chose = [record.answer.status == "abstained" for record in records]
    agent = agent_summary(records)
    return {
        "abstention": asdict(abstention(chose, [record.case.answerable for record in records])),
        "milliseconds": {name: asdict(found) for name, found in latency(records).items()},
        "tokens": tokens(records, prices),
        "agent": agent and {key: asdict(measure) for key, measure in agent.items()},
    }


def tokens(records: Sequence["CaseRecord"], prices: Prices | None) -> Mapping[str, float | None]:
    """Tokens that models read and wrote over all cases, and what they cost; None without prices."""
    read = sum(record.answer.usage.tokens_in for record in records)
    written = sum(record.answer.usage.tokens_out for record in records)
    price = None if prices is None else cost(read, written, prices)
    return {"read": read, "written": written, "cost": price}
