"""Uploaded files are kept with their groups, so that a rebuild can index them again.

Every caller has a folder: the name of a file that another one uploaded is no secret that an upload
could find out, and no file that it could overwrite.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from ingestion.labels import Labels
from ingestion.pipeline import Ingested, IngestionPipeline, Watch, unwatched
from retrieval.models import Principal

_PREFIX = "upload:"


def upload_uri(owner: str, name: str) -> str:
    """The URI of a file that `owner` uploaded."""
    return f"{_PREFIX}{_folder(owner)}/{name}"


def store_upload(root: Path, owner: str, name: str, data: bytes, labels: Labels) -> None:
    """Write a file and its groups, each whole or not at all."""
    folder = root / _folder(owner)
    folder.mkdir(parents=True, exist_ok=True)
    groups = json.dumps({"groups": labels.groups}).encode()
    for target, content in ((f".{name}.json", groups), (name, data)):
        fresh = folder / f".{name}.new"
        fresh.write_bytes(content)
        fresh.replace(folder / target)


def index_upload(
    ingestion: IngestionPipeline,
    root: Path,
    owner: Principal,
    name: str,
    data: bytes,
    watch: Watch = unwatched,
) -> Ingested:
    """Index a file for its owner's groups, then keep it. Raises what the ingestion raises."""
    labels = Labels(owner.groups)
    done = ingestion.add_exclusively(upload_uri(owner.name, name), data, labels, watch)
    store_upload(root, owner.name, name, data, labels)
    return done


def stored_uploads(root: Path) -> Iterator[tuple[str, bytes, Labels]]:
    """Each kept file: URI, bytes, labels. A file without its groups is visible to nobody.

    Files beside the folders are of the time before callers had their own.
    """
    for path in sorted([*root.glob("*"), *root.glob("*/*")]):
        if path.name.startswith(".") or not path.is_file():
            continue
        side = path.parent / f".{path.name}.json"
        groups = json.loads(side.read_bytes())["groups"] if side.is_file() else []
        uri = f"{_PREFIX}{path.relative_to(root).as_posix()}"
        yield uri, path.read_bytes(), Labels(tuple(groups))


def delete_upload(root: Path, uri: str) -> None:
    """Remove the kept file of an uploaded document; other documents have none."""
    if uri.startswith(_PREFIX):
        path = root / uri.removeprefix(_PREFIX)
        for target in (path, path.parent / f".{path.name}.json"):
            target.unlink(missing_ok=True)


def _folder(owner: str) -> str:
    """A name of a folder, one for each owner, that never leads out of its parent."""
    return quote(owner, safe="@").replace(".", "%2E")
