"""Where the documents of an evaluation are indexed: never beside others."""

import hashlib
from pathlib import Path

from app.settings import Settings
from ingestion.manifest import Manifest


def settings_for(settings: Settings, docs: Path, data: Path | None) -> Settings:
    """The settings with the index, and the root, that these documents are evaluated in.

    `data` names an index of its own. Without it the standing index serves when the documents lie
    below the root and it holds nothing else; otherwise they get one below the data folder, which
    is kept, so that the next time costs nothing. An index of its own is embedded, whatever store
    the settings name, and documents outside the root are then their own root.
    """
    root = settings.docs_root.resolve()
    place = docs.resolve()
    inside = place.is_relative_to(root)
    if data is None and inside and _holds_only(settings, place.relative_to(root).as_posix()):
        return settings
    if not inside:
        root = place if place.is_dir() else place.parent
    own = data or settings.data_dir / "eval" / _name(place)
    return settings.model_copy(update={"data_dir": own, "docs_root": root, "qdrant_url": None})


def _holds_only(settings: Settings, folder: str) -> bool:
    path = settings.data_dir / "manifest.sqlite"
    if not path.is_file():
        return True
    manifest = Manifest(path)
    try:
        uris = [record.document.uri for record in manifest.records()]
    finally:
        manifest.close()
    return all(folder == "." or uri == folder or uri.startswith(f"{folder}/") for uri in uris)


def _name(place: Path) -> str:
    return f"{place.name}-{hashlib.sha256(str(place).encode()).hexdigest()[:8]}"
