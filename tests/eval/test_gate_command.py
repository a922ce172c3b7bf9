"""The gate from end to end: the command, over the real index, on a fixed sample of cases."""

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from app.bootstrap import Application
from eval.__main__ import cli
from eval.baseline import BASELINES, CASES_FILE, outcome, read_baseline
from eval.records import newest, read
from tests.conftest import ROOT

COUNT = 30
FEW = 14


@pytest.fixture(scope="module")
def data(sample_app: Application, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample documents' index, which the command opens by itself."""
    sample_app.index.close()
    folder = tmp_path_factory.mktemp("gate") / "data"
    shutil.copytree(sample_app.settings.data_dir, folder)
    sample_app.ingestion.open()
    return folder


def run(
    data: Path, out: Path, monkeypatch: pytest.MonkeyPatch, count: int, *more: str, **settings: str
) -> Result:
    """`python -m eval run --gate` on the sample, with these settings in the environment."""
    monkeypatch.chdir(ROOT)
    environment = {"DATA_DIR": str(data), "QDRANT_URL": "", **settings}
    files = ["--junit", str(out / "junit.xml"), "--markdown", str(out / "gate.md")]
    arguments = ["run", "--split", "dev", "--limit", str(count), "--gate", "--out", str(out)]
    return CliRunner().invoke(cli, [*arguments, *files, *more], env=environment)


def test_unchanged_code_passes_and_reproduces_the_baseline(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = run(data, tmp_path, monkeypatch, COUNT)
    assert shown.exit_code == 0, shown.output
    assert "Gate passed" in shown.output and f"{COUNT} cases in pairs" in shown.output
    assert ElementTree.parse(tmp_path / "junit.xml").getroot()[0].get("tests") == str(COUNT)
    assert "gate passed" in (tmp_path / "gate.md").read_text()
    stored = read(newest(tmp_path))
    assert stored.config["limit"] == COUNT
    known = {o.id: o for o in read_baseline(BASELINES / CASES_FILE).outcomes}
    measured = [outcome(record) for record in stored.cases]
    same = [
        all(found.measures[key] == value for key, value in known[found.id].measures.items())
        for found in measured
    ]
    # Another processor may round a vector otherwise and so turn a case or two, but not more.
    assert sum(same) >= COUNT - 2, [m.id for m, s in zip(measured, same, strict=True) if not s]


def test_a_pipeline_that_refuses_fails_and_its_cases_are_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = run(data, tmp_path, monkeypatch, FEW, EVIDENCE_THRESHOLD="1")
    assert shown.exit_code == 1, shown.output
    assert "Gate failed" in shown.output
    assert "evidence_threshold: 0.25 -> 1.0" in shown.output
    known = {o.id: o for o in read_baseline(BASELINES / CASES_FILE).outcomes}
    asked = {record.case.id for record in read(newest(tmp_path)).cases}
    lost = [key for key in asked if known[key].measures["correctness"]]
    assert len(lost) >= 5 and all(key in shown.output for key in lost)
    assert "gate failed" in (tmp_path / "gate.md").read_text()


def test_a_missing_baseline_is_said_before_anything_is_asked(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = run(data, tmp_path, monkeypatch, FEW, "--baseline", str(tmp_path / "none.json"))
    assert shown.exit_code == 1 and "python -m eval baseline" in shown.output
    assert not list(tmp_path.iterdir())
