"""Questions that ask several things, or compare two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.decompose import parts


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When does it open?", ("When does it open?",)),
        (
            "When does it open, and how much is a ticket?",
            ("When does it open?", "how much is a ticket?"),
        ),
        ("Who signs? And why?", ("Who signs? And why?",)),
        (
            "how cold can you store an H2 vs an H4",
            ("how cold can you store an H2", "how cold can you store an H4"),
        ),
        (
            "difference in limits between a B and a C customer?",
            ("difference in limits B customer?", "difference in limits C customer?"),
        ),
        ("quotes: uk versus germany?", ("quotes: uk?", "quotes: germany?")),
        (
            "how long is an H2 repair vs an H4?",
            ("how long is an H2 repair?", "how long is an H4 repair?"),
        ),
        (
            "which lasts longer, the old cell or the new pack?",
            ("which lasts longer, the old cell?", "which lasts longer, the new pack?"),
        ),
        ("which form do I file, A1 or B2?", ("which form do I file, A1 or B2?",)),
        ("may I park between 7 and 9", ("may I park between 7 and 9",)),
    ],
)
def test_parts(question: str, expected: tuple[str, ...]) -> None:
    assert parts(question) == expected


@given(st.text(max_size=80))
def test_any_question_has_a_part(question: str) -> None:
    assert len(parts(question)) >= 1
