"""Fit the constants of retrieval/sufficiency.py on the `dev` split, and say how good they are.

    python benchmarks/fit_abstention.py

Answerable questions are asked twice: as they are, and with every document of their gold spans left
out. So each is an example of both kinds, and the length of a question or its topic tells nothing.
The unanswerable questions of the split join them. Every number is of five folds by question, ten
times over; only real questions are measured.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

from app.bootstrap import Application, build
from app.settings import Settings
from eval.dataset import CASES, GoldFinder, load_cases
from eval.metrics import correct
from eval.models import EvalCase, Span
from eval.risk_coverage import auroc, calibration_error, curve
from eval.runner import query_of
from retrieval.decompose import parts
from retrieval.models import Passage, Query, Unit
from retrieval.rerank import rerank
from retrieval.sufficiency import DEFAULTS, weakest_link

SEED = 7
FALSE_ANSWERS = 1 / 3
"""The threshold is the one with the highest coverage that answers fewer unanswerable questions."""

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """The part of a question with the strongest weakest link; None where no unit fits.

    `answers`: the best unit overlaps a gold span.
    """

    question: str
    features: tuple[float, float] | None
    answerable: bool
    answers: bool


def gather(app: Application, query: Query, without: Collection[str]) -> list[list[Unit]]:
    """Units for each part of the question, as the pipeline weighs them."""
    rag, found = app.rag, []
    # The best of fewer units is enough where only that one is looked at.
    ranker = replace(rag.ranker, options=replace(rag.ranker.options, deep=24 if without else 64))
    for text in parts(query.text):
        vector = rag.searcher.vector(text)
        wide = rag.candidates * (2 if without else 1)
        hits = rag.searcher.search(replace(query, text=text), vector, wide)
        hits = [hit for hit in hits if hit.document.uri not in without][: rag.candidates]
        units = ranker.rank(text, vector, [Passage(n, hit) for n, hit in enumerate(hits, start=1)])
        kept = {hit.chunk.id for hit in rerank(hits, units)[: rag.passages]}
        found.append([unit for unit in units if unit.passage.hit.chunk.id in kept])
    return found


def example(
    app: Application, case: EvalCase, gold: Sequence[Span], query: Query, *, left_out: bool
) -> Example | None:
    """None where the left out documents were not the only ones that state the answer."""
    without = {span.document for span in gold} if left_out else set()
    found = gather(app, query, without)
    shown = " ".join(unit.passage.hit.chunk.text for units in found for unit in units[:8])
    if left_out and case.must_include and correct(shown, case.must_include, ()):
        return None
    best: tuple[float, float] | None = None
    answers = False
    for text, units in zip(parts(query.text), found, strict=True):
        unit = next((unit for unit in units if unit.fits), None)
        words = app.rag.ranker.words(text, units) if unit else ()
        if unit and words:
            features = weakest_link(words, DEFAULTS.temperature), log(len(words))
            if best is None or features > best:
                best, answers = features, any(_overlaps(span, unit) for span in gold)
    answerable = case.answerable and not left_out
    return Example(case.id, best, answerable, answers and answerable)


def fitted(features: Rows, answerable: Rows) -> Pipeline:
    """A logistic regression over standardised features."""
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(features, answerable)


def calibrated(scores: Rows, answers: Rows) -> LogisticRegression:
    """Platt scaling (1999): a logistic regression on the score alone, hardly regularised."""
    return LogisticRegression(C=1e6).fit(scores[:, None], answers)


def cross_validated(real: Sequence[Example], taken: Sequence[Example]) -> tuple[Rows, Rows]:
    """For each real example its mean score and probability by models that never saw it."""
    features = np.array([item.features for item in real])
    kinds = np.array([item.answerable for item in real])
    answers = np.array([item.answers for item in real])
    scores, sure = np.zeros(len(real)), np.zeros(len(real))
    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=10, random_state=SEED)
    for train, held in folds.split(features, kinds):
        unseen = {real[row].question for row in held}
        more = [item for item in taken if item.question not in unseen]
        rows = np.vstack([features[train], [item.features for item in more]])
        model = fitted(rows, np.append(kinds[train], [item.answerable for item in more]))
        platt = calibrated(model.decision_function(features[train]), answers[train])
        score = model.decision_function(features[held])
        scores[held] += score / 10
        sure[held] += platt.predict_proba(score[:, None])[:, 1] / 10
    return scores, sure


def report(real: Sequence[Example], taken: Sequence[Example]) -> None:
    """Print the cross-validated measures and the constants."""
    fits = [item for item in real if item.features]
    taken = [item for item in taken if item.features]
    _, sure = cross_validated(fits, taken)
    known = dict(zip((item.question for item in fits), sure.tolist(), strict=True))
    confidences = [known.get(item.question, 0.0) for item in real]
    kinds = [item.answerable for item in real]
    draws = np.random.default_rng(SEED).integers(0, len(real), (2000, len(real)))
    values = [auroc([confidences[i] for i in row], [kinds[i] for i in row]) for row in draws]
    low, high = np.percentile([value for value in values if value is not None], [2.5, 97.5])
    print(f"{len(real)} questions, {len(taken)} with their documents left out")
    print(f"AUROC {auroc(confidences, kinds):.3f} [{low:.3f}, {high:.3f}]")
    error = calibration_error(sure.tolist(), [item.answers for item in fits])
    print(f"expected calibration error {error:.3f}")
    allowed = [p for p in curve(confidences, kinds) if p.false_answers <= FALSE_ANSWERS]
    print("chosen", allowed[-1])

    every = [*fits, *taken]
    model = fitted(
        np.array([item.features for item in every]), np.array([item.answerable for item in every])
    )
    scores = model.decision_function(np.array([item.features for item in fits]))
    platt = calibrated(scores, np.array([item.answers for item in fits]))
    scaler, regression = model[0], model[1]
    slope, weights = platt.coef_[0, 0], regression.coef_[0] / scaler.scale_
    bias = regression.intercept_[0] - weights @ scaler.mean_
    print(f"weakest_link {slope * weights[0]:.3f}, log_words {slope * weights[1]:.3f}")
    print(f"bias {slope * bias + platt.intercept_[0]:.3f}")


def main() -> None:
    """Ask the split and fit."""
    app = build(Settings())
    app.ingestion.open()
    gold = GoldFinder(app)
    real, taken = [], []
    for case in tqdm([case for case in load_cases(CASES) if case.split == "dev"], unit="case"):
        spans, query = gold.spans(case), app.rag.standalone(query_of(case))
        real.append(example(app, case, spans, query, left_out=False))
        if case.answerable and spans:
            taken.append(example(app, case, spans, query, left_out=True))
    report([item for item in real if item], [item for item in taken if item])
    app.close()


def _overlaps(span: Span, unit: Unit) -> bool:
    same = span.document == unit.passage.hit.document.uri
    return same and span.start < unit.end and unit.start < span.end


if __name__ == "__main__":
    main()
