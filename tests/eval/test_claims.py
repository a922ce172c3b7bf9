"""Planted claims: what is made, what is found, what passes."""

from random import Random

import pytest
from rich.console import Console

from app.bootstrap import Application
from eval import plant
from eval.claims import (
    Detection,
    GoldQuote,
    KnownClaim,
    detections,
    gold_quotes,
    known_claims,
    show_claims,
)
from eval.dataset import load_cases
from ingestion.embed import Bm25Encoder
from ingestion.models import Chunk, Document, ScoredChunk
from retrieval.check import ClaimChecker
from retrieval.models import Passage

RULES = ClaimChecker(Bm25Encoder())


def quote(text: str, document: str = "d", around: str = "") -> GoldQuote:
    whole = f"{text} {around}".strip()
    chunk = Chunk(text, document, 0, whole, 0, len(whole), (), (), ((0, len(text)),))
    hit = ScoredChunk(chunk, Document(document, document, "Policy", "1", ("e",)), 1.0)
    return GoldQuote(text, Passage(1, hit))


def made(maker: plant.Maker, text: str, around: str = "") -> list[str]:
    return list(maker(text, around, Random(1)))


def test_what_keeps_the_truth() -> None:
    assert made(plant.cells, "A: 1 | B: 2") == ["B: 2 | A: 1", "A: 1 has B: 2"]
    assert made(plant.number_format, "It costs 1,000 now") == ["It costs 1000 now"]
    assert made(plant.date_format, "On 17 June 2026.") == ["On 2026-06-17."]
    assert made(plant.date_format, "On 2026-06-17.") == ["On 17 June 2026."]
    assert made(plant.contraction, "It does not fit") == ["It doesn't fit"]
    assert made(plant.clause, "It is 5 and that is 6") == ["It is 5", "that is 6"]
    assert made(plant.clause, "It is 5") == []


def test_what_makes_it_false() -> None:
    (number,) = made(plant.number, "within 5 days")
    assert number != "within 5 days" and number.endswith(" days")
    assert made(plant.number_nearby, "within 5 days", "5 or 9") == ["within 9 days"]
    assert made(plant.unit, "within 5 minutes")[0] in ("within 5 hours", "within 5 seconds")
    assert made(plant.negation_added, "It is open") == ["It is not open"]
    assert made(plant.negation_removed, "It is not open") == ["It is open"]
    assert made(plant.entity, "The cap in Leeds", "or in Kassel") == ["The cap in Kassel"]
    assert made(plant.quantifier, "at most 5") == ["at least 5"]
    assert made(plant.date, "On 2026-12-17") == ["On 2026-01-17"]
    assert made(plant.date, "soon") == []


def test_claims_are_the_same_for_a_seed_and_none_that_is_false_is_in_its_passage() -> None:
    quotes = [quote("The cap in Leeds is GBP 140.", "a"), quote("It is not open.", "b")]
    once, again = list(known_claims(quotes, 7)), list(known_claims(quotes, 7))
    assert once == again
    false = [claim for claim in once if not claim.supported]
    assert {"number", "negation_removed", "of_another_passage"} <= {c.kind for c in false}
    assert all(c.text not in c.passage.hit.chunk.text for c in false)


def test_a_claim_that_the_rules_cannot_see_counts_as_passed() -> None:
    found = quote("The cap in Leeds is GBP 140.")
    claims = [
        KnownClaim("seen", "The cap in Leeds is GBP 150.", found.passage, False),
        KnownClaim("unseen", "The Leeds cap was GBP 140.", found.passage, False),
        KnownClaim("verbatim", found.text, found.passage, True),
    ]
    lines = detections(claims, RULES)
    assert lines == [
        Detection("verbatim", True, 1, 1),
        Detection("seen", False, 1, 0),
        Detection("unseen", False, 1, 1),
    ]
    console = Console(width=100, record=True)
    show_claims(console, lines)
    assert "unsupported: all" in (text := console.export_text()) and "50.0%" in text


@pytest.fixture(scope="module")
def planted(sample_app: Application) -> list[KnownClaim]:
    cases = [case for case in load_cases() if case.split == "dev"]
    quotes = gold_quotes(sample_app, cases)
    assert all(q.text in q.passage.hit.chunk.text for q in quotes)
    assert len(quotes) > 200
    return list(known_claims(quotes))


def test_fewer_than_one_in_a_hundred_false_claims_passes_the_rules(
    planted: list[KnownClaim],
) -> None:
    lines = detections(planted, RULES)
    false = [line for line in lines if not line.supported]
    true = [line for line in lines if line.supported]
    assert sum(line.passed for line in false) < 0.01 * sum(line.n for line in false)
    assert sum(line.passed for line in true) > 0.98 * sum(line.n for line in true)
    assert next(line for line in true if line.kind == "verbatim").passed > 200
