"""The committed cases: sound, verbatim, in splits that share nothing, and worded as people ask."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import product
from statistics import median, quantiles

import pytest

from app.bootstrap import Application
from eval.dataset import GoldFinder, load_cases
from eval.matching import stated
from eval.models import CATEGORIES, EvalCase, Span
from eval.overlap import overlap, rare_phrases
from eval.runner import AS_OF, run_cases
from ingestion.embed import Bm25Encoder
from ingestion.models import SearchScope

CASES = load_cases()
COMPUTED = {"arithmetic", "other_language"}
"""Categories whose answers need not stand in the passage as they are: worked out or translated."""


ASKED_BY_WORDS = {"exact_identifier", "length_extreme"}
"""Categories that name what the passage names: a code, or nothing but its subject."""


def of(category: str) -> list[EvalCase]:
    return [case for case in CASES if case.category == category]


def test_there_are_enough_in_every_category_over_enough_documents() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 400
    for category in CATEGORIES:
        splits = Counter(case.split for case in of(category))
        assert min(splits["dev"], splits["test"]) >= 6, category
        assert abs(splits["dev"] - splits["test"]) <= 2, category
        documents = {gold.document for case in of(category) for gold in case.gold_spans}
        documents |= {uri for case in of(category) for uri in case.forbidden_documents}
        if any(case.answerable for case in of(category)) or category == "no_access":
            assert len(documents) >= 6, category


def test_no_question_is_there_twice() -> None:
    asked = Counter((case.question.lower(), case.history) for case in CASES)
    assert [question for question, count in asked.items() if count > 1] == []


def test_gold_quotes_are_verbatim_once_and_splits_share_none(sample_app: Application) -> None:
    finder = GoldFinder(sample_app)
    spans: dict[str, list[Span]] = defaultdict(list)
    for case in CASES:
        assert bool(case.gold_spans) == case.answerable, case.id
        spans[case.split] += finder.spans(case)
        for gold in case.gold_spans:
            assert finder.texts[gold.document].count(gold.quote) == 1, (case.id, gold.quote)
    assert spans["dev"]
    for one, other in product(spans["dev"], spans["test"]):
        apart = one.document != other.document or one.end <= other.start or other.end <= one.start
        assert apart, (one, other)


def test_who_asks_may_see_the_gold_passages_and_none_of_the_forbidden_ones(
    sample_app: Application,
) -> None:
    @cache
    def seen(scope: SearchScope) -> set[str]:
        return {document.uri for document in sample_app.index.documents(scope)}

    for case in CASES:
        visible = seen(SearchScope(case.principal.groups, case.as_of or AS_OF))
        assert {gold.document for gold in case.gold_spans} <= visible, case.id
        if case.category == "no_access":
            assert case.forbidden_documents, case.id
        assert not set(case.forbidden_documents) & visible, case.id


def test_the_wanted_values_stand_in_the_gold_passages() -> None:
    for case in CASES:
        assert bool(case.must_include) == case.answerable, case.id
        text = " ".join(gold.quote for gold in case.gold_spans)
        if case.answerable and case.category not in COMPUTED:
            wanted = [item for item in case.must_include if not stated(item, text)]
            assert not wanted, case.id
        assert not [item for item in case.must_not_include if stated(item, text)], case.id


def test_no_question_reuses_a_rare_phrase_of_its_passage(sample_app: Application) -> None:
    texts = GoldFinder(sample_app).texts
    sparse = sample_app.rag.searcher.sparse
    reused = {
        case.id: phrases
        for case in CASES
        if case.category != "exact_identifier"
        if (phrases := rare_phrases(case.question, _quotes(case), texts, sparse))
    }
    assert not reused


def test_questions_are_not_worded_like_their_passages() -> None:
    """The distribution is printed: pytest -s -k not_worded."""
    sparse = Bm25Encoder()
    shared = {
        category: [overlap(c.question, _quotes(c), sparse) for c in of(category) if c.answerable]
        for category in CATEGORIES
    }
    for category, values in shared.items():
        if values:
            low, middle, high = quantiles(values, n=4)
            print(f"{category:24} {low:.2f} {middle:.2f} {high:.2f}")
    assert max(shared["paraphrase"]) <= 0.2
    for category, values in shared.items():
        if values and category not in ASKED_BY_WORDS:
            assert median(values) <= 0.6, category


@pytest.mark.parametrize("category", ["unanswerable_near_miss", "no_access"])
def test_what_comes_nearest_is_on_record(category: str) -> None:
    assert all("Nearest" in case.notes for case in of(category))


def test_versions_conversations_and_hops_are_what_their_category_says() -> None:
    assert all(case.as_of is None or case.as_of < date(2026, 9, 1) for case in CASES)
    assert all(case.as_of for case in of("effective_date"))
    assert all(case.history for case in of("multi_turn"))
    for case in [*of("multi_hop"), *of("conflict")]:
        assert len({(gold.document, gold.quote) for gold in case.gold_spans}) >= 2, case.id
    assert all(len({gold.document for gold in c.gold_spans}) >= 2 for c in of("multi_hop"))


def test_a_run_measures_and_quotes_are_verbatim_and_nothing_leaks(
    sample_app: Application,
) -> None:
    seen: list[str] = []
    cases = [case for case in CASES if case.split == "dev"][:8]
    results = run_cases(sample_app, cases, lambda case: seen.append(case.id))
    assert seen == [case.id for case in cases]
    assert all(result.verbatim in (None, 1.0) for result in results)
    assert not any(result.leaked for result in results)
    assert any(result.recall_at_5 == 1.0 for result in results)


def _quotes(case: EvalCase) -> Sequence[str]:
    return [gold.quote for gold in case.gold_spans]
