"""What a document is called, who may read it and when it holds: from the nearest catalog."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

from ingestion.catalog import CATALOG_NAME, Catalog, CatalogEntry
from ingestion.language import code


@dataclass(frozen=True, slots=True)
class Labels:
    """The part of a document that its bytes do not say. No groups: nobody can see it."""

    groups: tuple[str, ...]
    title: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    supersedes: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None


class CatalogFinder:
    """Finds the catalog that governs a file: the nearest one above it, not above the root."""

    def __init__(self, root: Path, default_groups: tuple[str, ...]) -> None:
        self._root = root.resolve()
        self._default_groups = default_groups
        self._catalogs: dict[str, Catalog | None] = {}

    def ignores(self, uri: str) -> bool:
        """True for a file that its catalog leaves out, and for the catalog itself."""
        folder, catalog = self._governing(uri)
        return catalog is not None and catalog.ignores(_relative(uri, folder))

    def labels(self, uri: str) -> Labels:
        """A file's labels. Raises IngestionError when its catalog is broken."""
        folder, catalog = self._governing(uri)
        if catalog is None:
            return Labels(groups=self._default_groups)
        entry = catalog.entry(_relative(uri, folder))
        if entry is None:
            return Labels(groups=tuple(catalog.default_groups))
        return _labels(entry, folder, tuple(catalog.default_groups))

    def absent(self) -> tuple[str, ...]:
        """URIs that a catalog read so far describes but that are no files.

        A misspelt path is not harmless: the file that was meant has the default groups.
        """
        described = (
            f"{folder}/{path}" if folder else path
            for folder, catalog in self._catalogs.items()
            if catalog is not None
            for path in catalog.paths
        )
        return tuple(uri for uri in described if not (self._root / uri).is_file())

    def _governing(self, uri: str) -> tuple[str, Catalog | None]:
        for parent in PurePosixPath(uri).parents:
            folder = "" if str(parent) == "." else str(parent)
            if folder not in self._catalogs:
                path = self._root / folder
                found = (path / CATALOG_NAME).is_file()
                self._catalogs[folder] = Catalog.load(path) if found else None
            catalog = self._catalogs[folder]
            if catalog is not None:
                return folder, catalog
        return "", None


def _relative(uri: str, folder: str) -> str:
    return uri.removeprefix(f"{folder}/") if folder else uri


def _labels(entry: CatalogEntry, folder: str, default_groups: tuple[str, ...]) -> Labels:
    prefix = f"{folder}/" if folder else ""
    described = {
        "number": entry.id,
        "owner": entry.owner,
        "format": entry.format,
    }
    return Labels(
        groups=default_groups if entry.groups is None else tuple(entry.groups),
        title=entry.title,
        effective_from=entry.effective_from,
        effective_to=entry.effective_to,
        supersedes=prefix + entry.supersedes if entry.supersedes else None,
        metadata={key: value for key, value in described.items() if value},
        language=code(entry.language) if entry.language else None,
    )
