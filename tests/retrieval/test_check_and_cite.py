"""Claims are checked, markers and citations correspond, what fails is dropped."""

from collections.abc import Sequence

import pytest

from ingestion.embed import Bm25Encoder
from ingestion.models import Chunk, Document, ScoredChunk
from retrieval.answers import Statement
from retrieval.check import ClaimChecker
from retrieval.cite import cite
from retrieval.decompose import parts
from retrieval.judge import Verdict
from retrieval.models import Passage, Unit

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


def unit(found: Passage, number: int, score: float = 0.8, fits: bool = True) -> Unit:
    start, end = found.hit.chunk.quotable[number]
    text = found.hit.chunk.quote(start, end)
    return Unit(found, start, end, text, 0.0, 0.0, 0.0, 0.0, score, fits)


WRONG = "The hotel cap in Leeds is GBP 150 per night."


def test_claims_of_one_statement_are_checked_apart_and_keep_their_place() -> None:
    text = "The hotel cap in Leeds is GBP 140 per night, but it does not hold for trade fairs."
    cited = cite([Statement(text, (1,))], [passage()], CHECKER)
    assert cited.text == f"{text} 【1】【2】"
    assert [c.text for c in cited.claims] == [
        "The hotel cap in Leeds is GBP 140 per night",
        "it does not hold for trade fairs.",
    ]
    assert [c.citations for c in cited.claims] == [(1,), (2,)]
    for claim in cited.claims:
        assert cited.text[claim.start : claim.end] == claim.text
    assert cited.citations[1].answer_spans == ((cited.claims[1].start, cited.claims[1].end),)


def test_a_verbatim_quote_of_several_sentences_is_one_claim_with_one_footnote() -> None:
    both = f"{FIRST} {SECOND}"
    cited = cite([Statement(both, (1,))], [passage()], CHECKER)
    assert cited.text == f"{both} 【1】"
    assert [claim.verification.method for claim in cited.claims] == ["quote"]
    assert [citation.cited_text for citation in cited.citations] == [both]


def test_the_claim_of_a_statement_that_fails_goes_and_the_other_stays() -> None:
    text = "The hotel cap in Leeds is GBP 140 per night, but it does not hold for GBP 900 fairs."
    cited = cite([Statement(text, (1,))], [passage()], CHECKER)
    assert cited.text == "The hotel cap in Leeds is GBP 140 per night 【1】"
    assert (cited.dropped, cited.repaired) == (1, 0)


def test_a_failing_claim_gives_way_to_the_nearest_quote_that_fits_the_question() -> None:
    found = passage()
    cited = cite([Statement(WRONG, (1,))], [found], CHECKER, [unit(found, 0), unit(found, 1)])
    assert cited.text == f"{FIRST} 【1】"
    assert (cited.dropped, cited.repaired) == (0, 1)
    assert cited.claims[0].verification.method == "quote"


@pytest.mark.parametrize(
    "units",
    [
        [],
        [unit(passage(), 1)],
        [unit(passage(), 0, fits=False)],
        [unit(passage(), 0, score=0.3), unit(passage(), 1, score=0.8)],
        [unit(passage(2), 0)],
    ],
    ids=["none", "not the nearest", "does not fit", "far worse than the best", "not cited"],
)
def test_without_a_fitting_quote_it_is_dropped(units: list[Unit]) -> None:
    cited = cite([Statement(WRONG, (1,))], [passage()], CHECKER, units)
    assert (cited.text, cited.dropped, cited.repaired) == ("", 1, 0)


def test_a_quote_that_the_answer_has_already_mends_nothing() -> None:
    found = passage()
    statements = [Statement(WRONG, (1,)), Statement(FIRST.rstrip("."), (1,))]
    cited = cite(statements, [found], CHECKER, [unit(found, 0)])
    assert cited.text == f"{FIRST.rstrip('.')} 【1】"
    assert (cited.dropped, cited.repaired) == (1, 0)


def test_only_the_passages_that_support_a_claim_get_a_footnote() -> None:
    text = "Dogs are not allowed."
    chunk = Chunk("c2", "d", 0, text, 0, len(text), (), (), ((0, len(text)),))
    other = Passage(2, ScoredChunk(chunk, Document("d", "d.md", "Pets", "1", ("e",)), 0.5))
    cited = cite([Statement("The cap in Leeds is GBP 140", (1, 2))], [passage(), other], CHECKER)
    assert [citation.chunk_id for citation in cited.citations] == ["c1"]


class CountingJudge:
    """Finds everything supported, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def judge(self, claim: str, evidence: Sequence[str]) -> Verdict:
        self.asked.append(claim)
        assert all("GBP 140" in piece for piece in evidence)
        return Verdict("supported", "llm", 1.0, degraded="The model is down.")


def test_quotes_and_faults_ask_no_judge_the_rest_does_and_says_who_stood_in() -> None:
    judge = CountingJudge()
    checker = ClaimChecker(CHECKER.sparse, judge)
    assert cite([Statement(FIRST, (1,)), Statement(WRONG, (1,))], [passage()], checker).dropped == 1
    assert judge.asked == []
    cited = cite([Statement("Sleeping in Leeds: GBP 140", (1,))], [passage()], checker)
    assert judge.asked == ["Sleeping in Leeds: GBP 140"]
    assert cited.degraded == "The model is down."
    assert cited.claims[0].verification.method == "llm"


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
