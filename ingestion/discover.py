"""Finds the files to read below a root, without ever leaving it."""

import errno
import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.errors import UnreadableDocumentError
from ingestion.models import FileFailure
from ingestion.parse import SUPPORTED

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `uri` is its path relative to the root, with slashes; `path` is resolved."""

    uri: str
    path: Path


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found, sorted by URI and without duplicates.

    `skipped` has types that no reader handles. `scopes` are the directories that were walked
    completely ("" is the root): only below these does a missing file mean that it is gone.
    """

    files: tuple[SourceFile, ...]
    failed: tuple[FileFailure, ...]
    skipped: tuple[str, ...]
    scopes: tuple[str, ...]


def discover(
    paths: Sequence[Path],
    root: Path,
    ignore: Callable[[str], bool] | None,
    max_bytes: int,
) -> Discovery:
    """Find the readable files at `paths`, files or directories, that lie inside `root`.

    Links are followed inside the root only. Below a directory, names that begin with a dot and
    what `ignore` says of a URI are left out. What cannot be read is in `failed`, never raised.
    """
    walk = _Walk(root.resolve(), ignore, max_bytes)
    for path in paths:
        walk.given(path)
    return walk.result()


def load(source: SourceFile, max_bytes: int) -> bytes:
    """The file's bytes. Raises UnreadableDocumentError: gone, unreadable or grown too large."""
    try:
        with source.path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableDocumentError(_reason(error)) from error
    if len(data) > max_bytes:
        raise UnreadableDocumentError(_too_large(source.path.stat().st_size, max_bytes))
    return data


class _Walk:
    def __init__(self, root: Path, ignore: Callable[[str], bool] | None, max_bytes: int) -> None:
        self._root = root
        self._ignore = ignore or (lambda _: False)
        self._max_bytes = max_bytes
        self._files: dict[str, SourceFile] = {}
        self._failed: dict[str, str] = {}
        self._skipped: set[str] = set()
        # Whether a directory was walked completely; None while it is being walked.
        self._walked: dict[Path, bool | None] = {}

    def given(self, path: Path) -> None:
        """Take a path that the caller named, which may be hidden but not outside the root."""
        target = self._target(path.absolute())
        if target is None:
            return
        if target.is_dir():
            try:
                self._directory(target)
            except RecursionError:
                self._fail(self._uri(target), "Its folders are nested too deeply; flatten them.")
        else:
            self._file(target)

    def result(self) -> Discovery:
        complete = {directory for directory, whole in self._walked.items() if whole}
        topmost = [one for one in complete if not complete.intersection(one.parents)]
        return Discovery(
            files=tuple(self._files[uri] for uri in sorted(self._files)),
            failed=tuple(FileFailure(uri, self._failed[uri]) for uri in sorted(self._failed)),
            skipped=tuple(sorted(self._skipped)),
            scopes=tuple(sorted(self._uri(one) for one in topmost)),
        )

    def _target(self, path: Path) -> Path | None:
        """Where a path really leads, or None with a failure noted."""
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            # A loop of links is a RuntimeError up to Python 3.12 and an OSError after it.
            self._fail(self._uri(path), _reason(error))
            return None
        if target.is_relative_to(self._root):
            return target
        link = "is a link that leads outside" if path.is_relative_to(self._root) else "is outside"
        self._fail(
            self._uri(path),
            f"It {link} the allowed root {self._root}; pass --root or set DOCS_ROOT.",
        )
        return None

    def _directory(self, directory: Path) -> bool:
        """Walk a directory; true when all below it was seen."""
        known = self._walked.get(directory)
        if known is not None:
            return known
        self._walked[directory] = None
        try:
            paths = sorted(directory.iterdir())
        except OSError as error:
            self._fail(self._uri(directory), _reason(error))
            whole = False
        else:
            # All of them, even when one could not be walked.
            walked = [self._below(path) for path in paths if not path.name.startswith(".")]
            whole = all(walked)
        self._walked[directory] = whole
        return whole

    def _below(self, path: Path) -> bool:
        target = self._target(path) if path.is_symlink() else path
        if target is None:
            return True
        if self._walked.get(target, True) is None:
            self._fail(
                self._uri(path),
                "It is a symbolic link to a folder that contains it, a loop; remove the link.",
            )
            return True
        try:
            if stat.S_ISDIR(target.stat().st_mode):
                return self._directory(target)
        except OSError as error:
            self._fail(self._uri(path), _reason(error))
            return False
        self._file(target)
        return True

    def _file(self, path: Path) -> None:
        uri = self._uri(path)
        if self._ignore is not None and self._ignore(uri):
            return
        if path.suffix.lower() not in SUPPORTED:
            self._skipped.add(uri)
            return
        reason = self._trouble(path)
        if reason:
            self._fail(uri, reason)
        else:
            self._files[uri] = SourceFile(uri, path)

    def _trouble(self, path: Path) -> str | None:
        try:
            path.name.encode("utf-8")
            found = path.stat()
        except UnicodeEncodeError:
            return "Its name is not valid UTF-8; rename it."
        except OSError as error:
            return _reason(error)
        if not stat.S_ISREG(found.st_mode):
            return "It is not a regular file; remove it from the folder."
        if found.st_size > self._max_bytes:
            return _too_large(found.st_size, self._max_bytes)
        if not os.access(path, os.R_OK):
            return _reason(PermissionError(errno.EACCES, ""))
        return None

    def _fail(self, uri: str, reason: str) -> None:
        self._failed.setdefault(uri, reason)

    def _uri(self, path: Path) -> str:
        """The path relative to the root; a path outside it is named in full.

        A name that is not valid UTF-8 is escaped, so that it can be reported at all.
        """
        inside = path.relative_to(self._root) if path.is_relative_to(self._root) else path
        uri = "" if inside == Path() else inside.as_posix()
        return uri.encode("utf-8", "backslashreplace").decode("utf-8")


def _reason(error: OSError | RuntimeError) -> str:
    if isinstance(error, FileNotFoundError):
        return "It does not exist; check the path, or remove the link that leads to it."
    if isinstance(error, PermissionError):
        return "It may not be read; give the user that runs this permission to read it."
    if isinstance(error, RuntimeError) or error.errno == errno.ELOOP:
        return "It is a symbolic link in a loop; remove the link."
    return f"It cannot be read: {error.strerror or error}."


def _too_large(size: int, max_bytes: int) -> str:
    return (
        f"It has {size / _MEGABYTE:.1f} MB and the limit is {max_bytes / _MEGABYTE:.1f} MB; "
        "split it, or raise MAX_FILE_MB."
    )
