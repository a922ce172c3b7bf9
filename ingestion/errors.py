"""What can go wrong on a document's way in; every message says what to do next."""


class IngestionError(Exception):
    """Base of all errors that ingestion raises on purpose."""


class UnreadableDocumentError(IngestionError):
    """One file cannot be read; the others can still go in.

    `reason` is a full sentence for people, without the file's name: the report adds it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FingerprintMismatchError(IngestionError):
    """The collection was built by another embedder, chunker or schema than the one in use."""


class IndexLockedError(IngestionError):
    """Another process holds the embedded index."""


class IndexUnavailableError(IngestionError):
    """The vector store does not answer."""


class WeightsError(IngestionError):
    """The embedding weights are missing or are not the ones that were asked for."""
