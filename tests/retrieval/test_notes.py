"""What is added to an answer: a false premise, disagreement, alternatives, old versions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from ingestion.chunk import ChunkerOptions, chunk, document_id
from ingestion.embed import Bm25Encoder
from ingestion.encoder import SentenceTransformerEmbedder
from ingestion.models import Block, BlockKind, Document, ParsedDocument, ScoredChunk
from ingestion.vectorize import vectorize
from retrieval.alternatives import contrast
from retrieval.amounts import asked_kinds, differing, values
from retrieval.answers import Draft, Note, Statement
from retrieval.check import ClaimChecker
from retrieval.cite import CitedText, cite
from retrieval.evidence import EvidenceOptions, EvidenceRanker
from retrieval.generate.extractive import ExtractiveGenerator
from retrieval.late_interaction import LateInteraction
from retrieval.models import Evidence, Passage
from retrieval.notes import Reader, complete, notes
from retrieval.versions import belongs_to, current_first, dated, successors

SPARSE = Bm25Encoder()
CHECKER = ClaimChecker(SPARSE)
TODAY = date(2026, 9, 1)


class Library:
    """Evidence over documents of a few lines, with the real encoder."""

    def __init__(self, embedder: SentenceTransformerEmbedder) -> None:
        self._embedder = embedder
        options = EvidenceOptions(threshold=0.0)
        late = LateInteraction(embedder, SPARSE)
        self._ranker = EvidenceRanker(SPARSE, late, late, options)

    def evidence(self, question: str, *documents: tuple[Document, Sequence[str]]) -> Evidence:
        """One passage for each document; a line is a table row where it has cells."""
        passages = []
        for number, (document, lines) in enumerate(documents, start=1):
            blocks, start = [], 0
            for line in lines:
                kind: BlockKind = "table_row" if " | " in line else "paragraph"
                blocks.append(Block(kind, start, start + len(line)))
                start += len(line) + 1
            (piece,) = chunk(
                document, ParsedDocument("\n".join(lines), tuple(blocks)), ChunkerOptions(2000, 0)
            )
            (vectors,) = vectorize(document.title, [piece], self._embedder)
            passages.append(Passage(number, ScoredChunk(piece, document, 1 / number, vectors)))
        (vector,) = self._embedder.embed([question])
        part = self._ranker.weigh(question, self._ranker.rank(question, vector, passages))
        assert part.sufficiency.enough
        return Evidence(question, tuple(passages), (part,))


@pytest.fixture(scope="module")
def library(embedder: SentenceTransformerEmbedder) -> Library:
    return Library(embedder)


def paper(title: str, begins: date | None = None, ends: date | None = None) -> Document:
    uri = f"{title}.md"
    return Document(document_id(uri), uri, title, "1", ("everyone",), begins, ends)


def noted(evidence: Evidence, draft: Draft | None = None) -> tuple[CitedText, tuple[Note, ...]]:
    draft = draft or ExtractiveGenerator().generate(evidence)
    findings = Reader.of(SPARSE).findings(evidence)
    whole = complete(draft, findings, evidence.passages, CHECKER)
    cited = cite(whole.statements, evidence.passages, CHECKER)
    return cited, notes(findings, cited.citations)


def test_two_documents_with_different_values_are_both_quoted(library: Library) -> None:
    evidence = library.evidence(
        "How many years are calibration certificates kept?",
        (paper("Workshop rules", date(2024, 1, 1)), ["Calibration certificates: kept 10 years."]),
        (paper("Archive plan", date(2026, 1, 1)), ["Calibration certificates: kept 12 years."]),
    )
    only_one = Draft((Statement("Calibration certificates: kept 10 years.", (1,)),))
    cited, (note,) = noted(evidence, only_one)
    assert note.kind == "conflict"
    assert {c.document_title for c in cited.citations} == {"Workshop rules", "Archive plan"}
    assert set(note.citations) == {1, 2}
    for part in ("Workshop rules says 10 years", "Archive plan says 12 years"):
        assert part in note.text
    assert note.text.endswith("Archive plan is the newer one.")


def test_documents_that_agree_get_no_note(library: Library) -> None:
    evidence = library.evidence(
        "How many years are calibration certificates kept?",
        (paper("Workshop rules"), ["Calibration certificates are kept for 10 years."]),
        (paper("Archive plan"), ["Certificates of a calibration stay in the archive ten years."]),
    )
    assert noted(evidence)[1] == ()


def test_a_value_that_is_not_asked_for_is_no_conflict(library: Library) -> None:
    evidence = library.evidence(
        "How many years are calibration certificates kept?",
        (paper("Workshop rules"), ["Calibration certificates: at most 10 % are checked."]),
        (paper("Archive plan"), ["Calibration certificates: at most 20 % are checked."]),
    )
    assert noted(evidence)[1] == ()


PARALLEL = (
    (paper("Fire plan, Porto"), ["The assembly point is the north yard."]),
    (paper("Fire plan, Gdansk"), ["The assembly point is the canteen terrace."]),
)


def test_parallel_documents_are_alternatives(library: Library) -> None:
    cited, (note,) = noted(library.evidence("Where is the assembly point?", *PARALLEL))
    assert (note.kind, len(cited.citations)) == ("ambiguous", 2)
    assert "Porto" in note.text
    assert "Gdansk" in note.text


def test_a_question_that_names_one_alternative_is_not_ambiguous(library: Library) -> None:
    evidence = library.evidence("Where is the assembly point in Gdansk?", *PARALLEL)
    assert noted(evidence)[1] == ()


def test_rows_are_alternatives_where_titles_are_told_apart_by_their_labels(
    library: Library,
) -> None:
    rows = ["Site: Porto | Mileage: EUR 0.36 per km", "Site: Gdansk | Mileage: EUR 0.25 per km"]
    table = (paper("Mileage rules"), rows)
    question = "What is the mileage for my own car?"
    _, (note,) = noted(library.evidence(question, table, *PARALLEL))
    assert note.text == "It depends: Porto, EUR 0.36 per km; Gdansk, EUR 0.25 per km."
    assert noted(library.evidence(question, table))[1] == ()


def test_a_denial_is_quoted_first(library: Library) -> None:
    evidence = library.evidence(
        "What is the top price for a bicycle in the cycle scheme in Porto?",
        (
            paper("Cycle scheme"),
            [
                "The price of a bicycle is at most EUR 4,100.",
                f"Ask {'the person who looks after the bicycles of your building ' * 8}first.",
                "Porto is not part of the scheme.",
            ],
        ),
    )
    cited, (note,) = noted(evidence)
    assert note.kind == "premise"
    assert cited.text.startswith("Porto is not part of the scheme.")
    assert note.citations == (1,)


@pytest.mark.parametrize(
    "line",
    [
        "If Porto is not part of the scheme, ask the office.",
        "Gdansk vouchers are not part of the scheme.",
    ],
)
def test_a_condition_or_another_subject_denies_nothing(library: Library, line: str) -> None:
    evidence = library.evidence(
        "What is the top price in the cycle scheme?", (paper("Cycle scheme"), ["EUR 4,100.", line])
    )
    assert noted(evidence)[1] == ()


def test_a_note_needs_a_footnote_for_all_that_it_speaks_of(library: Library) -> None:
    evidence = library.evidence("Where is the assembly point?", *PARALLEL)
    one = Statement("The assembly point is the north yard.", (1,))
    cited = cite([one], evidence.passages, CHECKER)
    assert notes(Reader.of(SPARSE).findings(evidence), cited.citations) == ()


def test_what_is_cited_already_is_not_said_twice(library: Library) -> None:
    evidence = library.evidence("Where is the assembly point?", *PARALLEL)
    findings = Reader.of(SPARSE).findings(evidence)
    draft = Draft((Statement("In Porto the point is the north yard.", (1,)),))
    whole = complete(draft, findings, evidence.passages, CHECKER)
    assert [s.passages for s in whole.statements] == [(1,), (2,)]
    assert complete(whole, findings, evidence.passages, CHECKER) == whole


OLD = paper("Rules 2025", date(2025, 1, 1), date(2025, 12, 31))
NEW = replace(paper("Rules 2026", date(2026, 1, 1)), supersedes=OLD.uri)
VERSIONS = ((OLD, ["The hotel cap is EUR 110."]), (NEW, ["The hotel cap is EUR 120."]))


def test_an_answer_from_an_old_version_says_which_one_replaced_it(library: Library) -> None:
    evidence = library.evidence("What is the hotel cap?", VERSIONS[0])
    cited, _ = noted(evidence)
    citations, (note,) = dated(cited.citations, successors([OLD, NEW]), TODAY, TODAY)
    assert (citations[0].in_force, citations[0].superseded_by) == (False, "Rules 2026")
    assert note.kind == "superseded"
    assert note.text == (
        "This comes from Rules 2025, in force until 2025-12-31; Rules 2026 has replaced it."
    )


def test_a_successor_that_cannot_be_seen_is_not_named(library: Library) -> None:
    cited, _ = noted(library.evidence("What is the hotel cap?", VERSIONS[0]))
    citations, (note,) = dated(cited.citations, {}, TODAY, TODAY)
    assert citations[0].superseded_by is None
    assert (note.kind, "2026" in note.text) == ("not_in_force", False)


def test_a_version_that_is_in_force_gets_no_note_and_a_coming_one_does(library: Library) -> None:
    cited, _ = noted(library.evidence("What is the hotel cap?", VERSIONS[1]))
    assert dated(cited.citations, successors([OLD, NEW]), TODAY, TODAY)[1] == ()
    (note,) = dated(cited.citations, {}, date(2025, 6, 1), TODAY)[1]
    assert (note.kind, note.text) == (
        "not_in_force",
        "This comes from Rules 2026, not in force before 2026-01-01.",
    )
    assert dated(cited.citations, {}, None, TODAY)[0][0].in_force is None


def test_the_version_in_force_comes_first_and_nothing_is_lost(library: Library) -> None:
    units = library.evidence("What is the hotel cap?", *VERSIONS).parts[0].units
    for order in (units, units[::-1]):
        ranked = current_first(order, TODAY)
        assert [unit.passage.hit.document for unit in ranked] == [NEW, OLD]
        assert current_first(order, date(2025, 6, 1)) == order
    assert current_first(units[:1], TODAY) == units[:1]


def test_a_named_day_counts_only_where_another_version_was_in_force(library: Library) -> None:
    question = "What was the hotel cap in March 2025?"
    then = library.evidence(question, VERSIONS[0])
    now = library.evidence(question, VERSIONS[1])
    day = date(2025, 3, 31)
    assert belongs_to(day, then, now, TODAY)
    assert not belongs_to(day, now, now, TODAY)
    timeless = library.evidence(question, (paper("Minutes"), ["The hotel cap was EUR 110."]))
    assert not belongs_to(day, timeless, now, TODAY)
    assert not belongs_to(day, then, timeless, TODAY)


def test_values_are_read_with_their_unit() -> None:
    found = {(v.kind, v.number) for v in values("GBP 1,000, 5 working days, two weeks, 1 May 2026")}
    assert found == {("money", "1000 GBP"), ("day", "5"), ("week", "2"), ("date", "5-1")}
    assert differing("It takes 5 days.", "After five working days") is None
    pair = differing("It takes 5 days.", "It takes 6 days or 2 weeks.")
    assert pair is not None
    assert [value.text for value in pair] == ["5 days", "6 days"]
    assert asked_kinds("How many years is it kept?") == {"year"}
    assert asked_kinds("Who decides?") == frozenset()


def test_labels_are_what_two_parallel_texts_differ_in() -> None:
    assert contrast("Terms of sale, United Kingdom", "Terms of sale, Germany") == (
        "United Kingdom",
        "Germany",
    )
    assert contrast("Rules 2025", "Rules 2026") is None
    assert contrast("Minutes of the meeting, May", "Minutes of the meeting, July") is None
    assert contrast("Travel policy", "Fire plan") is None
