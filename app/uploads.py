"""Uploaded files are kept with their groups, so that a rebuild can index them again."""

import json
from collections.abc import Iterator
from pathlib import Path

from ingestion.labels import Labels

_PREFIX = "upload:"


def upload_uri(name: str) -> str:
    """The URI of an uploaded file."""
    return f"{_PREFIX}{name}"


def store_upload(folder: Path, name: str, data: bytes, labels: Labels) -> None:
    """Write a file and its groups, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    groups = json.dumps({"groups": labels.groups}).encode()
    for target, content in ((f".{name}.json", groups), (name, data)):
        fresh = folder / f".{name}.new"
        fresh.write_bytes(content)
        fresh.replace(folder / target)


def stored_uploads(folder: Path) -> Iterator[tuple[str, bytes, Labels]]:
    """Each kept file: URI, bytes, labels. A file without its groups is visible to nobody."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        side = folder / f".{path.name}.json"
        groups = json.loads(side.read_bytes())["groups"] if side.is_file() else []
        yield upload_uri(path.name), path.read_bytes(), Labels(tuple(groups))


def delete_upload(folder: Path, uri: str) -> None:
    """Remove the kept file of an uploaded document; other documents have none."""
    if uri.startswith(_PREFIX):
        name = uri.removeprefix(_PREFIX)
        for target in (name, f".{name}.json"):
            (folder / target).unlink(missing_ok=True)
