"""Which kind of value a question asks for, and which sentences state one."""

import pytest

from retrieval.answer_type import answer_type


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("How long is the notice period?", "period"),
        ("how often are the alarms tested", "period"),
        ("How much does the chair cost?", "money"),
        ("what is the price of a chair", "money"),
        ("When does the lease end?", "date"),
        ("until when can I enrol", "date"),
        ("How many desks are there?", "count"),
        ("how heavy is the crate", "count"),
    ],
)
def test_a_question_names_its_type(question: str, name: str) -> None:
    kind = answer_type(question)
    assert kind is not None
    assert kind.name == name


@pytest.mark.parametrize(
    "question", ["Who signs the lease?", "Can I paint the wall when I move?", "chairs", ""]
)
def test_other_questions_have_none(question: str) -> None:
    assert answer_type(question) is None


@pytest.mark.parametrize(
    ("question", "states", "does_not"),
    [
        ("How long is it?", "The lease runs for 24 months.", "Chapter 24 is about the lease."),
        ("How long is it?", "Give notice within ten working days.", "Give notice early."),
        ("How often?", "Alarms are tested weekly.", "Alarms are tested."),
        ("How much does it cost?", "Chair | Price: EUR 40.50", "The 40 chairs are grey."),
        ("How much does it cost?", "It costs £12.", "It is worth it."),
        ("When does it end?", "It ends on 3 May.", "It ends soon."),
        ("When does it end?", "End: 2027-01-31", "It has 31 rooms."),
        ("How many desks?", "There are seven desks.", "There are desks."),
    ],
)
def test_a_sentence_states_a_value_or_not(question: str, states: str, does_not: str) -> None:
    kind = answer_type(question)
    assert kind is not None
    assert kind.found_in(states)
    assert not kind.found_in(does_not)
