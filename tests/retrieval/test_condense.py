"""Questions that lean on the conversation, and questions that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.embed import Bm25Encoder
from retrieval.condense import RuleCondenser
from retrieval.models import Turn

CONDENSER = RuleCondenser(Bm25Encoder())


def standalone(question: str, *earlier: str, said: str = "") -> str:
    turns = [Turn("user", text) for text in earlier]
    history = [*turns, *([Turn("assistant", said)] if said else [])]
    return CONDENSER.condense(question, history).text


@pytest.mark.parametrize(
    ("question", "before", "carried", "left_out"),
    [
        ("and in Spain?", "what is the hotel cap in Germany", "hotel cap", "Germany"),
        ("how long does it take?", "how do I order a badge", "order badge", "How"),
        ("what about dogs?", "may I park on level 3", "park level 3", "dogs dogs"),
        ("why?", "the gate is closed on Sundays", "gate closed Sundays", "the"),
    ],
)
def test_what_leans_gets_the_words_it_leaves_out(
    question: str, before: str, carried: str, left_out: str
) -> None:
    made = standalone(question, before)
    assert all(word in made for word in carried.split())
    assert left_out not in made


@pytest.mark.parametrize(
    "question",
    [
        "who signs a purchase order above the team limit",
        "is there a form for a new parking permit",
        "I was told that my manager must confirm every single trip abroad",
    ],
)
def test_a_new_topic_stays_as_it_is(question: str) -> None:
    assert standalone(question, "what is the hotel cap in Germany") == question


def test_a_chain_of_short_questions_keeps_its_subject() -> None:
    made = standalone("and for partners?", "what is the hotel cap in Germany", "and in Spain?")
    assert "hotel cap" in made and "Spain" in made and "Germany" not in made


def test_an_identifier_that_was_answered_can_be_referred_to() -> None:
    made = standalone("when was it bought?", "which driver was withdrawn", said="It was TD-0512.")
    assert "TD-0512" in made


def test_without_a_conversation_nothing_changes() -> None:
    assert standalone("and in Spain?") == "and in Spain?"


@pytest.mark.parametrize(
    ("question", "shifted"),
    [("and in Spain?", False), ("who signs a purchase order above the team limit", True)],
)
def test_a_topic_shift_is_a_question_that_does_not_lean_on_what_was_asked(
    question: str, shifted: bool
) -> None:
    history = [Turn("user", "what is the hotel cap in Germany"), Turn("assistant", "EUR 130.")]
    assert CONDENSER.condense(question, history).topic_shift is shifted
    assert not CONDENSER.condense(question, []).topic_shift
    assert not CONDENSER.condense(question, history[1:]).topic_shift


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_any_conversation_gives_a_question(question: str, earlier: list[str]) -> None:
    made = standalone(question, *earlier)
    assert made == question or made.strip()
