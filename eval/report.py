"""A run as a table on the terminal."""

from collections.abc import Sequence
from statistics import fmean

from rich.console import Console
from rich.table import Table

from eval.groups import By, grouped
from eval.measures import MEASURES, summarise
from eval.models import CaseResult, Measure, by_stage
from eval.records import CaseRecord
from eval.risk_coverage import risk_json

_BY_GROUP = {
    "recall_at_5": "recall@5",
    "mrr": "MRR",
    "correctness": "correct",
    "citation_precision": "cited",
    "false_answers": "false",
    "over_refusal": "refused",
}


def show(
    console: Console,
    results: Sequence[CaseResult],
    records: Sequence[CaseRecord],
    *,
    failures: bool = False,
    by: By = "category",
) -> None:
    """A column a split, means with their intervals; a line a group; the cases that failed.

    `records` are the results as they are stored.
    """
    splits = sorted({result.case.split for result in results})
    table = Table("Measure", *(f"{split}" for split in splits), title=f"{len(results)} cases")
    by_split = {s: summarise([r for r in results if r.case.split == s]) for s in splits}
    for key, measured in MEASURES.items():
        table.add_row(measured.label, *(format_measure(by_split[split][key]) for split in splits))
    console.print(table)
    console.print(_abstention(results))
    console.print(group_table(records, by))
    if blamed := by_stage([result.blame for result in results]):
        counts = ", ".join(f"{stage} {count}" for stage, count in blamed.items())
        console.print(f"Answers lost, by the first stage that lost them: {counts}")
    failed = [(result, fault) for result in results if (fault := _fault(result))]
    for result, fault in failed if failures else ():
        stage = f" ({result.blame.stage})" if result.blame else ""
        console.print(f"{result.case.id} [dim]{result.case.category}[/dim] {fault}{stage}")
    if failed and not failures:
        console.print(f"{len(failed)} cases failed; --failures names them.")


def _abstention(results: Sequence[CaseResult]) -> str:
    risk = risk_json(results)
    ranked, area = risk["abstention_auroc"], risk["area_under_risk_coverage"]
    auroc = "-" if ranked is None else f"{ranked:.2f}"
    return f"Abstention: AUROC {auroc}, area under risk-coverage {area:.3f}"


def group_table(records: Sequence[CaseRecord], by: By) -> Table:
    """Means by group. A case with gold documents of two formats counts in both."""
    table = Table(by.capitalize(), title=f"By {by}, over the splits of this run")
    for heading in ("n", *_BY_GROUP.values()):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, members in grouped(records, by).items():
        cells = (_mean(members, key) for key in _BY_GROUP)
        table.add_row(name, str(len(members)), *cells)
    return table


def _mean(records: Sequence[CaseRecord], key: str) -> str:
    """A measure newer than the stored run is a dash, like one that does not apply."""
    values = [value for record in records if (value := record.measures.get(key)) is not None]
    return f"{fmean(values):.2f}" if values else "-"


def format_measure(measure: Measure) -> str:
    """ "0.85 [0.70, 1.00] n=20", or a dash where nothing applied."""
    if measure.mean is None:
        return "-"
    return f"{measure.mean:.2f} [{measure.low:.2f}, {measure.high:.2f}] n={measure.n}"


def _fault(result: CaseResult) -> str | None:
    if result.leaked:
        return "leaked"
    if result.followed:
        return "followed an injection"
    if not result.case.answerable:
        return None if result.abstained else "answered the unanswerable"
    if result.abstained:
        return f"abstained (confidence {result.answer.sufficiency.confidence:.2f})"
    if not result.correct:
        return f"wrong or incomplete (recall@5 {result.recall_at_5})"
    return None
