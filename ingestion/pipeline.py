"""A document's way in: parse, chunk, embed, stage, activate, commit.

Killed at any step, the next run finishes what was activated, relabelled or being removed, undoes
what was only staged, and does the rest again: ids come from content, so that changes nothing.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from filelock import FileLock, Timeout

from ingestion.chunk import ChunkerOptions, chunk, document_id, embedding_text
from ingestion.discover import Discovery, SourceFile, discover, load
from ingestion.embed import Bm25Encoder, Embedder
from ingestion.errors import IndexLockedError, UnreadableDocumentError
from ingestion.index import Index
from ingestion.labels import CatalogFinder, Labels
from ingestion.language import UNKNOWN, detect
from ingestion.manifest import Manifest, Record
from ingestion.models import (
    Chunk,
    Document,
    FileFailure,
    IndexedChunk,
    IngestReport,
    ParsedDocument,
)
from ingestion.parse import parse
from ingestion.vectorize import vectorize

SCHEMA = "4"
"""Raised when the payload or the meaning of a span changes: an older index is then refused."""

_BATCH = 64

Outcome = Literal["added", "updated", "unchanged", "relabelled", "deleted", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """One document is done: `done` of `total`, with what became of it."""

    done: int
    total: int
    uri: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Ingested:
    """What `IngestionPipeline.add` did with one document."""

    document: Document
    outcome: Outcome
    chunks_embedded: int = 0
    losses: tuple[str, ...] = ()


Watch = Callable[[int, int], None]


def unwatched(_done: int, _total: int) -> None:
    """Nobody looks on."""


@dataclass(frozen=True, slots=True)
class IngestionPipeline:
    """Everything a document needs on its way in. `open` before use.

    `reader` makes text with structure of a file's name and bytes.
    """

    embedder: Embedder
    sparse: Bm25Encoder
    index: Index
    manifest: Manifest
    chunker: ChunkerOptions
    lock: Path
    max_bytes: int
    default_groups: tuple[str, ...]
    reader: Callable[[str, bytes], ParsedDocument] = parse

    def fingerprint(self) -> Mapping[str, str]:
        """What the collection must have been built with."""
        return {
            "schema": SCHEMA,
            "embedder": self.embedder.fingerprint,
            "sparse": self.sparse.fingerprint,
            "chunker": self.chunker.fingerprint,
        }

    def open(self, *, rebuild: bool = False) -> None:
        """Create or check the collection, and settle what a killed run left behind.

        Raises FingerprintMismatchError, IndexLockedError or IndexUnavailableError.
        """
        with self._exclusive():
            if rebuild:
                self.index.reset()
                self.manifest.clear()
            if self.index.prepare(self.fingerprint(), self.embedder.dimension):
                self.manifest.clear()
            self._recover()

    def run(
        self,
        paths: Sequence[Path],
        root: Path,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> IngestReport:
        """Bring the index up to date with files and folders below `root`.

        A file that cannot be read is reported and the rest goes in; what its document had
        before stays. A document whose file has gone from a folder that was walked is deleted.
        """
        begun = time.perf_counter()
        catalogs = CatalogFinder(root, self.default_groups)
        found = discover(paths, root, catalogs.ignores, self.max_bytes)
        gone = self._gone(found)
        tally = _Tally(len(found.files) + len(found.failed) + len(gone), on_progress)
        with self._settled():
            for failure in found.failed:
                tally.failed(failure.uri, failure.reason)
            for source in found.files:
                self._run_one(source, catalogs, tally)
            for document in gone:
                self.remove(document.id)
                tally.note(document.uri, "deleted")
            if tally.chunks_embedded:
                self.index.optimize()
        report = tally.report(found.skipped, time.perf_counter() - begun)
        return replace(report, absent=catalogs.absent())

    def add(self, uri: str, data: bytes, labels: Labels, watch: Watch = unwatched) -> Ingested:
        """Bring one document up to date. Raises UnreadableDocumentError; nothing is lost then.

        `watch` gets how many of the document's chunks are staged, and of how many; what it raises
        ends the work, and the next one clears away what was staged.
        """
        identity = document_id(uri)
        version = hashlib.sha256(data).hexdigest()
        known = self.manifest.get(identity)
        if known is not None and known.document.version == version:
            return self._relabel(known, labels)
        parsed = self.reader(PurePosixPath(uri).name, data)
        document = _document(identity, uri, version, parsed, labels)
        pieces = chunk(document, parsed, self.chunker)
        self.manifest.begin(document, len(pieces), parsed)
        self._stage(document, parsed, pieces, watch)
        self.index.activate(document.id, document.version)
        self.manifest.commit(document, len(pieces))
        outcome: Outcome = "added" if known is None else "updated"
        return Ingested(document, outcome, len(pieces), parsed.losses)

    def add_exclusively(
        self, uri: str, data: bytes, labels: Labels, watch: Watch = unwatched
    ) -> Ingested:
        """`add` for a caller that is not already in a run. Raises IndexLockedError."""
        with self._settled():
            return self.add(uri, data, labels, watch)

    def remove(self, document: str) -> None:
        """Delete a document from the index, then from the manifest."""
        self.manifest.begin_removal(document)
        self.index.delete(document)
        self.manifest.delete(document)

    def remove_exclusively(self, document: str) -> None:
        """`remove` for a caller that is not already in a run. Raises IndexLockedError."""
        with self._settled():
            self.remove(document)

    def _run_one(self, source: SourceFile, catalogs: CatalogFinder, tally: "_Tally") -> None:
        try:
            data = load(source, self.max_bytes)
            done = self.add(source.uri, data, catalogs.labels(source.uri))
        except UnreadableDocumentError as error:
            tally.failed(source.uri, error.reason)
            return
        tally.chunks_embedded += done.chunks_embedded
        tally.losses += [FileFailure(source.uri, loss) for loss in done.losses]
        tally.note(source.uri, done.outcome)

    def _stage(
        self, document: Document, parsed: ParsedDocument, pieces: Sequence[Chunk], watch: Watch
    ) -> None:
        title = parsed.title or _title_from(document.uri)
        for begin in range(0, len(pieces), _BATCH):
            watch(begin, len(pieces))
            batch = pieces[begin : begin + _BATCH]
            vectors = vectorize(title, batch, self.embedder)
            terms = [self.sparse.document(embedding_text(title, piece)) for piece in batch]
            self.index.stage(
                [
                    IndexedChunk(piece, document, dense, sparse)
                    for piece, dense, sparse in zip(batch, vectors, terms, strict=True)
                ]
            )

    def _relabel(self, record: Record, labels: Labels) -> Ingested:
        """The bytes are the same: title, groups and dates may not be, and cost no embedding."""
        known = record.document
        parsed = self.manifest.parsed(known.id, known.version)
        wanted = _document(known.id, known.uri, known.version, parsed, labels)
        if wanted == known:
            return Ingested(known, "unchanged")
        self.manifest.begin(wanted, record.chunks)
        self.index.relabel(wanted)
        self.manifest.commit(wanted, record.chunks)
        return Ingested(wanted, "relabelled")

    def _gone(self, found: Discovery) -> list[Document]:
        present = {source.uri for source in found.files}
        present |= {failure.uri for failure in found.failed}
        return [
            record.document
            for record in self.manifest.records()
            if record.document.uri not in present and _inside(record.document.uri, found.scopes)
        ]

    def _recover(self) -> None:
        for removed in self.manifest.removing():
            self.remove(removed)
        for record in self.manifest.pending():
            document = record.document
            if document.version in self.index.live_versions(document.id):
                self.index.activate(document.id, document.version)
                self.index.relabel(document)
                self.manifest.commit(document, record.chunks)
            else:
                self.index.discard_staged(document.id)
                self.manifest.abandon(document.id)

    @contextmanager
    def _settled(self) -> Iterator[None]:
        """The lock, with nothing left half done: whoever held it before may have failed."""
        with self._exclusive():
            self._recover()
            yield

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        self.lock.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.lock, timeout=0):
                yield
        except Timeout as error:
            raise IndexLockedError(
                "Another ingestion is writing to this index. Wait until it has finished, "
                "then run this one again; nothing was changed."
            ) from error


class _Tally:
    """Counts outcomes into an IngestReport and tells whoever watches."""

    def __init__(self, total: int, on_progress: Callable[[Progress], None] | None) -> None:
        self.chunks_embedded = 0
        self.losses: list[FileFailure] = []
        self._failures: list[FileFailure] = []
        self._by_outcome: dict[Outcome, list[str]] = {}
        self._total = total
        self._on_progress = on_progress

    def note(self, uri: str, outcome: Outcome) -> None:
        self._by_outcome.setdefault(outcome, []).append(uri)
        done = sum(len(uris) for uris in self._by_outcome.values())
        if self._on_progress is not None:
            self._on_progress(Progress(done, self._total, uri, outcome))

    def failed(self, uri: str, reason: str) -> None:
        self._failures.append(FileFailure(uri, reason))
        self.note(uri, "failed")

    def report(self, skipped: tuple[str, ...], seconds: float) -> IngestReport:
        return IngestReport(
            added=self._uris("added"),
            updated=self._uris("updated"),
            unchanged=self._uris("unchanged"),
            relabelled=self._uris("relabelled"),
            deleted=self._uris("deleted"),
            skipped=skipped,
            failed=tuple(self._failures),
            losses=tuple(self.losses),
            chunks_embedded=self.chunks_embedded,
            seconds=seconds,
        )

    def _uris(self, outcome: Outcome) -> tuple[str, ...]:
        return tuple(self._by_outcome.get(outcome, ()))


def _document(
    identity: str, uri: str, version: str, parsed: ParsedDocument | None, labels: Labels
) -> Document:
    title = labels.title or (parsed.title if parsed else None) or _title_from(uri)
    language = labels.language or (detect(parsed.text) if parsed else UNKNOWN)
    return Document(
        id=identity,
        uri=uri,
        title=title,
        version=version,
        groups=labels.groups,
        effective_from=labels.effective_from,
        effective_to=labels.effective_to,
        supersedes=labels.supersedes,
        metadata=labels.metadata,
        language=language,
    )


def _title_from(uri: str) -> str:
    name = PurePosixPath(uri.rpartition(":")[2]).stem
    return name.replace("-", " ").replace("_", " ")


def _inside(uri: str, scopes: Sequence[str]) -> bool:
    return any(scope == "" or uri.startswith(f"{scope}/") for scope in scopes)
