"""Quotes: what is picked, in which order, and that nothing is said twice."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.embed import Bm25Encoder
from retrieval.answers import Statement
from retrieval.check import ClaimChecker
from retrieval.cite import cite
from retrieval.generate.extractive import ExtractiveGenerator, ExtractiveOptions
from retrieval.generate.windows import WindowOptions
from retrieval.listing import MAX_ROWS
from retrieval.models import Evidence, PartEvidence, Passage, Sufficiency
from tests.retrieval.conftest import ENOUGH, MakePassages, unit

ALONE = WindowOptions(sentence=2, block=2, row=2)
"""No neighbour ever scores twice the best: every quote is one unit."""


def statements(
    parts: Sequence[PartEvidence],
    options: ExtractiveOptions,
    more: Sequence[Passage] = (),
) -> tuple[Statement, ...]:
    found = {u.passage.number: u.passage for p in parts for u in p.units}
    passages = tuple({**found, **{p.number: p for p in more}}.values())
    return ExtractiveGenerator(options).generate(Evidence("q", passages, tuple(parts))).statements


def quotes(*parts: PartEvidence, max_units: int = 3, closeness: float = 0.8) -> list[str]:
    options = ExtractiveOptions(max_units, closeness, window=ALONE)
    return [statement.text for statement in statements(parts, options)]


def test_a_row_of_another_number_adds_nothing(make_passages: MakePassages) -> None:
    (p,) = make_passages("Version 4.2 has sum A1. Version 4.1 has sum B2. See 4.2 in the list.")
    units = (unit(p, 0, 1.0), unit(p, 1, 0.98), unit(p, 2, 0.97))
    assert quotes(PartEvidence("sum of 4.2?", units, ENOUGH)) == [
        "Version 4.2 has sum A1.",
        "See 4.2 in the list.",
    ]


def test_only_units_close_to_the_best_are_quoted(make_passages: MakePassages) -> None:
    (p,) = make_passages("One is here. Two is here. Three is here.")
    units = (unit(p, 1, 1.0), unit(p, 0, 0.9), unit(p, 2, 0.5))
    assert quotes(PartEvidence("q", units, ENOUGH)) == ["One is here.", "Two is here."]


def test_at_most_so_many(make_passages: MakePassages) -> None:
    (p,) = make_passages("One is here. Two is here. Three is here.")
    units = (unit(p, 2, 1.0), unit(p, 1, 0.99), unit(p, 0, 0.98))
    assert quotes(PartEvidence("q", units, ENOUGH), max_units=2) == [
        "Two is here.",
        "Three is here.",
    ]


def test_what_does_not_fit_is_not_quoted(make_passages: MakePassages) -> None:
    (p,) = make_passages("One is here. Two is here.")
    units = (unit(p, 0, 1.0, fits=False), unit(p, 1, 0.9))
    assert quotes(PartEvidence("q", units, ENOUGH)) == ["Two is here."]
    assert quotes(PartEvidence("q", units[:1], ENOUGH)) == []


def test_the_same_words_are_quoted_once(make_passages: MakePassages) -> None:
    one, other = make_passages("The same words.", "The same words.")
    part = PartEvidence("q", (unit(one, 0, 1.0), unit(other, 0, 1.0)), ENOUGH)
    assert quotes(part, part) == ["The same words."]


def test_a_part_without_enough_evidence_is_left_out(make_passages: MakePassages) -> None:
    one, other = make_passages("First thing.", "Second thing.")
    thin = PartEvidence("a", (unit(one, 0, 1.0),), Sufficiency(0.1, 0.1, 0.1, False))
    full = PartEvidence("b", (unit(other, 0, 1.0),), ENOUGH)
    assert quotes(thin, full) == ["Second thing."]


def test_neighbours_make_one_quote_with_one_footnote(make_passages: MakePassages) -> None:
    (p,) = make_passages("It lasts two years. After that it can be renewed.")
    part = PartEvidence("q", (unit(p, 0, 1.0), unit(p, 1, 0.95)), ENOUGH)
    said = statements([part], ExtractiveOptions())
    assert [s.text for s in said] == [p.hit.chunk.text]
    assert len(cite(said, (p,), ClaimChecker(Bm25Encoder())).citations) == 1


def test_each_side_of_a_comparison_says_something_of_its_own(make_passages: MakePassages) -> None:
    one, other = make_passages("The barge takes 12 days.", "The ferry takes 10 days.")
    barge, ferry = unit(one, 0, 1.0), unit(other, 0, 0.85)
    left = PartEvidence("barge?", (barge, unit(other, 0, 0.4)), ENOUGH)
    right = PartEvidence("ferry?", (barge, ferry), ENOUGH)
    assert quotes(left, right, closeness=0.95) == [barge.text, ferry.text]
    far = PartEvidence("ferry?", (barge, unit(other, 0, 0.5)), ENOUGH)
    assert quotes(left, far, closeness=0.95) == [barge.text]


def test_a_list_holds_all_rows_with_the_named_cell(make_table: MakePassages) -> None:
    rows = [f"Boat: No. {n} | Harbour: {'Porto' if n % 2 else 'Cadiz'}" for n in range(9)]
    passages = make_table(*rows)
    part = PartEvidence("which boats are in Porto?", (unit(passages[0], 1, 1.0),), ENOUGH)
    said = statements([part], ExtractiveOptions(), passages)
    assert [s.text for s in said] == rows[1::2]


def test_a_list_without_a_name_keeps_to_the_best_table(
    make_table: MakePassages, make_passages: MakePassages
) -> None:
    table = make_table(*(f"Boat: No. {n} | Berth: {n}" for n in range(6)), first=2)
    (prose,) = make_passages("Boats are kept dry.")
    rows = [unit(p, n, 0.99) for p in table for n in range(len(p.hit.chunk.quotable))]
    units = (*rows, unit(prose, 0, 0.98))
    asked = PartEvidence("which boats are there?", units, ENOUGH)
    said = " ".join(quotes(asked, max_units=2))
    assert said.count("Boat: No.") == 6
    assert prose.hit.chunk.text not in said


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.floats(-1, 1), min_size=6, max_size=6),
    st.lists(st.sampled_from([False, True]), min_size=6, max_size=6),
    st.integers(1, 4),
    st.sampled_from(["q", "all the things here", "which things are two"]),
)
def test_every_statement_is_verbatim_and_there_are_never_too_many(
    make_passages: MakePassages,
    scores: list[float],
    fits: list[bool],
    most: int,
    question: str,
) -> None:
    passages = make_passages("One is here. Two: things.", "A: b | C: d", "Three, two. one. Four.")
    every = [(p, n) for p in passages for n in range(len(p.hit.chunk.quotable))]
    units = [
        unit(p, n, score, fits=fit) for (p, n), score, fit in zip(every, scores, fits, strict=False)
    ]
    units.sort(key=lambda each: -each.score)
    parts = [PartEvidence(question, tuple(units), ENOUGH)] * 2
    said = statements(parts, ExtractiveOptions(max_units=most))
    by_number = {p.number: p for p in passages}
    for statement in said:
        (number,) = statement.passages
        assert statement.text in by_number[number].hit.chunk.text
    assert len({s.text for s in said}) == len(said) <= 2 * max(most, MAX_ROWS)
    if "which" not in question and "all" not in question:
        assert len(said) <= 2 * most
