"""Evaluation results: whole runs only, newest first; without one, the release's own."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.bootstrap import Application
from app.evaluation import SHIPPED, runs
from app.main import create_app
from app.schemas.evaluation import Evaluation

MEAN = {"mean": 0.5, "low": 0.4, "high": 0.6, "n": 10}
NONE = {"mean": None, "low": None, "high": None, "n": 0}
SUMMARY = {
    "all": {"correctness": MEAN, "false_answers": NONE},
    "split:test": {"correctness": MEAN},
    "category:table_lookup": {"correctness": MEAN},
    "format:pdf": {"correctness": MEAN},
    "blame": {"retrieve": 3},
}
CONFIG = {
    "settings": {"top_k": 6, "data_dir": "/srv/data", "llm_base_url": "http://u:pw@model/v1"},
    "fingerprint": {"schema": "4"},
    "as_of": "2026-09-01",
    "split": "test",
    "mode": "agent",
    "limit": None,
}


def store(folder: Path, name: str, summary: Any = None, config: Any = None) -> None:
    (folder / name).mkdir()
    (folder / name / "summary.json").write_text(json.dumps(summary or SUMMARY))
    (folder / name / "config.json").write_text(json.dumps(config or CONFIG))


def test_runs_are_newest_first_and_what_is_no_run_is_named(tmp_path: Path) -> None:
    store(tmp_path, "20260901T101500Z")
    store(tmp_path, "20260902T101500Z")
    (tmp_path / "20260903T101500Z").mkdir()
    store(tmp_path, "20260904T101500Z")
    half = tmp_path / "20260904T101500Z" / "summary.json"
    half.write_text(half.read_text()[:40])
    store(tmp_path, "other", summary={"split:test": {"correctness": MEAN}})
    store(tmp_path, "another", config={"settings": {}, "split": 7})
    (tmp_path / "note.txt").write_text("not a folder")

    seen = Evaluation.of(runs(tmp_path, None))
    assert not seen.baseline and seen.newest is not None and seen.newest.at is not None
    assert [run.name for run in seen.history] == ["20260902T101500Z", "20260901T101500Z"]
    assert seen.newest.at.isoformat() == "2026-09-02T10:15:00+00:00"
    assert (seen.newest.split, seen.newest.mode) == ("test", "agent")
    assert set(seen.skipped) == {"20260903T101500Z", "20260904T101500Z", "other", "another"}
    assert set(seen.splits) == {"test"} and set(seen.categories) == {"table_lookup"}
    assert seen.newest.measures["correctness"].high == 0.6
    assert seen.newest.measures["false_answers"].mean is None
    # An address may hold a password, a path tells of the machine.
    assert seen.settings == {"top_k": 6}


def test_without_a_run_the_release_speaks_for_itself(tmp_path: Path) -> None:
    seen = Evaluation.of(runs(tmp_path / "absent", None))
    committed = json.loads(SHIPPED.read_text())
    assert seen.baseline and seen.newest is not None and seen.newest.at is not None
    shown = seen.newest.measures["correctness"]
    assert shown.model_dump() == committed["all"]["correctness"]
    assert set(seen.splits) == {"dev", "test"} and len(seen.categories) > 10
    assert seen.settings["reranker"] == "late-interaction"


def test_a_baseline_of_ones_own_and_one_that_is_not_there(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text(json.dumps(SUMMARY))
    seen = Evaluation.of(runs(tmp_path, own))
    assert seen.newest is not None and (seen.newest.name, seen.newest.at) == ("own", None)
    nothing = Evaluation.of(runs(tmp_path, tmp_path / "absent.json"))
    assert nothing.newest is None and nothing.skipped == ["absent.json"]


@pytest.mark.parametrize("made", [True, False])
def test_the_route_tells_measures_and_no_case(
    sample_app: Application, tmp_path: Path, made: bool
) -> None:
    settings = sample_app.settings.model_copy(update={"evaluation_dir": tmp_path})
    if made:
        store(tmp_path, "20260901T101500Z")
    with TestClient(
        create_app(settings, replace(sample_app, settings=settings)), "http://localhost"
    ) as client:
        response = client.get("/v1/evaluation")
    assert response.status_code == 200 and response.json()["baseline"] is not made
    assert "/srv/data" not in response.text and "pw@" not in response.text
