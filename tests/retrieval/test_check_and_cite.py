"""Claims are checked, markers and citations correspond, what fails is dropped."""

import pytest

from ingestion.embed import Bm25Encoder
from ingestion.models import Chunk, Document, ScoredChunk
from retrieval.check import ClaimChecker
from retrieval.cite import cite
from retrieval.decompose import parts
from retrieval.models import Passage, Statement

CHECKER = ClaimChecker(Bm25Encoder())
FIRST = "The hotel cap in Leeds is GBP 140 per night."
SECOND = "It does not hold for trade fairs."


def passage(number: int = 1) -> Passage:
    text = f"{FIRST} {SECOND}"
    offset = 100
    cut = offset + len(FIRST)
    quotable = ((offset, cut), (cut + 1, offset + len(text)))
    chunk = Chunk(
        f"c{number}", "d", 0, text, offset, offset + len(text), ("Hotels",), (3,), quotable
    )
    return Passage(number, ScoredChunk(chunk, Document("d", "d.md", "Policy", "1", ("e",)), 0.5))


@pytest.mark.parametrize(
    ("claim", "status", "method"),
    [
        (FIRST, "supported", "quote"),
        ("The cap for a hotel in Leeds is GBP 140 a night", "supported", "lexical"),
        ("The cap for a hotel in Leeds is GBP 150 a night", "unsupported", "lexical"),
        ("The cap for a hotel in Leeds is not GBP 140 a night", "unsupported", "lexical"),
        ("Penguins swim faster than expected", "unsupported", "lexical"),
    ],
)
def test_a_claim_is_checked_by_quote_then_numbers_negation_terms(
    claim: str, status: str, method: str
) -> None:
    found = CHECKER.check(claim, [passage()])
    assert (found.status, found.method) == (status, method)


def test_markers_and_citations_correspond_and_quotes_are_exact() -> None:
    statements = [Statement(FIRST, (1,)), Statement(SECOND, (1,)), Statement(FIRST, (1,))]
    cited = cite(statements, [passage()], CHECKER)
    assert [c.index for c in cited.citations] == [1, 2]
    assert [c.cited_text for c in cited.citations] == [FIRST, SECOND]
    assert (cited.citations[0].source_start, cited.citations[0].page_numbers) == (100, (3,))
    assert cited.text == f"{FIRST} 【1】 {SECOND} 【2】 {FIRST} 【1】"
    for claim in cited.claims:
        assert cited.text[claim.start : claim.end] == claim.text
    assert len(cited.citations[0].answer_spans) == 2


def test_what_is_unsupported_or_cites_nothing_is_dropped_and_counted() -> None:
    statements = [
        Statement("The cap is GBP 999", (1,)),
        Statement(FIRST, ()),
        Statement(FIRST, (1,)),
    ]
    cited = cite(statements, [passage()], CHECKER)
    assert (cited.dropped, len(cited.claims), len(cited.citations)) == (2, 1, 1)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the cap?", 1),
        ("What is the cap, and how long do I have to claim?", 2),
        ("What is the cap? Who approves it?", 2),
        ("How heavy is it? need it for the label", 1),
        ("Are bread and butter paid?", 1),
    ],
)
def test_a_question_of_two_parts_is_split(question: str, expected: int) -> None:
    assert len(parts(question)) == expected
