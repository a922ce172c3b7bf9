"""The one arrow, and who may read the environment."""

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_settings_read_the_environment_and_only_bootstrap_builds_clients() -> None:
    for package in ("app", "ingestion", "retrieval", "eval"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(ROOT).as_posix()
            assert not re.search(r"os\.environ|os\.getenv", text), name
            if not name.startswith("app/bootstrap/"):
                assert not re.search(r"\b(QdrantClient|OpenAILike)\(\s*\w+=", text), name
