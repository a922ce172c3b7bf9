"""Asks several configurations the same cases in one process and pairs their results.

They share the index, the manifest and the embedder: the embedded store can be opened once. So only
settings of the way of a question can be compared; those that shape the index need a run of their
own each.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import mean

from app.bootstrap import Application, build_rag
from eval.configuration import Configuration, ConfigurationError
from eval.dataset import GoldFinder
from eval.measures import MEASURES, Measured
from eval.models import CATEGORIES, CaseResult, EvalCase
from eval.paired import Paired, paired
from eval.runner import run_case

SEED = 20260101


@dataclass(frozen=True, slots=True)
class Run:
    """A configuration with its results, in the order of the cases."""

    configuration: Configuration
    results: Sequence[CaseResult]


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that only one configuration gets right; `gained`: the second does."""

    case: EvalCase
    gained: bool


def select(
    cases: Sequence[EvalCase], split: str, categories: Sequence[str] | None
) -> list[EvalCase]:
    """The cases of a split ("all": both) and of the categories, where any are named.

    Raises ConfigurationError for a category that does not exist.
    """
    for name in categories or ():
        if name not in CATEGORIES:
            raise ConfigurationError(f"There is no category {name!r}: {', '.join(CATEGORIES)}.")
    return [
        case
        for case in cases
        if split in ("all", case.split) and (not categories or case.category in categories)
    ]


def sample(cases: Sequence[EvalCase], limit: int | None, seed: int = SEED) -> list[EvalCase]:
    """At most `limit` cases, the same ones for the same seed, in their order."""
    if limit is None or limit >= len(cases):
        return list(cases)
    chosen = sorted(random.Random(seed).sample(range(len(cases)), limit))
    return [cases[place] for place in chosen]


def check(configurations: Sequence[Configuration], cases: Sequence[EvalCase]) -> None:
    """Raises ConfigurationError when there is nothing to compare, or nothing to ask."""
    if len({item.name for item in configurations}) < max(2, len(configurations)):
        raise ConfigurationError("Give at least two configurations, each once.")
    if not cases:
        raise ConfigurationError("No case is in that split and category.")


def ask_all(
    app: Application,
    configurations: Sequence[Configuration],
    cases: Sequence[EvalCase],
    on_case: Callable[[EvalCase], object],
) -> list[Run]:
    """Every case, asked under every configuration in turn, so that a busy machine slows all alike.

    Raises ConfigurationError, PromptError or CaseError.
    """
    check(configurations, cases)
    apps = [_variant(app, item) for item in configurations]
    gold = GoldFinder(app)
    results: list[list[CaseResult]] = [[] for _ in apps]
    for case in cases:
        spans = gold.spans(case)
        for item, variant, found in zip(configurations, apps, results, strict=True):
            found.append(run_case(variant, case, spans, item.mode))
        on_case(case)
    return [Run(item, found) for item, found in zip(configurations, results, strict=True)]


def _variant(app: Application, configuration: Configuration) -> Application:
    settings = configuration.settings(app.settings)
    sparse = app.ingestion.sparse
    rag = build_rag(settings, app.embedder, app.tokens, sparse, app.index, app.manifest)
    return replace(app, settings=settings, rag=rag)


def differences(first: Run, second: Run, category: str | None = None) -> dict[str, Paired]:
    """By measure, over one category or all; measures that apply to no case of both are left out."""
    pairs = [
        (one, two)
        for one, two in zip(first.results, second.results, strict=True)
        if category in (None, one.case.category)
    ]
    found = {}
    for key, measured in COMPARED.items():
        one = [measured.value(pair[0]) for pair in pairs]
        two = [measured.value(pair[1]) for pair in pairs]
        if (compared := paired(one, two)) is not None:
            found[key] = compared
    return found


def by_category(first: Run, second: Run) -> dict[str, dict[str, Paired]]:
    """The differences of every category that has a case."""
    present = {result.case.category for result in first.results}
    return {name: differences(first, second, name) for name in CATEGORIES if name in present}


def flips(first: Run, second: Run) -> list[Flip]:
    """Cases that are right under one of the two; right for the unanswerable is to abstain."""
    pairs = zip(first.results, second.results, strict=True)
    return [Flip(a.case, _right(b)) for a, b in pairs if _right(a) != _right(b)]


def _right(result: CaseResult) -> bool:
    return bool(result.correct) if result.case.answerable else result.abstained


def kept_claims(result: CaseResult) -> float | None:
    """Share of a model's claims that survive the check; None when no model wrote any.

    Faithfulness before anything is dropped, so to speak: the product's own checker judges it.
    When quotes stand in for a model's answer, none of its claims survived.
    """
    usage = result.answer.usage
    kept = 0 if usage.degraded else len(result.answer.claims)
    written = kept + usage.dropped_claims
    return kept / written if usage.model and written else None


def _own_answer(result: CaseResult) -> bool | None:
    """A right answer in which no quotes stand in; None where no model was asked."""
    usage = result.answer.usage
    if not result.case.answerable or (usage.model is None and not usage.degraded):
        return None
    return bool(result.correct) and not usage.degraded


def _declined(result: CaseResult) -> bool:
    return result.answer.abstain_reason == "model_declined"


def _degraded(result: CaseResult) -> bool:
    return result.answer.usage.degraded is not None


COMPARED: dict[str, Measured] = {
    **MEASURES,
    "own_correctness": Measured("correct, in the model's words", _own_answer),
    "kept_claims": Measured("claims kept (model)", kept_claims),
    "declined": Measured("declined by the model", _declined, "lower"),
    "degraded": Measured("quotes stand in", _degraded, "lower"),
    "milliseconds": Measured("milliseconds", lambda r: r.milliseconds, "lower"),
    "tokens_in": Measured("tokens read", lambda r: float(r.answer.usage.tokens_in), "lower"),
    "tokens_out": Measured("tokens written", lambda r: float(r.answer.usage.tokens_out), "lower"),
}
"""What is compared: the measures of a run, what a model made of its evidence, and what it cost."""


def averages(run: Run) -> dict[str, float | None]:
    """The mean of every measure over the cases to which it applies."""
    means: dict[str, float | None] = {}
    for key, measured in COMPARED.items():
        values = [float(v) for v in map(measured.value, run.results) if v is not None]
        means[key] = mean(values) if values else None
    return means
