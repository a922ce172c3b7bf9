"""Keeps the lexicon of the documents, and reads it anew when they have changed."""

from collections.abc import Iterator
from threading import Lock

from ingestion.manifest import Manifest
from ingestion.models import Document
from retrieval.lexicon import Lexicon, read_lexicon


class CurrentLexicon:
    """Called for every question; costs a look at the manifest unless a document changed."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._lock = Lock()
        self._state: tuple[int, int] | None = None
        self._lexicon = Lexicon({}, {})

    def __call__(self) -> Lexicon:
        """The words and abbreviations of all committed documents."""
        with self._lock:
            state = self._manifest.state()
            if state != self._state:
                self._lexicon = read_lexicon(self._texts())
                self._state = state
            return self._lexicon

    def _texts(self) -> Iterator[tuple[Document, str]]:
        for record in self._manifest.records():
            document = record.document
            parsed = self._manifest.parsed(document.id, document.version)
            if parsed is not None:
                yield document, parsed.text
