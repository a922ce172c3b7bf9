"""The risk-coverage curve, its areas and calibration: known answers and what always holds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.risk_coverage import RiskPoint, area, auroc, calibration_error, curve
from eval.risk_picture import draw_risk

CASES = st.lists(st.tuples(st.integers(0, 4).map(lambda n: n / 4), st.booleans()), min_size=1)


def unzipped(cases: list[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    return [confidence for confidence, _ in cases], [kind for _, kind in cases]


def test_each_threshold_is_a_point() -> None:
    assert curve([0.9, 0.2, 0.5, 0.5], [True, False, True, False]) == (
        RiskPoint(0.9, 0.25, 0.0, 0.0, 0.5),
        RiskPoint(0.5, 0.75, 1 / 3, 0.5, 0.0),
        RiskPoint(0.2, 1.0, 0.5, 1.0, 0.0),
    )


def test_areas_of_a_small_run() -> None:
    confidences, answerable = [0.9, 0.5, 0.5, 0.2], [True, True, False, False]
    assert area(curve(confidences, answerable)) == pytest.approx(0.5 * (1 / 3) + 0.25 * 0.5)
    assert auroc(confidences, answerable) == pytest.approx(3.5 / 4)


def test_a_perfect_ranking_and_the_worst() -> None:
    assert area(curve([0.9, 0.8], [True, True])) == 0
    assert area(curve([0.9, 0.8], [False, False])) == 1
    assert auroc([0.9, 0.1], [True, False]) == 1
    assert auroc([0.9, 0.1], [False, True]) == 0


def test_nothing_can_be_said_about_one_kind_alone() -> None:
    assert curve([], []) == () and area(()) == 0
    assert auroc([0.3], [True]) is None
    assert calibration_error([], []) is None


def test_calibration_error_weighs_bins_by_their_cases() -> None:
    assert calibration_error([0.75, 0.75, 0.75, 0.75], [True, True, True, False]) == 0
    assert calibration_error([1.0, 0.0], [False, False]) == pytest.approx(0.5)
    assert calibration_error([0.5, 1.0, 1.0, 1.0], [True, True, True, True]) == pytest.approx(0.125)


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="shorter"):
        curve([0.5, 0.4], [True])


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.95])
def test_the_picture_is_drawn(tmp_path: Path, threshold: float) -> None:
    draw_risk(curve([0.9, 0.2, 0.5], [True, False, True]), threshold, tmp_path / "risk.png")
    assert (tmp_path / "risk.png").read_bytes().startswith(b"\x89PNG")


@given(CASES)
def test_more_is_answered_from_point_to_point_and_all_shares_are_shares(
    cases: list[tuple[float, bool]],
) -> None:
    confidences, answerable = unzipped(cases)
    points = curve(confidences, answerable)
    coverages = [point.coverage for point in points]
    assert coverages == sorted(coverages) and coverages[-1] == 1
    assert [p.threshold for p in points] == sorted(set(confidences), reverse=True)
    assert [p.false_answers for p in points] == sorted(p.false_answers for p in points)
    assert [p.over_refusal for p in points] == sorted(
        (p.over_refusal for p in points), reverse=True
    )
    assert points[-1].risk == pytest.approx(answerable.count(False) / len(cases))
    assert 0 <= area(points) <= 1 + 1e-9
    error = calibration_error(confidences, answerable)
    assert error is not None and 0 <= error <= 1


@given(CASES)
def test_auroc_turns_around_with_the_ranking(cases: list[tuple[float, bool]]) -> None:
    confidences, answerable = unzipped(cases)
    one = auroc(confidences, answerable)
    other = auroc([-confidence for confidence in confidences], answerable)
    if one is None:
        assert other is None
    else:
        assert other == pytest.approx(1 - one)
