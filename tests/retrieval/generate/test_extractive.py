"""Quotes: what is picked, in which order, and that nothing is said twice."""

from retrieval.generate.extractive import ExtractiveGenerator, ExtractiveOptions
from retrieval.models import Evidence, PartEvidence, Passage, Sufficiency, Unit
from tests.retrieval.conftest import MakePassages

ENOUGH = Sufficiency(0.9, 0.9, 0.9, True)


def unit(passage: Passage, number: int, score: float, *, fits: bool = True) -> Unit:
    """The number-th sentence of a passage."""
    start, end = passage.hit.chunk.quotable[number]
    text = passage.hit.chunk.quote(start, end)
    return Unit(passage, start, end, text, score, score, score, score, score, fits)


def test_a_row_of_another_number_adds_nothing(make_passages: MakePassages) -> None:
    (p,) = make_passages("Version 4.2 has sum A1. Version 4.1 has sum B2. See 4.2 in the list.")
    units = (unit(p, 0, 1.0), unit(p, 1, 0.98), unit(p, 2, 0.97))
    assert quotes(PartEvidence("sum of 4.2?", units, ENOUGH)) == [
        "Version 4.2 has sum A1.",
        "See 4.2 in the list.",
    ]


def quotes(*parts: PartEvidence, max_units: int = 3, closeness: float = 0.8) -> list[str]:
    passages = tuple({u.passage.number: u.passage for p in parts for u in p.units}.values())
    generator = ExtractiveGenerator(ExtractiveOptions(max_units, closeness))
    draft = generator.generate(Evidence("q", passages, parts))
    return [statement.text for statement in draft.statements]


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


def test_the_same_words_are_quoted_once(make_passages: MakePassages) -> None:
    one, other = make_passages("The same words.", "The same words.")
    part = PartEvidence("q", (unit(one, 0, 1.0), unit(other, 0, 1.0)), ENOUGH)
    assert quotes(part, part) == ["The same words."]


def test_a_part_without_enough_evidence_is_left_out(make_passages: MakePassages) -> None:
    one, other = make_passages("First thing.", "Second thing.")
    thin = PartEvidence("a", (unit(one, 0, 1.0),), Sufficiency(0.1, 0.1, 0.1, False))
    full = PartEvidence("b", (unit(other, 0, 1.0),), ENOUGH)
    assert quotes(thin, full) == ["Second thing."]
