"""A grid of settings: its points, its front, its command."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.bootstrap import Application
from eval.__main__ import cli
from eval.compare import Run, ask_all, sample, select
from eval.configuration import Configuration, ConfigurationError
from eval.dataset import load_cases
from eval.sweep import draw_sweep, grid, measured, points, show_sweep, sweep_json


def test_a_grid_is_every_combination() -> None:
    found = grid(["top_k=4,6", "candidates=20, 30", "mode=single,agent"])
    assert len(found) == 8 and len({item.name for item in found}) == 8
    assert found[0].name == "top_k=4,candidates=20,mode=single"
    assert found[-1].overrides == {"top_k": "6", "candidates": "30"} and found[-1].mode == "agent"


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        (["top_k"], "no axis"),
        (["top_k="], "no axis"),
        (["top_q=1,2"], "no setting 'top_q'"),
        (["top_k=1,2", "TOP_K=3"], "every setting once"),
        (["chunk_max_chars=300,500"], "shapes what all configurations share"),
    ],
)
def test_a_grid_that_cannot_be_asked_is_refused(axes: list[str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        grid(axes)
    shown = CliRunner().invoke(cli, ["sweep", *axes])
    assert shown.exit_code == 1


def test_the_command_wants_a_known_measure_and_two_points() -> None:
    shown = CliRunner().invoke(cli, ["sweep", "top_k=4,6", "--measure", "beauty"])
    assert shown.exit_code == 1 and "no measure 'beauty'" in shown.output
    shown = CliRunner().invoke(cli, ["sweep", "top_k=4"])
    assert shown.exit_code == 1 and "at least two" in shown.output


@pytest.fixture(scope="module")
def runs(sample_app: Application) -> list[Run]:
    cases = sample(select(load_cases(), "dev", ["single_fact", "table_lookup"]), 4)
    return ask_all(sample_app, grid(["top_k=2,6", "candidates=5,30"]), cases, lambda _: None)


def timed(runs: list[Run], name: str, right: int, milliseconds: float) -> Run:
    """A run's results with so many right answers and this latency."""
    results = [
        replace(result, correct=place < right, milliseconds=milliseconds)
        for place, result in enumerate(runs[0].results)
    ]
    return Run(Configuration(name, {}), results)


def test_the_front_has_what_nothing_beats(runs: list[Run]) -> None:
    made = [
        timed(runs, "fast", 1, 10),
        timed(runs, "middle", 2, 20),
        timed(runs, "slow and no better", 2, 30),
        timed(runs, "best", 4, 40),
        timed(runs, "twin of best", 4, 40),
    ]
    found = points(made, "correctness")
    assert [p.name for p in found if p.front] == ["fast", "middle", "best", "twin of best"]
    assert [p.quality.mean for p in found] == [0.25, 0.5, 0.5, 1.0, 1.0]
    refused = points([timed(runs, "a", 0, 1), timed(runs, "b", 0, 2)], "over_refusal")
    assert [p.front for p in refused] == [True, False]
    with pytest.raises(ConfigurationError, match="none of these cases"):
        points(made, measured("false_answers"))


def test_table_file_and_picture_have_every_point(runs: list[Run], tmp_path: Path) -> None:
    found = points(runs, "recall_at_5")
    assert len(found) == 4 and any(point.front for point in found)
    console = Console(width=120, record=True)
    show_sweep(console, found, "recall_at_5")
    shown = console.export_text()
    written = json.loads(json.dumps(sweep_json(runs, found, "recall_at_5", "dev")))
    for point, line in zip(found, written["points"], strict=True):
        assert point.name in shown and line["name"] == point.name
        assert line["means"]["recall_at_5"] == pytest.approx(line["quality"]["mean"])
    assert written["points"][0]["settings"] == {"top_k": "2", "candidates": "5", "mode": "single"}
    draw_sweep(found, "recall_at_5", tmp_path / "sweep.png")
    assert (tmp_path / "sweep.png").stat().st_size > 1000
