"""Three labs for real; of all of them the pages, which are made of the runs beside them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.__main__ import cli
from eval.dataset import load_cases
from eval.labs import LABS
from eval.labs.bench import DOCUMENTS, Bench, bench
from eval.labs.page import page, stored, write
from eval.labs.play import Outcome, play, surprises
from eval.measures import MEASURES
from ingestion.errors import IngestionError
from tests.conftest import ROOT

PAGES = ROOT / "docs" / "labs"
QUICK = ("no-acl", "no-history", "no-abstain")
"""They ask few questions, of which most are short."""


@pytest.fixture(scope="module")
def place() -> Iterator[Bench]:
    with bench(ROOT) as made:
        yield made


@pytest.mark.parametrize("name", QUICK)
def test_a_lab_comes_out_as_it_says(name: str, place: Bench, tmp_path: Path) -> None:
    found = play(LABS[name], place, load_cases())
    assert surprises(LABS[name], found) == []
    write(LABS[name], found, tmp_path)
    assert stored(name, tmp_path) == found
    assert f"python -m eval lab {name}" in (tmp_path / f"{name}.md").read_text()
    assert (tmp_path / f"{name}.svg").read_text().startswith("<?xml")
    assert found.cases == stored(name, PAGES).cases, f"run: python -m eval lab {name} --write"


def test_a_bench_is_no_users_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    from eval.labs.bench import _settings

    monkeypatch.setenv("QDRANT_URL", "http://localhost:6333")
    monkeypatch.setenv("DATA_DIR", "/nowhere")
    monkeypatch.setenv("TOP_K", "1")
    found = _settings(Path("scratch"), ROOT, {"chunk_max_chars": 80})
    assert (found.qdrant_url, found.data_dir) == (None, Path("scratch"))
    assert (found.top_k, found.chunk_max_chars) == (6, 80)


def test_a_document_that_is_missing_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(IngestionError, match=r"absent\.md is needed"),
        bench(tmp_path, ["absent.md"]),
    ):
        pass


@pytest.mark.parametrize("name", LABS)
def test_pages_are_made_of_the_committed_runs(name: str) -> None:
    lab, found = LABS[name], stored(name, PAGES)
    written = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert written == page(lab, found), f"run: python -m eval lab {name} --again"
    assert surprises(lab, found) == []
    assert (PAGES / f"{name}.svg").is_file()
    for part in ("## What moved", "## Why", "## In production", "## How to mend it", "## Exercise"):
        assert part in written


@pytest.mark.parametrize("name", LABS)
def test_a_lab_names_measures_and_cases_that_exist(name: str) -> None:
    lab = LABS[name]
    assert {move.measure for move in lab.moves} | set(lab.holds) <= set(MEASURES)
    documents = [f"sample_docs/{name}" for name in DOCUMENTS.read_text().split()]
    assert all((ROOT / document).is_file() for document in documents)
    chosen = lab.select(load_cases(), documents)
    assert len(chosen) == stored(name, PAGES).cases
    assert {case.split for case in chosen} == {"dev"}


def test_a_lab_that_comes_out_otherwise_says_so() -> None:
    lab = LABS["no-acl"]
    content = stored("no-acl", PAGES).json()
    held = content["measures"]["leaks"] | {"second": 0.0, "difference": 0.0}
    calm = Outcome.of({**content, "costs": {}, "measures": {"leaks": held}})
    said = " ".join(surprises(lab, calm))
    assert "leaks moved by +0.00" in said and "no stage is blamed most" in said


def test_the_curriculum_has_every_lab() -> None:
    index = (PAGES / "README.md").read_text()
    assert all(f"({name}.md)" in index for name in LABS)
    assert len(LABS) >= 12


def test_the_command_lists_labs_and_names_a_wrong_one() -> None:
    listed = CliRunner().invoke(cli, ["lab", "list"], env={"COLUMNS": "200"})
    assert listed.exit_code == 0 and all(name in listed.stdout for name in LABS)
    none = CliRunner().invoke(cli, ["lab", "no-acl", "--again", "--out", "nowhere"])
    assert none.exit_code == 1 and "holds no run" in none.stderr
    wrong = CliRunner().invoke(cli, ["lab", "nonsense"])
    assert wrong.exit_code == 1 and "There is no lab 'nonsense'" in wrong.stderr
