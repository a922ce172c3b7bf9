"""What a run says as a whole, on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from eval.metrics import Prices, abstention
from eval.models import Measure
from eval.records import CaseRecord
from eval.report import format_measure
from eval.totals import agent_summary, latency, recall_by_k, tokens

_AGENT = {
    "steps": "searches and readings",
    "redundant": "redundant searches",
    "right_stop": "right stop",
    "coverage": "plan coverage",
}


def show_totals(
    console: Console, records: Sequence[CaseRecord], prices: Prices | None = None
) -> None:
    """Recall by k, abstention, the agent where it answered, time by step, tokens where any."""
    console.print(_recall(records))
    console.print(_abstention(records))
    if (agent := agent_summary(records)) is not None:
        console.print(_means("The agent", {_AGENT[key]: found for key, found in agent.items()}))
    console.print(_latency(records))
    spent = tokens(records, prices)
    if spent["read"] or spent["written"] or prices:
        price = "" if spent["cost"] is None else f", cost {spent['cost']:.4f}"
        console.print(f"Tokens: {spent['read']} read, {spent['written']} written{price}")


def _recall(records: Sequence[CaseRecord]) -> Table:
    curve = recall_by_k(records)
    table = Table("recall@k", *(str(k) for k in curve), title="Recall by k")
    table.add_row("mean", *(_number(found.mean) for found in curve.values()))
    table.add_row("low", *(_number(found.low) for found in curve.values()))
    table.add_row("high", *(_number(found.high) for found in curve.values()))
    return table


def _abstention(records: Sequence[CaseRecord]) -> Table:
    chose = [record.answer.status == "abstained" for record in records]
    found = abstention(chose, [record.case.answerable for record in records])
    table = _means("Abstention", {"precision": found.precision, "recall": found.recall})
    table.add_row("F1", _number(found.f1))
    return table


def _latency(records: Sequence[CaseRecord]) -> Table:
    table = Table("Step", title="Milliseconds")
    for heading in ("p50", "p95"):
        table.add_column(heading, justify="right")
    for name, found in latency(records).items():
        table.add_row(name, f"{found.p50:.0f}", f"{found.p95:.0f}")
    return table


def _means(title: str, rows: dict[str, Measure]) -> Table:
    table = Table("Measure", "mean", title=title)
    for label, found in rows.items():
        table.add_row(label, format_measure(found))
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
