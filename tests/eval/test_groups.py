"""Groups of cases: formats from file names, difficulty from the case alone."""

import pytest

from eval.dataset import load_cases
from eval.groups import formats, grouped, level, names
from eval.models import CasePrincipal, EvalCase, GoldSpan


def case(question: str, *gold: tuple[str, str]) -> EvalCase:
    return EvalCase(
        id="x",
        split="dev",
        question=question,
        principal=CasePrincipal(name="p", groups=("everyone",)),
        category="single_fact",
        answerable=True,
        ground_truth="g",
        gold_spans=tuple(GoldSpan(document=document, quote=quote) for document, quote in gold),
    )


GATE = ("docs/a.md", "The north gate opens at six.")
PUMP = ("docs/b.pdf", "The pump rests at night.")


@pytest.mark.parametrize(
    ("question", "gold", "expected"),
    [
        ("When does the north gate open?", [GATE], "easy"),
        ("When does the north entrance let visitors pass through its barrier?", [GATE], "medium"),
        ("How early can lorries enter?", [GATE], "hard"),
        ("When does the north gate open?", [GATE, ("docs/a.md", "It closes at nine.")], "medium"),
        ("When does the north gate open?", [GATE, PUMP], "hard"),
        ("When does the north gate open?", [GATE] * 3, "hard"),
        ("Who are you?", [], None),
    ],
)
def test_difficulty_by_hand(
    question: str, gold: list[tuple[str, str]], expected: str | None
) -> None:
    assert level(case(question, *gold)) == expected


def test_formats_are_those_of_the_gold_documents() -> None:
    assert formats(case("q", PUMP, GATE, GATE)) == ["md", "pdf"]
    assert formats(case("q")) == []


def test_a_case_is_in_each_of_its_formats_and_groups_keep_their_order() -> None:
    class Holder:
        def __init__(self, held: EvalCase) -> None:
            self.case = held

    both, one, none = (Holder(case("gate", *gold)) for gold in ([GATE, PUMP], [GATE], []))
    assert grouped([both, one, none], "format") == {"md": [both, one], "pdf": [both]}
    assert list(grouped([both, one, none], "difficulty")) == ["easy", "hard"]
    assert names(one.case, "split") == ["dev"]
    assert names(one.case, "category") == ["single_fact"]


def test_every_level_has_cases_in_both_splits() -> None:
    for split in ("dev", "test"):
        levels = [level(item) for item in load_cases() if item.split == split and item.gold_spans]
        assert None not in levels
        assert all(levels.count(name) >= 15 for name in ("easy", "medium", "hard"))
