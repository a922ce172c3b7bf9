"""The optional `manifest.yaml` of a documents folder: titles, readers, validity, what to leave out.

It decides who may read what, so it is read strictly: an unknown, repeated or empty key is an
error, never a default that happens to open a document to everyone.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ingestion.errors import IngestionError

CATALOG_NAME = "manifest.yaml"

_Name = Annotated[str, Field(min_length=1)]


class CatalogEntry(BaseModel):
    """What the catalog says about one document. `groups` None: the catalog's default groups.

    `id` is the number that the company gives the document, such as HR-POL-006.
    `path` and `supersedes` are relative to the catalog's folder. An empty `groups` means nobody.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: _Name
    id: _Name | None = None
    title: str | None = None
    owner: str | None = None
    groups: list[_Name] | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    supersedes: str | None = None
    language: str | None = None
    format: str | None = None
    edge_cases: list[str] = Field(default_factory=list)

    @field_validator("groups", mode="before")
    @classmethod
    def _groups_are_said(cls, value: object) -> object:
        if value is None:
            raise ValueError("is empty: name the groups, or write [] for nobody")
        return value

    @field_validator("path", "supersedes")
    @classmethod
    def _inside_the_folder(cls, value: str | None) -> str | None:
        if value is None:
            return None
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts or "\\" in value:
            raise ValueError("must be relative to this folder, with / and without ..")
        return str(path)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("effective_to is before effective_from")
        if self.supersedes == self.path:
            raise ValueError("supersedes names the document itself")
        return self


class _CatalogFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    default_groups: list[_Name]
    ignore: list[_Name] = Field(default_factory=list)
    documents: list[CatalogEntry] = Field(default_factory=list)

    @model_validator(mode="after")
    def _described_once(self) -> Self:
        seen: set[str] = set()
        for entry in self.documents:
            if entry.path in seen:
                raise ValueError(f"{entry.path} is described twice")
            seen.add(entry.path)
        return self


@dataclass(frozen=True, slots=True)
class Catalog:
    """A folder's catalog; an empty one describes nothing and ignores only its own file."""

    default_groups: tuple[str, ...] = ()
    _ignored: tuple[str, ...] = ()
    _entries: dict[str, CatalogEntry] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "Catalog":
        """Read the folder's catalog; without a file, an empty one.

        Raises IngestionError, with the line or the field, for a file that is not as described.
        """
        path = folder / CATALOG_NAME
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
            file = _CatalogFile.model_validate(content)
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise IngestionError(f"{path} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise IngestionError(f"{path} is not UTF-8; save it as UTF-8.") from error
        except yaml.YAMLError as error:
            raise IngestionError(f"{path} is not valid YAML: {_yaml_problem(error)}.") from error
        except ValidationError as error:
            raise IngestionError(f"{path} is not a valid catalog: {_problems(error)}.") from error
        entries = {entry.path: entry for entry in file.documents}
        return cls(tuple(file.default_groups), tuple(file.ignore), entries)

    @property
    def entries(self) -> tuple[CatalogEntry, ...]:
        """What is said about every document, in the file's order."""
        return tuple(self._entries.values())

    @property
    def paths(self) -> tuple[str, ...]:
        """The documents that have an entry, by their paths relative to the folder."""
        return tuple(self._entries)

    def entry(self, relative_path: str) -> CatalogEntry | None:
        """What is said about a document, by its path relative to the folder."""
        return self._entries.get(relative_path)

    def ignores(self, relative_path: str) -> bool:
        """True for the catalog itself and for what one of its globs covers.

        A glob without a slash is matched with the name at any depth; `**` is any folders.
        """
        parts = PurePosixPath(relative_path).parts
        if relative_path == CATALOG_NAME:
            return True
        return any(
            _covers(glob.strip("/").split("/"), parts)
            if "/" in glob
            else fnmatchcase(parts[-1] if parts else "", glob)
            for glob in self._ignored
        )


class _StrictLoader(yaml.SafeLoader):
    """YAML takes the last of two equal keys; here that could swap who may read a document."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            # A day such as 2026-02-30; only here is the line still known.
            raise yaml.constructor.ConstructorError(
                None, None, f"the value is not possible ({error})", node.start_mark
            ) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen if isinstance(key, yaml.ScalarNode) else False:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value} is there twice", key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def _covers(globs: Sequence[str], parts: Sequence[str]) -> bool:
    if not globs:
        return not parts
    if globs[0] == "**":
        if len(globs) == 1:
            return bool(parts)
        return any(_covers(globs[1:], parts[skip:]) for skip in range(len(parts)))
    return bool(parts) and fnmatchcase(parts[0], globs[0]) and _covers(globs[1:], parts[1:])


def _yaml_problem(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).splitlines()[0]


def _problems(error: ValidationError) -> str:
    said: list[str] = []
    for problem in error.errors(include_url=False):
        where = ".".join(str(part) for part in problem["loc"])
        what = problem["msg"].removeprefix("Value error, ")
        said.append(f"{where}: {what}" if where else what)
    return "; ".join(said)
