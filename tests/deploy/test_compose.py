"""What docker-compose.yml, the Dockerfile and the workflow promise."""

import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import Settings
from tests.conftest import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SETTINGS = {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_hardened_limited_and_pinned(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    if name != "api":
        assert re.search(r":v?\d+\.\d+\.\d+$|@sha256:[0-9a-f]{64}$", service["image"])


def test_the_service_is_told_settings_and_given_secrets_as_files() -> None:
    api, qdrant = SERVICES["api"], SERVICES["qdrant"]
    assert api["environment"]["QDRANT_URL"] == "http://qdrant:6333"
    assert set(api["environment"]) <= SETTINGS
    assert {name.upper() for name in api["secrets"]} <= SETTINGS
    told = {name for service in SERVICES.values() for name in service.get("environment", {})}
    assert not [name for name in told if name.endswith(("KEY", "PASSWORD"))]
    for name in qdrant["secrets"]:
        assert f"/run/secrets/{name}" in qdrant["entrypoint"][-1]


def test_what_is_named_is_declared() -> None:
    for service in SERVICES.values():
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source[0] == "." else source in COMPOSE["volumes"]
        assert set(service.get("depends_on", ())) <= set(SERVICES)


def test_containers_get_longer_to_stop_than_the_service_takes() -> None:
    grace = int(SERVICES["api"]["stop_grace_period"].removesuffix("s"))
    assert grace > Settings.model_fields["shutdown_s"].default


def test_prometheus_reaches_the_services_with_the_files_it_is_given() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    given = {f"/run/secrets/{name}" for name in SERVICES["prometheus"]["secrets"]}
    jobs = config["scrape_configs"]
    assert {job["authorization"]["credentials_file"] for job in jobs} == given
    hosts = [target.split(":")[0] for job in jobs for target in job["static_configs"][0]["targets"]]
    assert set(hosts) <= set(SERVICES)


def test_secrets_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "make_secrets.sh"
    script.parent.mkdir()
    script.write_text((ROOT / "deploy" / "make_secrets.sh").read_text())
    subprocess.run(["sh", script], check=True)
    folder = script.parent / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    first = {path.name: path.read_text() for path in folder.iterdir()}
    # Prometheus' key is made by the service.
    assert set(first) == set(COMPOSE["secrets"]) - {"metrics_key"}
    assert len(first["qdrant_api_key"]) == 64 and first["llm_api_key"] == "none"
    subprocess.run(["sh", script], check=True)
    assert {path.name: path.read_text() for path in folder.iterdir()} == first


def test_the_workflow_tests_what_is_deployed() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    service = workflow["jobs"]["test"]["services"]["qdrant"]
    assert service["image"] == SERVICES["qdrant"]["image"]
    assert {"run": "bash .ci/run"} in workflow["jobs"]["test"]["steps"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "USER 10001" in dockerfile and "HEALTHCHECK" in dockerfile
