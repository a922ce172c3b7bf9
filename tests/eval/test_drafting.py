"""Cases drafted from any folder: what is asked, that it is true, and the whole way by command."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from app.settings import Settings
from eval.__main__ import cli
from eval.dataset import load_cases
from eval.drafting.assemble import acceptable, balanced, cases_of, unambiguous
from eval.drafting.contacts import contacts
from eval.drafting.corpus import cells_of, words_of
from eval.drafting.definitions import definitions
from eval.drafting.models import Corpus, Draft, Kind, Piece, Row, Table
from eval.drafting.negatives import Negatives
from eval.drafting.rephrase import fault, rephrase, rephrase_prompt
from eval.drafting.sentences import clauses, dates
from eval.drafting.tables import table_questions
from eval.models import EvalCase
from eval.scratch import settings_for
from ingestion.embed import Bm25Encoder
from ingestion.manifest import Manifest
from ingestion.models import BlockKind, Document
from ingestion.parse import parse
from tests.retrieval.chat_server import fail, served, stream

Make = Callable[[Piece, Corpus], Iterator[Draft]]

HANDBOOK = """# Crane hire handbook

Owner: Ida Brandt, Fleet Manager.

## Definitions

Tare: the weight of the empty crane without its load and its driver.

## Hiring

2.1 A written quotation must be returned within 14 days of receipt.
2.2 Lifts above 40 metres are approved by the Site Engineer before work starts.
2.3 The deposit is EUR 750. The minimum hire is 3 days.
2.4 If the wind exceeds force six, the driver may pause the work for up to 4 hours.
2.5 The crane log must be kept for at least 5 years.
Invoices can be disputed until 31 May 2027.
The Fleet Manager is responsible for the yearly inspection of all cranes.
A load moment limiter (LML) stops the crane before it tips.
"""
RATES = (
    "Site,Day rate,Night rate\nHamburg,EUR 900,EUR 1100\nGhent,EUR 850,EUR 990\n"
    "Turin,EUR 780,EUR 940\n"
)
PEOPLE = (
    "Site,Foreman,Radio channel\nHamburg,Ole Petersen,7\nGhent,Lotte Maes,9\nPorto,Rui Alves,4\n"
)
CODES = """<html><head><title>Fault codes</title></head><body><h1>Fault codes</h1><table>
<tr><th>Code</th><th>Meaning</th><th>Remedy</th></tr>
<tr><td>CR-110</td><td>slew brake is worn</td><td>replace the lining</td></tr>
<tr><td>CR-125</td><td>hoist rope is slack</td><td>rewind slowly</td></tr></table></body></html>"""


def document(name: str) -> Document:
    return Document(name, f"docs/{name}", name.partition(".")[0], "v", ("everyone",))


def pieces(text: str, name: str = "rules.md", kind: BlockKind = "paragraph") -> list[Piece]:
    return [
        Piece(document(name), (), kind, line, 0, len(line)) for line in text.split("\n") if line
    ]


def corpus(found: Sequence[Piece], tables: Sequence[Table] = ()) -> Corpus:
    return Corpus(found, tables, words_of(found))


def table(text: str, name: str) -> Table:
    """As the CSV reader writes its rows."""
    lines = [line for line in parse(name, text.encode()).text.split("\n") if line]
    rows = pieces("\n".join(lines), name, "table_row")
    return Table(tuple(Row(piece, cells_of(piece)) for piece in rows))


@pytest.mark.parametrize(
    ("make", "sentence", "question", "value"),
    [
        (
            clauses,
            "2.1 A quotation must be returned within 14 days of its receipt by us.",
            None,
            None,
        ),
        (
            clauses,
            "4.2 Expense claims must be submitted within 30 days of the trip.",
            "Within how many days must expense claims be submitted of the trip?",
            "30 days",
        ),
        (
            clauses,
            "If the alarm sounds, visitors can wait for up to 2 hours.",
            "For up to how many hours can visitors wait if the alarm sounds?",
            "2 hours",
        ),
        (clauses, "The notice period is 3 months.", "How long is the notice period?", "3 months"),
        (clauses, "The hotel cap is EUR 120 a night.", "What is the hotel cap?", "EUR 120"),
        (
            clauses,
            "Purchases above the limit are approved by the Finance Director.",
            "Who are purchases above the limit approved by?",
            "Finance Director",
        ),
        (
            clauses,
            "The Site Engineer is responsible for the yearly inspection.",
            "Who is responsible for the yearly inspection?",
            "Site Engineer",
        ),
        (
            clauses,
            "You may carry over up to 5 days of your leave.",
            "Up to how many days may I carry over of my leave?",
            "5 days",
        ),
        # Two amounts, and no way to say which is asked for.
        (clauses, "Claims are paid within 10 days, large ones within 30 days.", None, None),
        (
            dates,
            "The new tariff applies from 1 May 2027.",
            "From when does the new tariff apply?",
            "1 May 2027",
        ),
        (dates, "Claims may be sent until 30 April.", "Until when may claims be sent?", "30 April"),
        (dates, "It had 37 open points on 30 April 2026.", None, None),
        (
            definitions,
            "Tare means the weight of an empty truck.",
            "What does tare mean?",
            "weight of an empty truck",
        ),
        (
            definitions,
            "The recovery point objective (RPO) is agreed yearly.",
            "What does RPO stand for?",
            "recovery point objective",
        ),
        (definitions, "This means a loss for everybody.", None, None),
        (
            contacts,
            "Send damage reports to claims@crane.example at once.",
            "To which e-mail address should I send damage reports?",
            "claims@crane.example",
        ),
        (contacts, "Liquid remains: waste code 08 01 11 22.", None, None),
        (
            contacts,
            "After hours ring the guard on 0113 496 0182.",
            "Which phone number does “rules” give?",
            "0113 496 0182",
        ),
        (contacts, "Owner: Ida Brandt", "Who is the owner of “rules”?", "Ida Brandt"),
    ],
)
def test_sentences_become_questions(
    make: Make, sentence: str, question: str | None, value: str | None
) -> None:
    (piece,) = pieces(sentence)
    found = [draft for draft in make(piece, corpus([piece])) if acceptable(draft)]
    assert [(draft.question, draft.value) for draft in found] == (
        [(question, value)] if question else []
    )


def test_cells_become_questions_and_sentences_in_cells_do_not() -> None:
    rates = table(RATES, "rates.csv")
    people = table(PEOPLE, "people.csv")
    known = corpus([row.piece for each in (rates, people) for row in each.rows], [rates, people])
    asked = {d.question: d.value for each in (rates, people) for d in table_questions(each, known)}
    assert asked["What is the day rate for Ghent?"] == "EUR 850"
    assert asked["Who is the foreman for Porto?"] == "Rui Alves"
    odd = table("Event,Done\nthe pump is off,yes\nvalve,no\n", "odd.csv")
    assert list(table_questions(odd, corpus([row.piece for row in odd.rows], [odd]))) == []


def test_negatives_are_rows_that_are_missing_and_codes_that_do_not_exist() -> None:
    tables = [table(RATES, "rates.csv"), table(PEOPLE, "people.csv")]
    tables.append(table("Code,Meaning\nCR-110,brake worn\nCR-113,rope slack\n", "codes.csv"))
    known = corpus([row.piece for each in tables for row in each.rows], tables)
    made = Negatives(known, Bm25Encoder())
    missing = {draft.question for draft in made.missing_rows()}
    assert missing == {
        "What is the day rate for Porto?",
        "What is the night rate for Porto?",
        "Who is the foreman for Turin?",
        "What is the radio channel for Turin?",
    }
    codes = {draft.question for draft in made.unknown_codes()}
    assert codes == {"What does CR-114 mean?", "What does CR-116 mean?"}


def test_what_another_sentence_answers_is_no_negative() -> None:
    tables = [table(RATES, "rates.csv"), table(PEOPLE, "people.csv")]
    rows = [row.piece for each in tables for row in each.rows]
    said = pieces("In Porto the day rate is EUR 700.")
    made = Negatives(corpus([*rows, *said], tables), Bm25Encoder())
    assert "What is the day rate for Porto?" not in {d.question for d in made.missing_rows()}


def test_a_question_with_two_answers_names_its_document_or_goes() -> None:
    one, two = pieces("The hotel cap is EUR 120.\nThe hotel cap is EUR 110.")
    drafts = [next(clauses(piece, corpus([one, two]))) for piece in (one, two)]
    assert unambiguous(drafts[:1] * 2) == drafts[:1]
    assert [draft.value for draft in unambiguous(drafts)] == ["EUR 120"] or not unambiguous(drafts)
    other = replace(drafts[1], about=document("old.md"))
    named = [draft.question for draft in unambiguous([drafts[0], other])]
    assert named == [
        "What is the hotel cap according to “rules”?",
        "What is the hotel cap according to “old”?",
    ]


def test_kinds_and_documents_take_turns_and_splits_are_stable() -> None:
    drafts = []
    for name in ("a.md", "b.md"):
        for number in range(20):
            (piece,) = pieces(f"The fee {number} of {name[0]} is EUR {number + 1}.", name)
            kind: Kind = "date" if number % 2 else "clause"
            question = f"What is fee {number} of {name}?"
            drafts.append(Draft(kind, question, "EUR 1", piece, piece.document))
    chosen = balanced(drafts, 8)
    assert [draft.kind for draft in chosen].count("date") == 4
    assert [draft.about.uri for draft in chosen].count("docs/a.md") == 4
    cases = cases_of(drafts, ("everyone",), date(2027, 1, 1))
    again = cases_of(drafts[::-1], ("everyone",), date(2027, 1, 1))
    assert {c.question: c.split for c in cases} == {c.question: c.split for c in again}
    assert 10 <= sum(case.split == "dev" for case in cases) <= 30
    assert cases[0].id == "draft-001" and cases[0].notes == "drafted, not reviewed (clause)"


@pytest.fixture
def case() -> EvalCase:
    (piece,) = pieces("The cap for CR-110 in Ghent is EUR 120.")
    draft = Draft(
        "clause", "What is the cap for CR-110 in Ghent?", "EUR 120", piece, piece.document
    )
    return cases_of([draft], ("everyone",), date(2027, 1, 1))[0]


def test_a_model_may_rephrase_but_never_sees_the_gold(case: EvalCase) -> None:
    wording = "How much may CR-110 cost at most in Ghent?"
    with served(stream(wording), 60) as (llm, bodies):
        done = rephrase(case, llm, rephrase_prompt(), 60)
    assert done.fault is None and done.case.question == wording
    assert done.case.notes == f"{case.notes}; rephrase@1"
    assert done.case.gold_spans == case.gold_spans
    assert case.question in bodies[0] and "EUR 120" not in bodies[0]
    with served(fail(500), 60) as (llm, _):
        kept = rephrase(case, llm, rephrase_prompt(), 60)
    assert kept.case == case and kept.fault


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("How much may CR-110 cost in Ghent?", None),
        ("How much may CR-111 cost in Ghent?", "lost or added"),
        ("How much may CR-110 cost?", "lost or added"),
        ("May CR-110 cost EUR 120 in Ghent?", "lost or added|gives the answer"),
        ("It is about CR-110 in Ghent.", "one question"),
        ("How much may CR-110 cost in Ghent? " + "Well " * 40 + "?", "too long"),
    ],
)
def test_a_rephrasing_is_checked(case: EvalCase, text: str, why: str | None) -> None:
    found = fault(text, case.question, case.must_include)
    assert (
        (found is None)
        if why is None
        else (found is not None and any(w in found for w in why.split("|")))
    )


def test_other_documents_never_share_an_index(tmp_path: Path) -> None:
    root, away = tmp_path / "work", tmp_path / "away"
    for folder in (root / "docs", root / "more", away):
        folder.mkdir(parents=True)
    settings = Settings(
        _env_file=None, data_dir=root / "data", docs_root=root, qdrant_url="http://x"
    )
    assert settings_for(settings, root / "docs", None) is settings
    manifest = Manifest(root / "data" / "manifest.sqlite")
    manifest.commit(document("a.md"), 1)
    manifest.close()
    assert settings_for(settings, root / "docs", None) is settings
    assert settings_for(settings, root, None) is settings
    other = settings_for(settings, root / "more", None)
    assert other.data_dir.parent == root / "data" / "eval" and other.docs_root == root
    assert other.qdrant_url is None
    outside = settings_for(settings, away, None)
    assert outside.docs_root == away and outside.data_dir not in (other.data_dir, settings.data_dir)
    assert settings_for(settings, root / "docs", tmp_path / "own").data_dir == tmp_path / "own"


def test_a_stranger_generates_and_runs_without_touching_their_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = tmp_path / "cranes"
    docs.mkdir()
    (docs / "handbook.md").write_text(HANDBOOK)
    (docs / "rates.csv").write_text(RATES)
    (docs / "people.csv").write_text(PEOPLE)
    (docs / "codes.html").write_text(CODES)
    book = openpyxl.Workbook()
    for row in (("Part", "Supplier", "Price"), ("Lining", "Breko", 85), ("Rope", "Seilwerk", 340)):
        book.active.append(row)
    book.save(docs / "parts.xlsx")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    standing = Manifest(work / "data" / "manifest.sqlite")
    standing.commit(document("theirs.md"), 1)
    standing.close()
    before = (work / "data" / "manifest.sqlite").read_bytes()

    made = CliRunner().invoke(cli, ["generate", str(docs), "--out", "my.jsonl", "--limit", "40"])
    assert made.exit_code == 0, made.output
    assert "not reviewed" in made.output and "0 failed" in made.output
    cases = load_cases(work / "my.jsonl")
    asked = {case.question: case for case in cases}
    kinds = {case.notes for case in cases}
    assert len(cases) >= 15 and {case.split for case in cases} == {"dev", "test"}
    for kind in ("definition", "table", "clause", "contact", "negative"):
        assert f"drafted, not reviewed ({kind})" in kinds
    assert any(case.must_include == ("14 days",) for case in cases)
    assert "What does LML stand for?" in asked
    assert {gold.document for case in cases for gold in case.gold_spans} <= {
        path.name for path in docs.iterdir()
    }
    again = CliRunner().invoke(cli, ["generate", str(docs), "--out", "my.jsonl"])
    assert again.exit_code == 1 and "--force" in again.output

    ran = CliRunner().invoke(
        cli, ["run", "--cases", "my.jsonl", "--docs", str(docs), "--out", "out"]
    )
    assert ran.exit_code == 0, ran.output
    assert "5 documents unchanged" in ran.output
    (summary,) = (work / "out").glob("*/summary.json")
    overall = json.loads(summary.read_text())["all"]
    assert overall["recall_at_5"]["mean"] >= 0.9
    assert overall["correctness"]["mean"] >= 0.6
    assert (work / "data" / "manifest.sqlite").read_bytes() == before
