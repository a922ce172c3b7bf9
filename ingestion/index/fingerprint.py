"""How a collection says what it was built with."""

from collections.abc import Mapping

from ingestion.errors import FingerprintMismatchError


def check_fingerprint(stored: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Raise FingerprintMismatchError when a collection was built another way."""
    changed = [
        f"{key} was {stored.get(key, 'unknown')!r}, now {wanted.get(key, 'unset')!r}"
        for key in sorted({*stored, *wanted})
        if stored.get(key) != wanted.get(key)
    ]
    if changed:
        raise FingerprintMismatchError(
            f"The index was built with other settings: {'; '.join(changed)}. "
            "Rebuild it with: rag ingest --rebuild PATH, or set those settings back."
        )
