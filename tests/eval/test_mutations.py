"""Bugs put into a copy of the source fail the gate there. `make mutations` tries all of them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.mutants import CONTROL, MUTANTS, Mutant
from benchmarks.mutations import DOCUMENTS, Bench, choose, prepare, report
from tests.conftest import ROOT

FEW = (
    "finance/corporate-card-guide.md",
    "hr/travel-policy-2026.md",
    "it/access-and-password-standard.html",
    "it/asset-register.csv",
    "it/incident-runbook.md",
    "it/laptop-and-phone-standard-2026.html",
    "legal/litigation-register-2026.csv",
    "sales/price-list-2026.xlsx",
)
BY_NAME = {mutant.name: mutant for mutant in MUTANTS}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A small copy of the product with its own baseline."""
    return prepare(tmp_path_factory.mktemp("mutations"), FEW, unanswerable=3)


def test_every_bug_has_its_place_in_the_source(tmp_path: Path) -> None:
    assert len(BY_NAME) == len(MUTANTS) >= 10
    assert {mutant.file.split("/")[0] for mutant in MUTANTS} == {"ingestion", "retrieval"}
    for mutant in MUTANTS:
        target = tmp_path / mutant.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text((ROOT / mutant.file).read_text())
        mutant.apply(tmp_path)
        assert target.read_text() != (ROOT / mutant.file).read_text(), mutant.name
    with pytest.raises(ValueError, match="is not once in"):
        Mutant("stale", "", MUTANTS[0].file, "no such code", "").apply(tmp_path)


def test_the_cases_are_dev_ones_whose_documents_are_there() -> None:
    chosen = choose(DOCUMENTS, 5)
    there = {f"sample_docs/{name}" for name in DOCUMENTS}
    assert len(chosen) > 60 and all(case.split == "dev" for case in chosen)
    assert all(gold.document in there for case in chosen for gold in case.gold_spans)
    assert sum(not c.gold_spans and not c.forbidden_documents for c in chosen) == 5


def test_the_gate_passes_the_same_code_and_sees_bugs(bench: Bench) -> None:
    assert bench.cases >= 20
    tried = (CONTROL, BY_NAME["groups-dropped"], BY_NAME["rerank-reversed"])
    with ThreadPoolExecutor(2) as pool:
        unchanged, leak, reversed_ = pool.map(bench.try_out, tried)
    assert not unchanged.seen, unchanged.said
    assert leak.seen and leak.verdict is not None
    assert "leaks" in {breach.measure for breach in leak.verdict.breaches}
    assert reversed_.seen and reversed_.verdict is not None
    assert {"recall_at_5", "ndcg_at_10"} <= {drop.measure for drop in reversed_.verdict.drops}
    page = report([unchanged, leak, reversed_], bench.cases, len(FEW))
    assert "2 of 2 bugs are seen" in page and "leaks: " in page and "| passes |" in page
