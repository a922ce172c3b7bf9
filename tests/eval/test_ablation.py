"""One step more from row to row, over the real index, on few cases."""

from pathlib import Path

import pytest

from app.bootstrap import Application
from eval.ablation import ablate, ablation_json, render_ablation, rows
from eval.dataset import load_cases
from eval.measures import COLUMNS
from eval.models import CaseResult
from eval.runner import run_cases

Results = dict[str, list[CaseResult]]
CASES = [case for case in load_cases() if case.split == "dev"][:3]


@pytest.fixture(scope="module")
def results(sample_app: Application) -> Results:
    return ablate(sample_app, CASES, lambda _: None)


def test_every_row_has_every_case(results: Results) -> None:
    assert list(results) == [row.name for row in rows()]
    for found in results.values():
        assert [result.case.id for result in found] == [case.id for case in CASES]


def test_the_whole_pipeline_is_the_one_that_serves(
    results: Results, sample_app: Application
) -> None:
    served = run_cases(sample_app, CASES, lambda _: None)
    whole = results["+ parts of a question = all"]
    assert [r.answer.text for r in whole] == [r.answer.text for r in served]


def test_rows_differ_in_what_they_leave_out(results: Results) -> None:
    assert all(r.answer.trajectory for r in results["all, as an agent"])
    assert not any(r.answer.notes for r in results["all, without notes"])
    ranked = {name: [h.chunk.id for h in found[0].answer.ranked] for name, found in results.items()}
    assert ranked["BM25"] != ranked["vectors"] != ranked["both, fused"] != ranked["+ reranker"]


def test_the_table_has_a_line_for_each_row(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "ablation.json"
    path.write_text(ablation_json(results))
    lines = render_ablation(path).splitlines()
    assert len(lines) == len(rows()) + 2
    assert {line.count("|") for line in lines} == {len(COLUMNS) + 2}
