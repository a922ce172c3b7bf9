"""The generated sample documents are what their sources say."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_check(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the build script of the checkout at `root` in its checking mode."""
    command = [sys.executable, str(root / "sample_docs" / "build.py"), "--check"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_a_fresh_build_gives_the_committed_bytes() -> None:
    result = run_check(ROOT)
    assert result.returncode == 0, result.stderr


def test_the_check_names_changed_and_missing_documents(tmp_path: Path) -> None:
    copy = tmp_path / "sample_docs"
    shutil.copytree(ROOT / "sample_docs", copy)
    changed = copy / "legal" / "rookery-sla-2026.pdf"
    changed.write_bytes(changed.read_bytes() + b"\n")
    (copy / "finance" / "approval-limits.xlsx").unlink()
    result = run_check(tmp_path)
    assert result.returncode == 1
    named = [line for line in result.stderr.splitlines() if line.startswith("differs from")]
    assert [line.rsplit("/", 2)[-1] for line in sorted(named)] == [
        "approval-limits.xlsx",
        "rookery-sla-2026.pdf",
    ]
