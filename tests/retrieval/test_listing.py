"""Which questions ask for all of something, and which rows answer them."""

import pytest

from ingestion.models import ScoredChunk
from retrieval.listing import MAX_ROWS, Row, asks_for_all, listed_rows, rest_of_list
from retrieval.models import PartEvidence, Passage, Sufficiency
from tests.retrieval.conftest import ENOUGH, MakePassages, unit

ROWS = (
    "Boat: Alma | Harbour: Porto | Crew: 12",
    "Boat: Brise | Harbour: Bergen | Crew: 4",
    "Boat: Ceres | Harbour: Porto | Crew: 7",
    "Boat: Duna | Harbour: Porto | Crew: 3",
    "Boat: Elsa | Harbour: Cadiz | Crew: 9",
)


@pytest.mark.parametrize(
    "question",
    [
        "which boats are in Porto?",
        "what boats do we keep there",
        "which of our boats can sail",
        "I need the whole list with dates",
        "full shopping list please",
        "list every boat",
        "all our boats in Porto",
        "who got a medal",
        "which boats don't sail",
    ],
)
def test_a_plural_or_a_word_for_all_asks_for_all(question: str) -> None:
    assert asks_for_all(question)


@pytest.mark.parametrize(
    "question",
    [
        "which boat is in Porto?",
        "what does the boat carry",
        "what is this",
        "who is the captain",
        "how long is the boat",
        "can I sail all day",
        "which bus goes there",
    ],
)
def test_a_singular_asks_for_one(question: str) -> None:
    assert not asks_for_all(question)


def texts(rows: tuple[Row, ...]) -> list[str]:
    return [hit.chunk.quote(start, end) for hit, start, end in rows]


def part(question: str, passages: list[Passage], sufficiency: Sufficiency = ENOUGH) -> PartEvidence:
    return PartEvidence(question, (unit(passages[0], 0, 1.0),), sufficiency)


def hits_of(passages: list[Passage]) -> list[ScoredChunk]:
    return [passage.hit for passage in passages]


def test_rows_with_the_named_cell_are_listed_in_document_order(make_table: MakePassages) -> None:
    passages = make_table(*ROWS)
    assert len(passages) > 1
    rows = listed_rows(part("which boats are in Porto?", passages), hits_of(passages)[::-1])
    assert texts(rows) == [ROWS[0], ROWS[2], ROWS[3]]


def test_a_negation_before_the_name_asks_for_the_others(make_table: MakePassages) -> None:
    passages = make_table(*ROWS)
    rows = listed_rows(part("which boats are not in Porto?", passages), hits_of(passages))
    assert texts(rows) == [ROWS[1], ROWS[4]]


def test_a_negation_after_the_name_is_about_something_else(make_table: MakePassages) -> None:
    passages = make_table(*ROWS)
    rows = listed_rows(part("which Porto boats do not leave?", passages), hits_of(passages))
    assert texts(rows) == [ROWS[0], ROWS[2], ROWS[3]]


def test_no_list_without_a_named_cell_a_plural_or_a_second_row(make_table: MakePassages) -> None:
    passages = make_table(*ROWS)
    for question in ("which boats are there?", "which boat is in Porto?", "all Alma boats"):
        assert listed_rows(part(question, passages), hits_of(passages)) == ()


def test_rows_of_another_document_do_not_count(make_table: MakePassages) -> None:
    passages = make_table(*ROWS)
    others = make_table(*ROWS, uri="other.csv")
    assert listed_rows(part("which boats are in Porto?", passages), hits_of(others)) == ()


def test_a_list_that_is_too_long_is_none(make_table: MakePassages) -> None:
    rows = [f"Boat: No. {number} | Harbour: Porto" for number in range(MAX_ROWS + 1)]
    asked = "which boats are in Porto?"
    passages = make_table(*rows)
    assert listed_rows(part(asked, passages), hits_of(passages)) == ()
    passages = make_table(*rows[:-1])
    assert texts(listed_rows(part(asked, passages), hits_of(passages))) == rows[:-1]


def test_the_rest_of_a_list_comes_from_the_document(make_table: MakePassages) -> None:
    passages = make_table(*ROWS)
    asked = part("which boats are in Porto?", passages)
    documents = {passages[0].hit.document.id: hits_of(passages)}
    found = rest_of_list(asked, documents.__getitem__)
    assert "".join(hit.chunk.text for hit in found).count("Porto") == 3


def test_the_document_is_read_only_for_a_list_with_enough_evidence(
    make_table: MakePassages,
) -> None:
    passages = make_table(*ROWS)
    thin = Sufficiency(0.1, 0.1, 0.1, False)
    # An empty mapping raises for every document that is asked for.
    documents: dict[str, list[ScoredChunk]] = {}
    for asked in (
        part("which boat is in Porto?", passages),
        part("which boats are there?", passages),
        part("which boats are in Porto?", passages, thin),
    ):
        assert rest_of_list(asked, documents.__getitem__) == []
