"""The set as a whole: its size, its forms, its manifest, and that no document is a copy."""

from collections import Counter
from itertools import combinations
from pathlib import PurePosixPath

from datasketch import MinHash

from tests.conftest import SAMPLE_DOCS
from tests.sample_docs.corpus import entries, facts, text

SHINGLE = 5
TOO_ALIKE = 0.15
"""Estimated Jaccard similarity of word 5-grams (Broder 1997) from which two texts are copies."""


def test_size_formats_and_languages() -> None:
    lengths = {entry.path: len(text(entry.path).split()) for entry in entries()}
    assert len(lengths) >= 120
    assert sum(lengths.values()) >= 120_000
    assert sum(length > 8_000 for length in lengths.values()) >= 3
    assert len({PurePosixPath(path).suffix for path in lengths}) >= 9
    languages = Counter(entry.language for entry in entries())
    assert languages["de"] >= 1 and languages["es"] >= 1


def test_the_manifest_describes_every_document_once_and_nothing_else() -> None:
    ours = {"sources", "__pycache__"}
    found = {
        path.relative_to(SAMPLE_DOCS).as_posix()
        for path in SAMPLE_DOCS.glob("*/*")
        if path.is_file() and path.parent.name not in ours
    }
    assert found == {entry.path for entry in entries()}
    ids = [entry.id for entry in entries()]
    assert all(ids) and len(set(ids)) == len(ids)
    for entry in entries():
        assert entry.title and entry.owner and entry.language and entry.groups
        assert entry.format == PurePosixPath(entry.path).suffix[1:]


def test_a_version_begins_after_the_one_it_supersedes_has_ended() -> None:
    by_path = {entry.path: entry for entry in entries()}
    newer = [entry for entry in entries() if entry.supersedes]
    assert len(newer) >= 6
    for entry in newer:
        old = by_path[entry.supersedes or ""]
        assert old.effective_to
        # An API's new version is there before the old one is switched off.
        assert entry.effective_from is None or old.effective_to < entry.effective_from


def test_no_two_documents_are_alike_unless_listed() -> None:
    intended = {
        pair
        for case in facts()["planted"]
        if case["kind"] in ("near_duplicate", "superseded")
        for pair in combinations(sorted(case["documents"]), 2)
    }
    hashes = {entry.path: _minhash(text(entry.path)) for entry in entries()}
    alike = {
        (one, other): round(hashes[one].jaccard(hashes[other]), 2)
        for one, other in combinations(sorted(hashes), 2)
        if hashes[one].jaccard(hashes[other]) >= TOO_ALIKE
    }
    assert not {pair: share for pair, share in alike.items() if pair not in intended}


def test_the_measure_sees_a_copy_with_other_values() -> None:
    """A template filled twice is what the test above is there to find."""
    text = " ".join(f"clause {n} says that the limit is {{}} for site {n}" for n in range(40))
    one, other = text.replace("{}", "40"), text.replace("{}", "70")
    assert _minhash(one).jaccard(_minhash(other)) >= TOO_ALIKE


def _minhash(content: str) -> MinHash:
    words = content.lower().split()
    made = MinHash(num_perm=128, seed=1)
    made.update_batch(
        [" ".join(words[n : n + SHINGLE]).encode() for n in range(len(words) - SHINGLE + 1)]
    )
    return made
