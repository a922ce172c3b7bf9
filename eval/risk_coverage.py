"""How often an answer would be a false one, by how many questions are answered.

The decision measured is answer or abstain: a question counts as an error when it is answered and
the documents do not hold its answer. So one run is enough: whether a draft that was held back
would have been right is not known, whether its question has an answer is. What a wrong answer to
an answerable question costs is seen in answer correctness.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from eval.models import CaseResult


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What answering from `threshold` on does; every share is in [0, 1].

    `coverage`: questions that are answered; `risk`: errors among those; `false_answers`:
    unanswerable questions that are answered; `over_refusal`: answerable ones that are not.
    """

    threshold: float
    coverage: float
    risk: float
    false_answers: float
    over_refusal: float


def curve(confidences: Sequence[float], answerable: Sequence[bool]) -> tuple[RiskPoint, ...]:
    """A point for each distinct confidence, from the fewest answers to all.

    The risk-coverage curve of El-Yaniv and Wiener 2010 (section 2), as Geifman and El-Yaniv 2017
    (section 2) use it: questions of equal confidence are answered together. Raises ValueError
    for sequences of different lengths.
    """
    ranked = sorted(zip(confidences, answerable, strict=True), reverse=True)
    right_of_all = sum(answerable)
    wrong_of_all = len(ranked) - right_of_all
    right = wrong = 0
    points = []
    for threshold, members in groupby(ranked, key=lambda pair: pair[0]):
        kinds = [kind for _, kind in members]
        right += sum(kinds)
        wrong += len(kinds) - sum(kinds)
        points.append(
            RiskPoint(
                threshold=threshold,
                coverage=(right + wrong) / len(ranked),
                risk=wrong / (right + wrong),
                false_answers=wrong / wrong_of_all if wrong_of_all else 0.0,
                over_refusal=1 - right / right_of_all if right_of_all else 0.0,
            )
        )
    return tuple(points)


def area(points: Sequence[RiskPoint]) -> float:
    """The mean risk over all coverages, in [0, 1]: the area under the curve as steps.

    Less is better; without any ranking it is the share of unanswerable questions.
    """
    before = [0.0, *(point.coverage for point in points)]
    steps = zip(points, before, strict=False)
    return sum(point.risk * (point.coverage - last) for point, last in steps)


def auroc(confidences: Sequence[float], answerable: Sequence[bool]) -> float | None:
    """The chance that an answerable question has more confidence than an unanswerable one.

    The area under the ROC curve (Hanley and McNeil 1982); a tie counts half. None where one of the
    kinds is missing.
    """
    pairs = list(zip(confidences, answerable, strict=True))
    yes = [confidence for confidence, kind in pairs if kind]
    no = [confidence for confidence, kind in pairs if not kind]
    if not yes or not no:
        return None
    return sum((a > b) + (a == b) / 2 for a in yes for b in no) / (len(yes) * len(no))


def calibration_error(
    confidences: Sequence[float], right: Sequence[bool], bins: int = 10
) -> float | None:
    """Expected calibration error (Guo et al. 2017, section 2): how far confidence is from the
    share that is right, over bins of equal width, in [0, 1]. None without cases.
    """
    binned: dict[int, list[tuple[float, bool]]] = {}
    for confidence, outcome in zip(confidences, right, strict=True):
        place = min(int(confidence * bins), bins - 1)
        binned.setdefault(place, []).append((confidence, outcome))
    if not binned:
        return None
    gaps = (abs(sum(c for c, _ in found) - sum(r for _, r in found)) for found in binned.values())
    return sum(gaps) / len(confidences)


def curve_of(results: Sequence[CaseResult]) -> tuple[RiskPoint, ...]:
    """The curve of a run's cases."""
    return curve(*_pairs(results))


def risk_json(results: Sequence[CaseResult]) -> dict[str, Any]:
    """The curve of a run's cases with its areas, as it is stored."""
    confidences, answerable = _pairs(results)
    points = curve(confidences, answerable)
    return {
        "cases": len(results),
        "unanswerable": answerable.count(False),
        "area_under_risk_coverage": area(points),
        "abstention_auroc": auroc(confidences, answerable),
        "points": [asdict(point) for point in points],
    }


def _pairs(results: Sequence[CaseResult]) -> tuple[list[float], list[bool]]:
    confidences = [result.answer.sufficiency.confidence for result in results]
    return confidences, [result.case.answerable for result in results]
