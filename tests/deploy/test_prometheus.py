"""Alert rules, their runbook, and the metrics that rules and panels name."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from typer.main import get_command

from app.cli import cli
from tests.conftest import ROOT

PROMETHEUS = ROOT / "deploy" / "prometheus"
RUNBOOK = ROOT / "docs" / "runbook.md"
DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "footnote.json"

NAMED = re.compile(r"\b(?:footnote|process)_\w+")


def rules() -> list[dict[str, object]]:
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panel_expressions() -> Iterator[str]:
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"]


def promtool(*arguments: str | Path) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: apt-get install prometheus)")
    done = subprocess.run(
        ["promtool", *arguments], cwd=PROMETHEUS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_fires_and_is_quiet_as_its_tests_say() -> None:
    tests = sorted(PROMETHEUS.glob("*.test.yml"))
    promtool("test", "rules", *tests)
    names = [test["name"] for path in tests for test in yaml.safe_load(path.read_text())["tests"]]
    expected = [f"{rule['alert']} {does}" for rule in rules() for does in ("fires", "is quiet")]
    assert sorted(names) == sorted(expected)


def test_rules_and_configuration_are_sound() -> None:
    promtool("check", "rules", "alerts.yml")
    promtool("check", "config", "--syntax-only", "prometheus.yml")


def test_every_panel_asks_what_prometheus_understands(tmp_path: Path) -> None:
    asked = [re.sub(r"\$__rate_interval", "5m", expr) for expr in panel_expressions()]
    assert asked
    records = [{"record": f"panel:{i}", "expr": expr} for i, expr in enumerate(asked)]
    path = tmp_path / "panels.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": records}]}))
    promtool("check", "rules", path)


def test_rules_and_panels_name_what_the_service_exposes(live_server: str) -> None:
    text = httpx.get(f"{live_server}/metrics").text
    exposed = set()
    for family in text_string_to_metric_families(text):
        suffix = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
        exposed |= {family.name + end for end in suffix.get(family.type, ("",))}
    expressions = [str(rule["expr"]) for rule in rules()] + list(panel_expressions())
    named = {name for expr in expressions for name in NAMED.findall(expr)}
    assert named <= exposed


def test_each_alert_has_its_section_and_each_section_its_alert() -> None:
    alerts = [str(rule["alert"]) for rule in rules()]
    sections = re.findall(r"^## (.+)$", RUNBOOK.read_text(), re.M)
    assert sorted(sections) == sorted(alerts)
    for rule in rules():
        assert rule["labels"] in ({"severity": "page"}, {"severity": "ticket"})
        annotations = rule["annotations"]
        assert isinstance(annotations, dict)
        assert annotations["runbook"] == f"docs/runbook.md#{str(rule['alert']).lower()}"


def test_each_section_says_what_it_means_how_to_see_it_what_to_do_and_when_not_to() -> None:
    for section in RUNBOOK.read_text().split("\n## ")[1:]:
        heads = re.findall(r"^\*\*(\w+)\*\*:", section, re.M)
        assert heads == ["Means", "See", "Do", "Harmless"], section


def test_commands_of_the_runbook_exist() -> None:
    text = RUNBOOK.read_text()
    commands = set(get_command(cli).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"\brag ([a-z]+)", text))
    assert {"doctor", "ingest", "keys"} <= named <= commands
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M)
    assert set(re.findall(r"`make ([a-z]+)", text)) <= set(targets)
