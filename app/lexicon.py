"""Keeps the lexicon of the documents, and reads it anew when they have changed."""

from threading import Lock

from ingestion.manifest import Manifest
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
                self._lexicon = read_lexicon(self._manifest.texts())
                self._state = state
            return self._lexicon
