"""The same ranking from every store, every time, whatever the collection has been through."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from ingestion.chunk import document_id
from ingestion.index import Index
from ingestion.index.ranking import RRF_K
from ingestion.models import (
    ChunkVectors,
    IndexedChunk,
    ScoredChunk,
    SearchScope,
    SparseVector,
    Vectors,
)
from tests.ingestion.index.conftest import (
    EMBEDDER,
    EVERYONE,
    FINGERPRINT,
    SPARSE,
    points,
    put,
    search,
)

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

FLOAT = 1e-7
# The most that one rank is worth in the fusion.
ONE_RANK = 1 / RRF_K - 1 / (RRF_K + 1)


def unit(random: np.random.Generator) -> Vectors:
    """A random direction."""
    vector = random.normal(size=EMBEDDER.dimension)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def scattered(new: list[IndexedChunk], seed: int) -> list[IndexedChunk]:
    """The same points with random dense vectors, of which no two are equally near anything."""
    random = np.random.default_rng(seed)
    return [
        replace(point, vectors=ChunkVectors(unit(random), np.stack([unit(random)])))
        for point in new
    ]


def test_every_store_ranks_the_same_points_the_same(
    make_index: Callable[[str], Index],
) -> None:
    """Same passages, same order, same scores. No two sentences weigh the same: see the next."""
    subjects = ["hotel", "train", "laptop", "sickness", "invoice", "gateway"]
    places = ["Leeds", "Kassel", "Zaragoza", "London", "Lyon"]
    sentences = [
        f"Clause {number}: {subjects[number % 6]} {places[number % 5]} needs{' reasons' * number}."
        for number in range(60)
    ]
    new = scattered(points("all.md", *sentences), seed=5)
    first, second = make_index("edge"), make_index("client-memory")
    for index in (first, second):
        index.prepare(FINGERPRINT, EMBEDDER.dimension)
        put(index, new)
    random = np.random.default_rng(6)
    for number in range(30):
        question = f"{subjects[number % 6]} in {places[number % 5]}, clause {number}"
        dense = unit(random)
        for limit in (8, len(new)):
            one, other = (
                index.search(dense, SPARSE.query(question), EVERYONE, limit)
                for index in (first, second)
            )
            assert [hit.chunk for hit in one] == [hit.chunk for hit in other]
            assert [h.score for h in one] == pytest.approx([h.score for h in other], abs=FLOAT)


def test_passages_that_weigh_the_same_may_swap_ranks_and_no_more(
    make_index: Callable[[str], Index],
) -> None:
    """Equal BM25 weights are ranked as a store likes: each of a pair by one rank at most."""
    pairs = [
        point
        for number in range(20)
        for side in ("left", "right")
        for point in points(f"{side}{number}.md", f"The hotel needs{' reasons' * number}.")
    ]
    first, second = make_index("edge"), make_index("client-memory")
    for index in (first, second):
        index.prepare(FINGERPRINT, EMBEDDER.dimension)
        for point in scattered(pairs, seed=7):
            put(index, [point])
    dense = unit(np.random.default_rng(8))
    one, other = (
        {h.chunk.id: h.score for h in i.search(dense, SPARSE.query("hotel"), EVERYONE, 40)}
        for i in (first, second)
    )
    assert one.keys() == other.keys() == {point.chunk.id for point in pairs}
    assert all(abs(one[key] - other[key]) <= ONE_RANK + FLOAT for key in one)


def test_equal_scores_come_in_the_same_order_every_time(index: Index) -> None:
    """The nearest passage has the farthest sentence and so on: every score is there twice."""
    new = points(
        "all.md", *(f"Clause number {number} holds for all of us." for number in range(20))
    )
    crossed = [
        ChunkVectors(_turned(number), np.stack([_turned(19 - number)])) for number in range(20)
    ]
    put(index, [replace(p, vectors=v) for p, v in zip(new, crossed, strict=True)])

    def ask(limit: int) -> list[ScoredChunk]:
        return index.search(_turned(0), SparseVector((), ()), EVERYONE, limit)

    longest = ask(10)
    assert len({hit.score for hit in longest}) == 5
    for limit in (*range(1, 11), 9, 9, 9):
        assert ask(limit) == longest[:limit]


def _turned(number: int) -> Vectors:
    """Farther from the first axis, the higher the number."""
    vector = np.zeros(EMBEDDER.dimension, dtype=np.float32)
    vector[:2] = np.cos(number / 20), np.sin(number / 20)
    return vector


def test_terms_are_weighed_by_what_is_live(index: Index) -> None:
    """Old versions, deleted and staged chunks must not make a word look common."""
    for number in range(6):
        put(index, points(f"{number}.md", f"The laptop{' model' * number} is a spare one."))
    put(index, points("hotel.md", "The hotel of the team is a spare one."))
    before = search(index, "spare laptop or hotel", limit=10)
    for version in range(12):
        put(index, points("old.md", "The hotel has a bar.", version=str(version)))
    index.delete(document_id("old.md"))
    index.stage(points("new.md", *(f"The hotel in street {number} opens." for number in range(12))))
    assert search(index, "spare laptop or hotel", limit=10) == before
    index.optimize()
    assert search(index, "spare laptop or hotel", limit=10) == before


def test_what_is_hidden_changes_no_score(index: Index) -> None:
    """Another group's chunks, of a day that is not asked for, of another language: none counts."""
    day = date(2026, 6, 1)
    scope = SearchScope(("everyone",), day, ("en",))
    for number in range(6):
        put(index, points(f"{number}.md", f"The laptop{' model' * number} is a spare one."))
    put(index, points("hotel.md", "The hotel of the team is a spare one."))
    before = search(index, "spare laptop or hotel", scope, limit=10)
    bars = [f"The hotel has bar {number}." for number in range(12)]
    put(index, points("hidden.md", *bars, groups=("hr",)))
    put(index, points("later.md", *bars, validity=(date(2027, 1, 1), None)))
    put(index, points("spanish.md", *bars, language="es"))
    put(index, points("mine.md", *bars, groups=("hr",), supersedes="hotel.md"))
    after = search(index, "spare laptop or hotel", scope, limit=10)
    assert [(hit.chunk, hit.score) for hit in after] == [(hit.chunk, hit.score) for hit in before]
    seen = search(index, "spare laptop or hotel", SearchScope(("everyone", "hr")), limit=40)
    assert {hit.document.uri for hit in seen} > {hit.document.uri for hit in before}
