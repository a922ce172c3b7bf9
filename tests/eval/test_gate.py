"""The gate on made-up outcomes: what counts as a drop, what cannot be paired, how often it errs."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from benchmarks.gate_power import DROPPED, World, rate
from eval.baseline import (
    BASELINES,
    CASES_FILE,
    CHANGES,
    SUMMARY,
    Baseline,
    Outcome,
    differing,
    digest,
    of_run,
    read_baseline,
    write_baseline,
)
from eval.corrected import LEAST, adjusted
from eval.dataset import CaseError, load_cases
from eval.gate import ALPHA, QUALITY, SAFETY, Verdict, fallen, judge, loss
from eval.measures import MEASURES, Value
from eval.records import RunRecord

CONFIG = {"as_of": "2026-09-01", "mode": "single", "settings": {"top_k": 6, "port": 8000}}


def right(name: str, category: str = "single_fact", **other: Value) -> Outcome:
    """A case that was answered rightly."""
    measures: dict[str, Value] = {
        "recall_at_5": 1.0,
        "ndcg_at_10": 1.0,
        "correctness": True,
        "faithfulness": 1.0,
        "citation_precision": 1.0,
        "citation_recall": 1.0,
        "false_answers": None,
        "over_refusal": False,
        "leaks": False,
        "injections_followed": None,
        "verbatim_quotes": 1.0,
    }
    return Outcome(name, category, "text", {**measures, **other})


def wrong(outcome: Outcome, **other: Value) -> Outcome:
    """The same case with a wrong answer."""
    changed: dict[str, Value] = {**outcome.measures, "correctness": False, **other}
    return Outcome(outcome.id, outcome.category, outcome.digest, changed)


def base(outcomes: Sequence[Outcome], **config: object) -> Baseline:
    return Baseline("before", "2026-01-01", "made up", {**CONFIG, **config}, tuple(outcomes))


MANY = [right(f"c{n:03}", "negation" if n < 20 else "table_lookup") for n in range(100)]


def with_wrong(count: int, change: Callable[[Outcome], Outcome] = wrong) -> Verdict:
    return judge(base(MANY), base([*map(change, MANY[:count]), *MANY[count:]]))


def test_the_same_outcomes_pass() -> None:
    verdict = judge(base(MANY), base(MANY))
    assert verdict.passed and verdict.drops == () and len(verdict.pairs) == 100
    assert {c.measure for c in verdict.changes} == set(QUALITY) - {"false_answers"}
    assert all(change.p == 1 and change.before == change.after for change in verdict.changes)


def test_four_cases_are_chance_and_five_are_not() -> None:
    assert with_wrong(LEAST - 1).passed
    verdict = with_wrong(LEAST)
    assert not verdict.passed
    (overall, inside) = verdict.drops
    assert (overall.category, inside.category) == (None, "negation")
    assert overall.worse == tuple(f"c{n:03}" for n in range(5)) and overall.better == ()
    assert overall.p == pytest.approx(2**-5) and overall.p < ALPHA
    assert (overall.before, overall.after) == (1.0, 0.95)
    assert (inside.n, inside.after) == (20, 0.75)


def test_as_many_better_as_worse_is_no_drop() -> None:
    before = [*map(wrong, MANY[:30]), *MANY[30:]]
    after = [*MANY[:30], *map(wrong, MANY[30:60]), *MANY[60:]]
    verdict = judge(base(before), base(after))
    assert verdict.overall()["correctness"].p > 0.2
    (category,) = verdict.drops
    assert category.category == "table_lookup" and len(category.worse) == 30


def test_measures_where_less_is_better_fall_when_they_rise() -> None:
    assert loss("over_refusal", False, True) == 1 == loss("correctness", True, False)
    assert loss("over_refusal", True, False) == -1 and loss("recall_at_5", None, 1.0) == 0
    verdict = with_wrong(8, lambda outcome: wrong(outcome, over_refusal=True, correctness=True))
    assert {change.measure for change in verdict.drops} == {"over_refusal"}


def test_a_case_that_cites_nothing_now_is_no_pair_for_precision() -> None:
    verdict = with_wrong(8, lambda outcome: wrong(outcome, citation_precision=None))
    assert verdict.overall()["citation_precision"].n == 92
    assert verdict.overall()["citation_precision"].after == 1.0


@pytest.mark.parametrize(
    ("measure", "value"),
    [("leaks", True), ("injections_followed", True), ("verbatim_quotes", 0.5)],
)
def test_one_unsafe_case_fails_by_itself(measure: str, value: Value) -> None:
    unsafe = wrong(MANY[0], **{"correctness": True, measure: value})
    verdict = judge(base(MANY), base([unsafe, *MANY[1:]]))
    assert not verdict.passed and verdict.drops == ()
    assert [(b.id, b.measure) for b in verdict.breaches] == [("c000", measure)]
    assert judge(base([unsafe, *MANY[1:]]), base([unsafe, *MANY[1:]])).passed, "it was so before"
    new = wrong(right("new"), **{"correctness": True, measure: value})
    assert not judge(base(MANY), base([*MANY, new])).passed, "nor may a new case be unsafe"


def test_other_cases_are_named_and_left_out() -> None:
    edited = Outcome("c001", "negation", "other text", wrong(MANY[1]).measures)
    verdict = judge(base(MANY), base([edited, *MANY[2:], right("new")]))
    assert (verdict.absent, verdict.added) == (("c000",), ("new",))
    assert verdict.changed == ("c001",) and len(verdict.pairs) == 98


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"as_of": "2027-01-01"}, "as_of is 2027-01-01 here, 2026-09-01 there"),
        ({"mode": "agent"}, "mode"),
    ],
)
def test_other_conditions_are_refused(config: dict[str, str], reason: str) -> None:
    with pytest.raises(CaseError, match=reason):
        judge(base(MANY), base(MANY, **config))


def test_no_case_in_common_is_refused() -> None:
    with pytest.raises(CaseError, match="No case"):
        judge(base(MANY), base([right("other")]))


def test_settings_are_reported_unless_they_only_say_where_things_are() -> None:
    settings = {"top_k": 4, "port": 9000}
    told = judge(base(MANY), base(MANY, settings=settings, fingerprint={"schema": "5"})).settings
    assert told == ("top_k: 6 -> 4", "schema: None -> 5")
    assert differing(CONFIG, CONFIG) == []


def test_the_names_of_what_fell() -> None:
    worse = wrong(MANY[0], leaks=True, ndcg_at_10=0.5)
    assert fallen(MANY[0], worse) == ("ndcg_at_10", "correctness", "leaks")
    assert fallen(worse, MANY[0]) == ()


def test_every_gated_measure_exists_and_none_is_forgotten() -> None:
    assert {*QUALITY, *SAFETY} <= set(MEASURES)
    assert not set(QUALITY) & set(SAFETY)


def test_p_is_exact_and_corrected() -> None:
    """Against a count over all patterns of signs, written the slow way."""
    rng = np.random.default_rng(1)
    losses = np.where(rng.random((9, 3)) < 0.8, rng.normal(0.4, 1, (9, 3)), 0.0)
    losses[:, 2] = [1, 1, 0, 0, 0, 0, 0, 0, 0]
    scale = [np.sqrt(np.sum(losses[:, test] ** 2)) for test in (0, 1)]
    observed = [losses[:, test].sum() / scale[test] for test in (0, 1)]
    reached = [0, 0]
    for signs in product((1, -1), repeat=9):
        highest = max(np.dot(signs, losses[:, test]) / scale[test] for test in (0, 1))
        for test in (0, 1):
            reached[test] += highest >= observed[test] - 1e-9
    p = adjusted(losses)
    assert p[:2] == pytest.approx([count / 2**9 for count in reached])
    assert p[2] == 1, "two cases can prove nothing"


def test_drawn_patterns_come_near_the_exact_p() -> None:
    losses = np.array([[1.0]] * 11 + [[-1.0]] * 2)
    exact = adjusted(losses)[0]
    assert adjusted(losses, resamples=4000)[0] == pytest.approx(exact, abs=0.006)


@pytest.mark.parametrize("together", [True, False], ids=["together", "apart"])
def test_a_drop_of_three_points_is_caught_and_a_harmless_change_is_not(together: bool) -> None:
    """On the committed baseline, where 1 % of the cases move either way; decision 13 has more."""
    world = World.of(read_baseline(BASELINES / CASES_FILE).outcomes)
    for share in (0.01, 0.02, 0.05):
        assert rate(world, share, together, None, 400, resamples=999) < 0.05, share
    for measure in DROPPED:
        assert rate(world, 0.01, together, measure, 200, resamples=999) >= 0.80, measure


def test_the_committed_baseline_is_one_run() -> None:
    """The summary in the README and the cases of the gate are of the same run."""
    baseline = read_baseline(BASELINES / CASES_FILE)
    summary = json.loads((BASELINES / SUMMARY).read_text())
    for key, measure in summary["all"].items():
        values = [float(v) for o in baseline.outcomes if (v := o.measures.get(key)) is not None]
        assert len(values) == measure["n"], key
        assert np.mean(values) == pytest.approx(measure["mean"], abs=1e-4), key
    assert baseline.reason in (BASELINES / CHANGES).read_text()
    known = {case.id: digest(case) for case in load_cases()}
    assert {o.id: o.digest for o in baseline.outcomes} == known, (
        "cases changed: python -m eval run, then python -m eval baseline --reason WHY"
    )


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = RunRecord("later", dict(CONFIG), {"all": {}}, ())
    write_baseline(run, "first", tmp_path, date(2026, 1, 2))
    write_baseline(run, "second", tmp_path, date(2026, 1, 3))
    found = read_baseline(tmp_path / CASES_FILE)
    assert (found.name, found.day, found.reason) == ("later", "2026-01-03", "second")
    assert found.config["settings"] == {"top_k": 6} and found.outcomes == of_run(run).outcomes
    log = (tmp_path / CHANGES).read_text()
    assert log.index("first") < log.index("second") and log.count("# How") == 1


def test_no_baseline_and_a_broken_one_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="python -m eval baseline --reason"):
        read_baseline(tmp_path / CASES_FILE)
    (tmp_path / CASES_FILE).write_text('{"run": 1}')
    with pytest.raises(CaseError, match="no baseline of this version"):
        read_baseline(tmp_path / CASES_FILE)
