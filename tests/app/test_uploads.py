"""Uploaded files are kept by caller, found again, and taken away."""

import json
from pathlib import Path

import pytest

from app.uploads import delete_upload, store_upload, stored_uploads, upload_uri
from ingestion.labels import Labels

HR = Labels(("hr",))


@pytest.mark.parametrize("owner", ["hanna", "jwt:a/../b", "..", "a b@c.example", "jwt:https://x/y"])
def test_what_is_stored_is_found_with_its_groups(tmp_path: Path, owner: str) -> None:
    store_upload(tmp_path / "up", owner, "plan.md", b"one", HR)
    store_upload(tmp_path / "up", "sam", "plan.md", b"two", Labels(("sales",)))
    found = {uri: (data, labels.groups) for uri, data, labels in stored_uploads(tmp_path / "up")}
    assert found[upload_uri(owner, "plan.md")] == (b"one", ("hr",))
    assert found[upload_uri("sam", "plan.md")] == (b"two", ("sales",))
    assert {path.name for path in tmp_path.iterdir()} == {"up"}
    delete_upload(tmp_path / "up", upload_uri(owner, "plan.md"))
    assert [uri for uri, _, _ in stored_uploads(tmp_path / "up")] == [upload_uri("sam", "plan.md")]


def test_files_of_before_are_kept_and_can_be_deleted(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_bytes(b"old")
    (tmp_path / ".old.md.json").write_text(json.dumps({"groups": ["hr"]}))
    (tmp_path / "bare.md").write_bytes(b"bare")
    store_upload(tmp_path, "hanna", "new.md", b"new", HR)
    found = {uri: labels.groups for uri, _, labels in stored_uploads(tmp_path)}
    assert found == {
        "upload:old.md": ("hr",),
        "upload:bare.md": (),
        "upload:hanna/new.md": ("hr",),
    }
    delete_upload(tmp_path, "upload:old.md")
    delete_upload(tmp_path, "sample_docs/hr.md")
    assert {path.name for path in tmp_path.iterdir()} == {"bare.md", "hanna"}


def test_no_uploads_are_none(tmp_path: Path) -> None:
    assert list(stored_uploads(tmp_path / "absent")) == []
