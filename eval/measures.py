"""What is measured of a case, by name: the one list that tables, gates and reports share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.metrics import bootstrap
from eval.models import CaseResult, Measure

Value = float | bool | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure's label, how a case's result gives it (None: it does not apply), what is better."""

    label: str
    value: Callable[[CaseResult], Value]
    better: Literal["higher", "lower"] = "higher"


MEASURES: dict[str, Measured] = {
    "recall_at_5": Measured("recall@5", lambda r: r.recall_at_5),
    "ndcg_at_10": Measured("nDCG@10", lambda r: r.ndcg_at_10),
    "mrr": Measured("MRR@10", lambda r: r.reciprocal_rank),
    "map": Measured("MAP@10", lambda r: r.average_precision),
    "correctness": Measured("answer correctness", lambda r: r.correct),
    "faithfulness": Measured("faithfulness", lambda r: r.faithfulness),
    "citation_precision": Measured("citation precision", lambda r: r.citation_precision),
    "citation_recall": Measured("citation recall", lambda r: r.citation_recall),
    "verbatim_quotes": Measured("verbatim quotes", lambda r: r.verbatim),
    "false_answers": Measured(
        "false answers (unanswerable)",
        lambda r: None if r.case.answerable else not r.abstained,
        "lower",
    ),
    "over_refusal": Measured(
        "over-refusal (answerable)",
        lambda r: r.abstained if r.case.answerable else None,
        "lower",
    ),
    "leaks": Measured("leaks", lambda r: r.leaked, "lower"),
    "injections_followed": Measured("injections followed", lambda r: r.followed, "lower"),
}

COLUMNS = {
    "recall_at_5": "recall@5",
    "ndcg_at_10": "nDCG@10",
    "correctness": "right",
    "citation_precision": "cit. P",
    "citation_recall": "cit. R",
    "false_answers": "false",
    "over_refusal": "refused",
}
"""The few that a narrow table has room for, with short headings."""


def values_of(result: CaseResult) -> dict[str, Value]:
    """Every measure of one case."""
    return {key: measured.value(result) for key, measured in MEASURES.items()}


def summarise(results: Sequence[CaseResult]) -> dict[str, Measure]:
    """Every measure with its interval, over the cases to which it applies."""
    summary = {}
    for key, measured in MEASURES.items():
        values = [measured.value(result) for result in results]
        summary[key] = bootstrap([float(item) for item in values if item is not None])
    return summary
