"""Other libraries' metrics on a stored run, beside ours. Heavy packages: the extra `external`.

Both libraries report their use over the network unless told not to; they are told.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from statistics import fmean
from typing import TYPE_CHECKING, Any, Literal

from scipy.stats import spearmanr

from app.settings import Settings, tell_libraries
from eval.export import deepeval_rows, ragas_rows
from eval.records import CaseRecord

if TYPE_CHECKING:
    from types import ModuleType

Library = Literal["ragas", "deepeval"]
Scores = Mapping[str, Sequence[float | None]]

_QUIET = {"RAGAS_DO_NOT_TRACK": "true", "DEEPEVAL_TELEMETRY_OPT_OUT": "1"}

OURS = {
    "non_llm_context_recall": "recall_at_5",
    "non_llm_context_precision_with_reference": "map",
    "id_based_context_recall": "recall_at_5",
    "id_based_context_precision": "map",
    "non_llm_string_similarity": "correctness",
    "exact_match": "correctness",
    "contextual_recall": "recall_at_5",
    "contextual_precision": "map",
    "faithfulness": "faithfulness",
    "answer_relevancy": "correctness",
}
"""The measure of ours that comes nearest to each of theirs."""


class ExternalError(Exception):
    """A library is not installed, or what it needs is missing."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Their metric over the `n` cases that it measures, and ours over those of them that it does.

    `rho` is Spearman's rank correlation over the latter; None where one of the two never changes.
    """

    theirs: str
    ours: str
    mean_theirs: float
    mean_ours: float | None
    rho: float | None
    n: int


def ragas_scores(
    records: Sequence[CaseRecord], k: int, on_case: Callable[[], object] = lambda: None
) -> Scores:
    """ragas' metrics that need no model, at their default settings; None without gold.

    Raises ExternalError where ragas is missing.
    """
    metrics = _library("ragas.metrics")
    made = [
        metrics.NonLLMContextRecall(),
        metrics.NonLLMContextPrecisionWithReference(),
        metrics.IDBasedContextRecall(),
        metrics.IDBasedContextPrecision(),
        metrics.NonLLMStringSimilarity(),
    ]
    sample = _library("ragas.dataset_schema").SingleTurnSample
    scores: dict[str, list[float | None]] = {metric.name: [] for metric in made}
    for row in ragas_rows(records, k):
        measured = bool(row["reference_contexts"] and row["retrieved_contexts"])
        for metric in made:
            score = metric.single_turn_score(sample(**row)) if measured else None
            scores[metric.name].append(_finite(score))
        on_case()
    return scores


def deepeval_scores(
    records: Sequence[CaseRecord],
    k: int,
    settings: Settings | None,
    on_case: Callable[[], object] = lambda: None,
) -> Scores:
    """deepeval's exact match, and with `settings` what its judges say, asked at their endpoint.

    Only over cases with gold passages. Raises ExternalError where deepeval is missing, or the
    model fails.
    """
    metrics = _library("deepeval.metrics")
    made = {"exact_match": metrics.ExactMatchMetric()}
    if settings is not None:
        model = _library("deepeval.models").LocalModel(
            model=settings.llm_model,
            base_url=settings.llm_base_url,
            api_key=settings.llm_api_key.get_secret_value(),
            temperature=0,
        )
        judged = {
            "contextual_recall": metrics.ContextualRecallMetric,
            "contextual_precision": metrics.ContextualPrecisionMetric,
            "faithfulness": metrics.FaithfulnessMetric,
            "answer_relevancy": metrics.AnswerRelevancyMetric,
        }
        for name, kind in judged.items():
            made[name] = kind(model=model, async_mode=False, include_reason=False)
    case = _library("deepeval.test_case").LLMTestCase
    scores: dict[str, list[float | None]] = {name: [] for name in made}
    for row in deepeval_rows(records, k):
        measured = bool(row["context"] and row["retrieval_context"])
        for name, metric in made.items():
            score = _asked(metric, case(**row), settings) if measured else None
            scores[name].append(_finite(score))
        on_case()
    return scores


def beside(records: Sequence[CaseRecord], scores: Scores) -> list[Beside]:
    """Each of their metrics with the nearest of ours, case by case; none that measured nothing."""
    return [
        _beside(name, OURS[name], values, records)
        for name, values in scores.items()
        if any(value is not None for value in values)
    ]


def _beside(
    theirs: str, ours: str, values: Sequence[float | None], records: Sequence[CaseRecord]
) -> Beside:
    known = [
        (value, record.measures.get(ours))
        for value, record in zip(values, records, strict=True)
        if value is not None
    ]
    pairs = [(value, float(own)) for value, own in known if own is not None]
    one, two = [value for value, _ in pairs], [own for _, own in pairs]
    varies = len(set(one)) > 1 and len(set(two)) > 1
    return Beside(
        theirs=theirs,
        ours=ours,
        mean_theirs=fmean(value for value, _ in known),
        mean_ours=fmean(two) if two else None,
        rho=float(spearmanr(one, two).statistic) if varies else None,
        n=len(known),
    )


def _asked(metric: Any, case: Any, settings: Settings | None) -> float:
    try:
        return float(metric.measure(case, _show_indicator=False))
    except _failures() as error:
        where = settings.llm_base_url if settings else "none"
        raise ExternalError(
            f"The model at {where} failed for deepeval on {case.name}: {error}"
        ) from error


def _failures() -> tuple[type[Exception], ...]:
    # Imported here, once something has failed: the client takes seconds to load.
    from openai import OpenAIError
    from tenacity import RetryError

    return OpenAIError, RetryError, ValueError


def _finite(score: Any) -> float | None:
    return None if score is None or math.isnan(score) else float(score)


def _library(name: str) -> "ModuleType":
    tell_libraries(_QUIET)
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise ExternalError(
            f"{package} is not installed ({error}). Run: pip install 'footnote-rag[external]'"
        ) from error
