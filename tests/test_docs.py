"""Documentation under test: settings, commands, links."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.settings import Settings
from tests.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_env_example_has_every_setting_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    expected = {}
    for name, field in Settings.model_fields.items():
        value = field.default
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if isinstance(value, tuple):
            value = ",".join(value)
        expected[name.upper()] = "" if value is None else str(value)
    assert shown == expected


def test_env_example_loads(tmp_path: Path) -> None:
    copy = tmp_path / ".env"
    copy.write_text((ROOT / ".env.example").read_text())
    assert Settings(_env_file=copy) == Settings(_env_file=None)


def test_readme_commands_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"\bmake ([a-z]+)", readme))
    assert {"demo", "test", "serve"} <= named <= targets
    commands = set(re.findall(r"^rag ([a-z]+)", readme, re.M))
    shown = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert commands and all(re.search(rf"^\s+{name}\b", shown, re.M) for name in commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_evaluation_commands_exist(page: Path) -> None:
    from eval.__main__ import cli

    known = {
        command.name or command.callback.__name__
        for command in cli.registered_commands
        if command.callback
    }
    assert set(re.findall(r"python -m eval ([a-z]+)", page.read_text())) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


def test_readme_results_are_the_committed_ones() -> None:
    from eval.results_table import render

    readme = (ROOT / "README.md").read_text()
    assert render(ROOT / "eval" / "baselines" / "main.json") in readme, (
        "run: python -m eval baseline RUN --reason WHY, and paste the table that it prints"
    )


def test_the_card_of_the_cases_has_the_committed_table() -> None:
    from eval.dataset import load_cases
    from eval.results_table import render_data

    card = (ROOT / "eval" / "data" / "README.md").read_text()
    assert render_data(ROOT / "eval" / "baselines" / "data.json") in card, (
        "run: python -m eval data --baseline eval/baselines/data.json, and paste render_data"
    )
    assert f"{len(load_cases())} questions" in card


def test_the_ablation_in_the_readme_is_the_committed_one() -> None:
    from eval.ablation import render_ablation

    readme = (ROOT / "README.md").read_text()
    assert render_ablation(ROOT / "eval" / "baselines" / "ablation.json") in readme, (
        "run: python -m eval ablation --split test --baseline eval/baselines/ablation.json, and "
        "paste eval.ablation.render_ablation"
    )


def test_every_threat_names_a_test_that_is_there() -> None:
    rows = re.findall(r"^\| .* \|$", (ROOT / "docs" / "security.md").read_text(), re.MULTILINE)
    lines = [row for row in rows if not row.startswith("| Threat")]
    assert len(lines) >= 20
    for line in lines:
        (named,) = re.findall(r"`(tests/\S+\.py)::(test_\w+)`", line)
        path, test = named
        assert f"def {test}(" in (ROOT / path).read_text(), line
