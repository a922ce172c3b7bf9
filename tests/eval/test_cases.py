"""The committed cases: sound, verbatim, with splits that share nothing."""

from collections import Counter

from app.bootstrap import Application
from eval.dataset import GoldFinder, load_cases
from eval.runner import run_cases


def test_forty_cases_in_two_equal_splits() -> None:
    cases = load_cases()
    assert len({case.id for case in cases}) == len(cases) >= 40
    assert Counter(case.split for case in cases) == {"dev": 20, "test": 20}
    assert all(bool(case.gold_spans) == case.answerable for case in cases)


def test_gold_quotes_are_verbatim_and_splits_share_none(sample_app: Application) -> None:
    finder = GoldFinder(sample_app)
    by_split = {
        split: {s for case in load_cases() if case.split == split for s in finder.spans(case)}
        for split in ("dev", "test")
    }
    assert by_split["dev"] and not by_split["dev"] & by_split["test"]


def test_a_run_measures_and_quotes_are_verbatim_and_nothing_leaks(
    sample_app: Application,
) -> None:
    seen: list[str] = []
    cases = [case for case in load_cases() if case.split == "dev"][:8]
    results = run_cases(sample_app, cases, lambda case: seen.append(case.id))
    assert seen == [case.id for case in cases]
    assert all(result.verbatim in (None, 1.0) for result in results)
    assert not any(result.leaked for result in results)
    assert any(result.recall_at_5 == 1.0 for result in results)
