"""Rewriting by a model over real HTTP; rules where its reply will not do."""

import json

import pytest

from ingestion.embed import Bm25Encoder
from retrieval.condense import Condensed, RuleCondenser
from retrieval.condense_model import ModelCondenser
from retrieval.models import Turn
from retrieval.prompt import CONDENSE_FIELDS, load_prompt
from tests.retrieval.chat_server import Respond, fail, served, stream

SPARSE = Bm25Encoder()
RULES = RuleCondenser(SPARSE)
HISTORY = [
    Turn("user", "What is the hotel cap in Germany for form TR-7?"),
    Turn("assistant", "EUR 130 a night."),
]


def condense(
    respond: Respond, question: str = "and in Spain in 2025?", history: list[Turn] = HISTORY
) -> tuple[Condensed, list[str]]:
    with served(respond) as (llm, bodies):
        prompt = load_prompt("condense", fields=CONDENSE_FIELDS)
        model = ModelCondenser(llm, prompt, 5.0, SPARSE, RULES)
        return model.condense(question, history), bodies


@pytest.mark.parametrize("wrapped", ["{}", "Standalone question: {}", '"{}"\n'])
def test_a_good_rewriting_is_taken(wrapped: str) -> None:
    text = "What is the hotel cap in Spain in 2025?"
    made, bodies = condense(stream(wrapped.format(text)))
    assert made == Condensed(text)
    messages = json.loads(bodies[0])["messages"]
    assert "data" in messages[0]["content"] and "EUR 130 a night." in messages[1]["content"]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("", "one question"),
        ("The cap is EUR 120.", "one question"),
        ("What is the cap in 2025?\nAnd why?", "one question"),
        ("It is EUR 130. What is the hotel cap in Spain in 2025?", "wrote more"),
        ("What is the hotel cap in Spain?", "lost a number"),
        ("What is the hotel cap in Spain in 2025 by TR-8?", "nobody named"),
        ("What is the hotel cap of 120 in Spain in 2025?", "nobody named"),
        ("Is it true that generous breakfasts cost extra in sunny Spain in 2025?", "nobody said"),
        ("What is the hotel cap " + "in Spain " * 40 + "in 2025?", "too long"),
    ],
)
def test_rules_stand_in_for_a_bad_rewriting(reply: str, why: str) -> None:
    made, _ = condense(stream(reply))
    by_rules = RULES.condense("and in Spain in 2025?", HISTORY)
    assert made.text == by_rules.text and "hotel cap" in made.text
    assert made.degraded is not None
    assert why in made.degraded and "by rules" in made.degraded


def test_rules_stand_in_for_a_model_that_repeats_what_leans() -> None:
    made, _ = condense(stream("And in Spain in 2025?"))
    assert "hotel cap" in made.text and not made.topic_shift
    assert made.degraded is not None and "repeated" in made.degraded


def test_rules_stand_in_for_a_model_that_is_down() -> None:
    made, _ = condense(fail(500))
    assert made.text == RULES.condense("and in Spain in 2025?", HISTORY).text
    assert made.degraded is not None and "failed" in made.degraded


def test_a_question_that_comes_back_unchanged_is_a_new_topic() -> None:
    question = "Who signs a purchase order above the team limit?"
    made, _ = condense(stream(question), question)
    assert made == Condensed(question, topic_shift=True)


def test_an_identifier_that_was_said_may_be_put_in() -> None:
    made, _ = condense(stream("Who signs form TR-7?"), "who signs it?")
    assert made == Condensed("Who signs form TR-7?")


def test_a_first_question_asks_no_model() -> None:
    made, bodies = condense(stream("What?"), "and in Spain?", [])
    assert made == Condensed("and in Spain?") and bodies == []
