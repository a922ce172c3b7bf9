"""Stored runs for other libraries: the formats always, their metrics where they are installed."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.bootstrap import Application
from app.settings import Settings
from eval.__main__ import cli
from eval.dataset import load_cases
from eval.export import deepeval_rows, plain_rows, ragas_rows
from eval.external import Beside, ExternalError, beside, deepeval_scores, ragas_scores
from eval.records import CaseRecord, read, write
from eval.runner import run_cases


@pytest.fixture(scope="module")
def run(sample_app: Application, tmp_path_factory: pytest.TempPathFactory) -> Path:
    cases = [case for case in load_cases() if case.split == "dev"]
    chosen = [*[case for case in cases if not case.gold_spans][:1], *cases[:2]]
    folder = tmp_path_factory.mktemp("results") / "run"
    write(run_cases(sample_app, chosen, lambda _: None), {}, folder)
    return folder


@pytest.fixture
def records(run: Path) -> tuple[CaseRecord, ...]:
    return read(run).cases


def test_rows_say_what_was_asked_found_and_wanted(records: tuple[CaseRecord, ...]) -> None:
    for record, row in zip(records, ragas_rows(records, 3), strict=True):
        assert row["retrieved_contexts"] == [p.text for p in record.retrieved[:3]]
        assert row["reference_contexts"] == [gold.quote for gold in record.case.gold_spans]
        assert len(row["retrieved_context_ids"]) == len(row["retrieved_contexts"])
        assert row["reference"] == record.case.ground_truth
        assert "【" not in row["response"]
    for record, row in zip(records, deepeval_rows(records, 3), strict=True):
        assert row["name"] == record.case.id and row["tags"][0] == record.case.category
        assert row["expected_output"] == record.case.ground_truth
    row = plain_rows(records, 3)[1]
    assert row["recall_at_5"] == records[1].measures["recall_at_5"]
    assert row["difficulty"] in ("easy", "medium", "hard") and row["formats"]


@pytest.mark.parametrize("to", ["ragas", "deepeval", "jsonl"])
def test_the_command_writes_what_a_reader_can_read(run: Path, tmp_path: Path, to: str) -> None:
    out = tmp_path / "new" / "rows"
    done = CliRunner().invoke(cli, ["export", str(run), "--to", to, "--out", str(out)])
    assert done.exit_code == 0, done.output
    text = out.read_text(encoding="utf-8")
    rows = json.loads(text) if to == "deepeval" else list(map(json.loads, text.splitlines()))
    assert len(rows) == 3 and "3 cases" in done.output


def test_their_numbers_stand_beside_ours(records: tuple[CaseRecord, ...]) -> None:
    given = [
        record.model_copy(update={"measures": {"recall_at_5": value}})
        for record, value in zip([*records, *records[1:]], [None, 0, 0.5, 1, 1], strict=True)
    ]
    scores: dict[str, list[float | None]] = {
        "id_based_context_recall": [None, 0.0, 0.25, 0.5, 1.0],
        "exact_match": [None, 0.0, 1.0, 1.0, 0.0],
        "faithfulness": [None] * 5,
    }
    recall, exact = beside(given, scores)
    assert (recall.mean_theirs, recall.mean_ours, recall.n) == (0.4375, 0.625, 4)
    # Ranks 1, 2, 3, 4 and 1, 2, 3.5, 3.5: Pearson's correlation of the ranks.
    assert recall.rho == pytest.approx(4.5 / (5 * 4.5) ** 0.5)
    assert exact == Beside("exact_match", "correctness", 0.5, None, None, 4)


@pytest.mark.parametrize("library", ["ragas", "deepeval"])
def test_what_is_not_installed_is_named_with_its_command(
    run: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    for name in (f"{library}.metrics", library):
        monkeypatch.setitem(sys.modules, name, None)
    done = CliRunner().invoke(cli, ["external", str(run), "--with", library])
    assert done.exit_code == 1
    assert f"{library} is not installed" in done.output
    assert "footnote-rag[external]" in done.output


@pytest.mark.filterwarnings("ignore")
def test_ragas_measures_a_run(records: tuple[CaseRecord, ...]) -> None:
    schema = pytest.importorskip("ragas.dataset_schema", exc_type=ImportError)
    scores = ragas_scores(records, 5)
    schema.EvaluationDataset.from_list(ragas_rows(records, 5))
    recall = scores["id_based_context_recall"]
    assert recall[0] is None
    for record, score in zip(records[1:], recall[1:], strict=True):
        wanted = {gold.document for gold in record.case.gold_spans}
        found = wanted & {passage.document_uri for passage in record.retrieved[:5]}
        assert score == pytest.approx(len(found) / len(wanted))


@pytest.mark.filterwarnings("ignore")
def test_an_endpoint_that_is_down_is_one_line(
    records: tuple[CaseRecord, ...],
) -> None:
    pytest.importorskip("deepeval.metrics", exc_type=ImportError)
    nowhere = Settings(llm_base_url="http://127.0.0.1:1/v1")
    with pytest.raises(ExternalError, match=r"127\.0\.0\.1:1/v1 failed"):
        deepeval_scores(records[1:2], 5, nowhere)


@pytest.mark.filterwarnings("ignore")
def test_deepeval_measures_a_run(records: tuple[CaseRecord, ...]) -> None:
    pytest.importorskip("deepeval.metrics", exc_type=ImportError)
    same = records[1].model_copy(
        update={
            "answer": records[1].answer.model_copy(
                update={"answer": records[1].case.ground_truth + " 【1】"}
            )
        }
    )
    scores = deepeval_scores([*records, same], 5, None)
    assert scores["exact_match"][0] is None and scores["exact_match"][-1] == 1.0
