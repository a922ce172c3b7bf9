"""Statements are cut into claims that keep their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.claims import split


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Leave is 5 days and notice is 10 days.", ["Leave is 5 days", "notice is 10 days."]),
        (
            "Hotels are capped at EUR 120 in Spain and EUR 110 in France.",
            ["Hotels are capped at EUR 120 in Spain", "EUR 110 in France."],
        ),
        ("It restarts; do not switch it off.", ["It restarts; do not switch it off."]),
        ("It is restarting; do not stop it.", ["It is restarting", "do not stop it."]),
        ("It is free and must be returned.", ["It is free and must be returned."]),
        ("Rest between 5 and 10 minutes.", ["Rest between 5 and 10 minutes."]),
        ("Leeds, Kassel and Zaragoza are open.", ["Leeds, Kassel and Zaragoza are open."]),
        ("Use fuse No. 4. It fits.", ["Use fuse No. 4.", "It fits."]),
        ("The answer was no. It ends.", ["The answer was no.", "It ends."]),
        ("See Dr. Smith, e.g. by mail.", ["See Dr. Smith, e.g. by mail."]),
        ("A: is 1 and has 2 | B: is 3; is 4", ["A: is 1 and has 2 | B: is 3; is 4"]),
        (" . ", []),
    ],
)
def test_sentences_and_clauses_that_state_something(statement: str, expected: list[str]) -> None:
    assert [piece.text for piece in split(statement)] == expected


@given(st.text(alphabet="ab1 .;,|and\nis", max_size=60))
def test_claims_are_in_order_apart_and_where_they_say(statement: str) -> None:
    end = 0
    for piece in split(statement):
        assert end <= piece.start < piece.end
        assert statement[piece.start : piece.end] == piece.text == piece.text.strip()
        end = piece.end
