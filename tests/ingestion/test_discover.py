"""Finding files: nothing outside the root, nothing twice, nothing silently missed."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.discover import Discovery, SourceFile, discover, load
from ingestion.errors import UnreadableDocumentError

LIMIT = 1000
NOBODY = 65534


def made(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    return root


def find(root: Path, *paths: Path) -> Discovery:
    return discover(paths or [root], root, None, LIMIT)


def uris(found: Discovery) -> list[str]:
    return [source.uri for source in found.files]


def reasons(found: Discovery) -> dict[str, str]:
    return {failure.uri: failure.reason for failure in found.failed}


def test_files_are_sorted_and_found_once(tmp_path: Path) -> None:
    made(tmp_path, "b.md", "a/c.TXT", "a/b.md", ".hidden.md", ".git/x.md", "a/x.exe")
    found = find(tmp_path, tmp_path / "a", tmp_path, tmp_path / "b.md", tmp_path / "a" / ".." / "a")
    assert uris(found) == ["a/b.md", "a/c.TXT", "b.md"]
    assert found.skipped == ("a/x.exe",)
    assert found.failed == ()
    assert found.scopes == ("",)


def test_the_scope_of_a_folder_is_that_folder_and_a_file_has_none(tmp_path: Path) -> None:
    made(tmp_path, "a/b.md", "c.md")
    assert find(tmp_path, tmp_path / "a", tmp_path / "c.md").scopes == ("a",)


def test_ignored_files_are_left_out(tmp_path: Path) -> None:
    made(tmp_path, "a.md", "b.md")
    found = discover([tmp_path], tmp_path, lambda uri: uri == "a.md", LIMIT)
    assert uris(found) == ["b.md"]


def test_path_outside_the_root(tmp_path: Path) -> None:
    made(tmp_path, "root/a.md", "other/b.md", "root-2/c.md")
    outside = [tmp_path / "other" / "b.md", tmp_path / "root" / ".." / "other", tmp_path / "root-2"]
    found = find(tmp_path / "root", *outside)
    assert uris(found) == []
    assert len(found.failed) == 3
    for reason in reasons(found).values():
        assert "outside the allowed root" in reason
        assert "DOCS_ROOT" in reason


def test_links_that_lead_outside_are_failures(tmp_path: Path) -> None:
    root = made(tmp_path, "root/a.md", "other/b.md") / "root"
    (root / "file.md").symlink_to(tmp_path / "other" / "b.md")
    (root / "folder").symlink_to(tmp_path / "other")
    found = find(root)
    assert uris(found) == ["a.md"]
    assert all("outside the allowed root" in reason for reason in reasons(found).values())
    assert list(reasons(found)) == ["file.md", "folder"]


def test_links_inside_the_root_are_found_once(tmp_path: Path) -> None:
    made(tmp_path, "a/b.md")
    (tmp_path / "again").symlink_to(tmp_path / "a")
    (tmp_path / "b.md").symlink_to(tmp_path / "a" / "b.md")
    assert uris(find(tmp_path)) == ["a/b.md"]


def test_symlink_loops_are_named(tmp_path: Path) -> None:
    made(tmp_path, "a/b.md")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    found = find(tmp_path)
    assert uris(found) == ["a/b.md"]
    assert sorted(reasons(found)) == ["a/up", "self.md"]
    assert all("loop" in reason for reason in reasons(found).values())


def test_folders_nested_without_end_are_a_failure_and_no_crash(tmp_path: Path) -> None:
    made(tmp_path, "a.md", "b/" * 600 + "c.md")
    found = find(tmp_path)
    assert "nested too deeply" in reasons(found)[""]
    assert found.scopes == (), "what was not seen may not count as gone"


def test_missing_paths_and_broken_links(tmp_path: Path) -> None:
    (tmp_path / "broken.md").symlink_to(tmp_path / "gone.md")
    found = find(tmp_path, tmp_path, tmp_path / "nothing.md")
    assert sorted(reasons(found)) == ["broken.md", "nothing.md"]
    assert all("does not exist" in reason for reason in reasons(found).values())


def test_a_file_of_50_mb_names_its_size_and_the_setting(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    found = discover([tmp_path], tmp_path, None, 40 * 1024 * 1024)
    reason = reasons(found)["big.txt"]
    assert "50.0 MB" in reason
    assert "40.0 MB" in reason
    assert "MAX_FILE_MB" in reason


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert list(reasons(find(tmp_path))) == ["pipe.txt"]


def test_load_reads_bytes_and_says_what_went_wrong(tmp_path: Path) -> None:
    made(tmp_path, "a.md")
    source = find(tmp_path).files[0]
    assert load(source, LIMIT) == b"text"
    with pytest.raises(UnreadableDocumentError, match="MAX_FILE_MB"):
        load(source, 3)
    with pytest.raises(UnreadableDocumentError, match="does not exist"):
        load(SourceFile("gone.md", tmp_path / "gone.md"), LIMIT)


# Run as a user without rights: root may read everything.
_UNPRIVILEGED = """
import os, sys
from pathlib import Path
from ingestion.discover import discover
root = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
found = discover([root], root, None, 1000)
print([source.uri for source in found.files])
print([failure.uri for failure in found.failed])
print(all("permission" in failure.reason for failure in found.failed))
print(list(found.scopes))
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_unreadable_files_and_folders_are_failures(open_folder: Path) -> None:
    root = made(open_folder, "open/a.md", "open/secret.md", "closed/b.md")
    (root / "open" / "secret.md").chmod(0)
    (root / "closed").chmod(0)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _UNPRIVILEGED, str(root), str(NOBODY)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        )
    finally:
        (root / "closed").chmod(0o700)
    assert done.stdout.splitlines() == [
        "['open/a.md']",
        "['closed', 'open/secret.md']",
        "True",
        "['open']",
    ]
