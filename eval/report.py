"""A run as a table on the terminal and as JSON files."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from app.schemas.answers import AnswerOut
from eval.metrics import bootstrap
from eval.models import CATEGORIES, CaseResult, Measure
from eval.risk_coverage import risk_json

Value = Callable[[CaseResult], float | bool | None]

MEASURES: dict[str, tuple[str, Value]] = {
    "recall_at_5": ("recall@5", lambda r: r.recall_at_5),
    "ndcg_at_10": ("nDCG@10", lambda r: r.ndcg_at_10),
    "correctness": ("answer correctness", lambda r: r.correct),
    "faithfulness": ("faithfulness", lambda r: r.faithfulness),
    "citation_precision": ("citation precision", lambda r: r.citation_precision),
    "citation_recall": ("citation recall", lambda r: r.citation_recall),
    "verbatim_quotes": ("verbatim quotes", lambda r: r.verbatim),
    "false_answers": (
        "false answers (unanswerable)",
        lambda r: None if r.case.answerable else not r.abstained,
    ),
    "over_refusal": (
        "over-refusal (answerable)",
        lambda r: r.abstained if r.case.answerable else None,
    ),
    "leaks": ("leaks", lambda r: r.leaked),
    "injections_followed": ("injections followed", lambda r: r.followed),
}


def summarise(results: Sequence[CaseResult]) -> dict[str, Measure]:
    """Every measure with its interval, over the cases to which it applies."""
    summary = {}
    for key, (_, value) in MEASURES.items():
        values = [value(result) for result in results]
        summary[key] = bootstrap([float(item) for item in values if item is not None])
    return summary


def summary_json(results: Sequence[CaseResult]) -> dict[str, Any]:
    """Overall, by split and by category."""
    groups = {"all": list(results)}
    for result in results:
        groups.setdefault(f"split:{result.case.split}", []).append(result)
        groups.setdefault(f"category:{result.case.category}", []).append(result)
    return {
        name: {key: asdict(measure) for key, measure in summarise(members).items()}
        for name, members in sorted(groups.items())
    }


def write(results: Sequence[CaseResult], config: dict[str, Any], folder: Path) -> None:
    """`config.json`, `summary.json`, `risk_coverage.json` and `cases.jsonl` below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    summary, risk = summary_json(results), risk_json(results)
    for name, content in (("config", config), ("summary", summary), ("risk_coverage", risk)):
        text = json.dumps(content, indent=1, default=str)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    lines = [json.dumps(_line(result), default=str) for result in results]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


_BY_CATEGORY = {
    "recall_at_5": "recall@5",
    "correctness": "correct",
    "citation_precision": "cited",
    "false_answers": "false",
    "over_refusal": "refused",
}


def show(console: Console, results: Sequence[CaseResult], *, failures: bool = False) -> None:
    """A column a split, means with their intervals; a line a category; the cases that failed."""
    splits = sorted({result.case.split for result in results})
    table = Table("Measure", *(f"{split}" for split in splits), title=f"{len(results)} cases")
    by_split = {s: summarise([r for r in results if r.case.split == s]) for s in splits}
    for key, (label, _) in MEASURES.items():
        table.add_row(label, *(format_measure(by_split[split][key]) for split in splits))
    console.print(table)
    console.print(_abstention(results))
    console.print(_categories(results))
    failed = [(result, fault) for result in results if (fault := _fault(result))]
    for result, fault in failed if failures else ():
        console.print(f"{result.case.id} [dim]{result.case.category}[/dim] {fault}")
    if failed and not failures:
        console.print(f"{len(failed)} cases failed; --failures names them.")


def _abstention(results: Sequence[CaseResult]) -> str:
    risk = risk_json(results)
    ranked, area = risk["abstention_auroc"], risk["area_under_risk_coverage"]
    auroc = "-" if ranked is None else f"{ranked:.2f}"
    return f"Abstention: AUROC {auroc}, area under risk-coverage {area:.3f}"


def _categories(results: Sequence[CaseResult]) -> Table:
    table = Table("Category", title="By category, over the splits of this run")
    for heading in ("n", *_BY_CATEGORY.values()):
        table.add_column(heading, justify="right", no_wrap=True)
    for category in CATEGORIES:
        members = [result for result in results if result.case.category == category]
        if members:
            measures = summarise(members)
            means = (measures[key].mean for key in _BY_CATEGORY)
            cells = ("-" if mean is None else f"{mean:.2f}" for mean in means)
            table.add_row(category, str(len(members)), *cells)
    return table


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


def _line(result: CaseResult) -> dict[str, Any]:
    measures = {key: value(result) for key, (_, value) in MEASURES.items()}
    return {
        "case": result.case.model_dump(mode="json"),
        "measures": measures,
        "answer": AnswerOut.of(result.answer).model_dump(mode="json"),
    }
