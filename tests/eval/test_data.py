"""The distribution of the cases, over the real index."""

from pathlib import Path

import pytest
from rich.console import Console

from app.bootstrap import Application
from eval.data_table import show_data
from eval.dataset import CaseError, load_cases
from eval.distribution import CaseRow, by_category, describe, summary
from eval.models import EvalCase
from eval.picture import draw


@pytest.fixture(scope="module")
def rows(sample_app: Application) -> list[CaseRow]:
    cases = [case for case in load_cases() if case.split == "dev"][:20]
    seen: list[EvalCase] = []
    described = describe(sample_app, cases, seen.append)
    assert [row.case for row in described] == seen == cases
    return described


def test_every_case_with_gold_is_measured_four_ways(rows: list[CaseRow]) -> None:
    for row in rows:
        assert (row.difficulty is None) == (row.overlap is None) == (not row.case.gold_spans)
        assert row.hops == len({gold.document for gold in row.case.gold_spans})
    line = summary(rows)
    assert line["dev"] == len(rows) and line["test"] == 0
    assert all(0 <= float(line[way] or 0) <= 1 for way in ("bm25", "dense", "hybrid", "reranked"))


def test_groups_hold_every_case_once_and_all(rows: list[CaseRow]) -> None:
    groups = by_category(rows)
    assert groups["all"] == rows
    assert sum(len(members) for name, members in groups.items() if name != "all") == len(rows)


def test_the_tables_fit_a_terminal_and_name_every_category(rows: list[CaseRow]) -> None:
    console = Console(width=80, record=True)
    show_data(console, rows)
    shown = console.export_text()
    assert "…" not in shown
    assert all(category in shown for category in by_category(rows))


@pytest.mark.parametrize(("name", "magic"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml")])
def test_the_picture_is_drawn(rows: list[CaseRow], tmp_path: Path, name: str, magic: bytes) -> None:
    draw(rows, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(magic)


def test_cases_are_read_from_a_file_or_a_folder_and_bad_ones_are_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"holds no \.jsonl file"):
        load_cases(tmp_path)
    (tmp_path / "a.jsonl").write_text("\n{}\n")
    with pytest.raises(CaseError, match=r"a\.jsonl:2"):
        load_cases(tmp_path)
    with pytest.raises(CaseError, match="cannot be read"):
        load_cases(tmp_path / "b.jsonl")
