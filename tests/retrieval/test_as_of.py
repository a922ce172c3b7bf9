"""The day that a question names."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.as_of import named_day, without_days

TODAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("What was the cap on 2025-03-04?", date(2025, 3, 4)),
        ("the rate as of 1 March 2025", date(2025, 3, 1)),
        ("the rate on March 1st, 2025", date(2025, 3, 1)),
        ("What did a visitor pay in March 2025?", date(2025, 3, 31)),
        ("the rule in Feb 2024", date(2024, 2, 29)),
        ("the rate in Q2 2025", date(2025, 6, 30)),
        ("the rate in the second quarter of 2025", date(2025, 6, 30)),
        ("What was it in 2024?", date(2024, 12, 31)),
        ("the 2024 edition of the policy", date(2024, 12, 31)),
        ("What was allowed before 1 July 2025?", date(2025, 6, 30)),
        ("What was allowed before 2025?", date(2024, 12, 31)),
        ("What was allowed until last year?", date(2025, 12, 31)),
        ("the price last month", date(2026, 8, 31)),
    ],
)
def test_a_question_names_a_day_or_a_period(question: str, day: date) -> None:
    assert named_day(question, TODAY) == day


@pytest.mark.parametrize(
    "question",
    [
        "What is the hotel cap?",
        "What happened in INC-2025-1107?",
        "What did March bring?",
        "What holds in 2026?",
        "the rate on 31 February 2025",
        "Did it rise from 1 May 2024 to 1 May 2025?",
        "contract LEG-MSA-2024-031",
        "Does the file 2025-03-04.pdf count?",
    ],
)
def test_what_names_no_single_other_day(question: str) -> None:
    assert named_day(question, TODAY) is None


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_every_day_is_read_in_each_spelling(day: date) -> None:
    for written in (f"{day:%Y-%m-%d}", f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year}"):
        assert named_day(f"What held on {written}?", date(2100, 1, 1)) == day


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    named_day(text, TODAY)


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("What was the hotel cap in March 2025?", "What was the hotel cap?"),
        ("As of 2025-06-30, who signed?", ", who signed?"),
        ("The cap before 1 July 2025 in Spain?", "The cap in Spain?"),
        ("What did we pay last year?", "What did we pay?"),
        ("Who signs INC-2025-1107?", "Who signs INC-2025-1107?"),
    ],
)
def test_the_days_are_taken_out_with_what_leads_to_them(question: str, left: str) -> None:
    assert without_days(question) == left
