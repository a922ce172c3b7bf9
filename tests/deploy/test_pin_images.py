"""The script that writes digests behind tags; a small program stands in for docker."""

import os
import shutil
import subprocess
from pathlib import Path

import yaml

from tests.conftest import ROOT

FILES = (
    "Dockerfile",
    "docker-compose.yml",
    ".github/workflows/ci.yml",
    "deploy/kubernetes/qdrant.yaml",
    "deploy/pin_images.sh",
)
DIGEST = "sha256:" + "0" * 63


def pin(copy: Path, digit: int, answer: str = DIGEST) -> "subprocess.CompletedProcess[str]":
    docker = copy / "bin" / "docker"
    docker.parent.mkdir(exist_ok=True)
    docker.write_text(f"#!/bin/sh\necho {answer}{digit}\n")
    docker.chmod(0o755)
    environment = {**os.environ, "PATH": f"{docker.parent}:{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", copy / "deploy" / "pin_images.sh"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def copied(folder: Path) -> Path:
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def test_every_image_of_others_gets_its_digest_and_the_next_one(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    before = {name: (copy / name).read_text() for name in FILES}
    for digit in (1, 2):
        done = pin(copy, digit)
        assert done.returncode == 0, done.stderr
        services = yaml.safe_load((copy / "docker-compose.yml").read_text())["services"]
        images = {name: service["image"] for name, service in services.items()}
        assert images.pop("api") == "footnote"
        assert all(image.endswith(f"@{DIGEST}{digit}") for image in images.values())
        base = [line for line in (copy / "Dockerfile").read_text().splitlines() if "FROM " in line]
        assert len(base) == 2 and all(f"@{DIGEST}{digit}" in line for line in base)
    after = {name: (copy / name).read_text().replace(f"@{DIGEST}2", "") for name in FILES}
    assert after == before


def test_an_image_without_a_digest_changes_nothing(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    done = pin(copy, 1, answer="not found")
    assert done.returncode == 1 and "No digest for" in done.stderr
    assert (copy / "Dockerfile").read_text() == (ROOT / "Dockerfile").read_text()
