"""One contract, every store: embedded, the client's own memory mode, and a server if there is one.

The memory mode stands in for the server where there is none; its warning that it has no payload
indexes is the only one that is let through.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from threading import Thread

import numpy as np
import pytest

from ingestion.chunk import document_id
from ingestion.errors import FingerprintMismatchError, IndexUnavailableError
from ingestion.index import Index
from ingestion.models import ChunkVectors, Document, SearchScope, SparseVector
from tests.ingestion.index.conftest import (
    EMBEDDER,
    EVERYONE,
    FINGERPRINT,
    SPARSE,
    points,
    put,
    search,
    texts,
)

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")


def test_what_went_in_comes_out_whole(index: Index) -> None:
    new = points("a.md", "The hotel cap is GBP 140.", validity=(date(2026, 1, 1), None))
    put(index, new)
    (hit,) = search(index, "hotel cap")
    assert hit.chunk == new[0].chunk
    assert hit.document == new[0].document
    assert hit.score > 0
    assert hit.vectors is not None
    assert hit.vectors.whole == pytest.approx(new[0].vectors.whole, abs=1e-6)
    assert hit.vectors.sentences == pytest.approx(new[0].vectors.sentences, abs=1e-6)


def test_a_passage_is_found_by_its_nearest_sentence(index: Index) -> None:
    """Whole vectors and terms favour the first passage, one sentence the second."""
    near, far = points(
        "a.md",
        "Trains are booked early by all who travel.",
        "Hotels are booked late by all who travel.",
    )
    question = EMBEDDER.embed(["a question with no shared term"])[0]
    others = EMBEDDER.embed(["one", "two", "three"])
    near = replace(near, vectors=ChunkVectors(near.vectors.whole, others))
    far = replace(far, vectors=ChunkVectors(near.vectors.whole, np.stack([others[0], question])))
    put(index, [near, far])
    hits = index.search(question, SparseVector((), ()), EVERYONE, 2)
    assert hits[0].chunk == far.chunk


def test_terms_or_meaning_alone_can_be_searched(index: Index) -> None:
    words, meant = points(
        "a.md", "Hotels are booked early by all of us.", "Trains run all night long."
    )
    other = EMBEDDER.embed(["something else"])[0]
    meant = replace(meant, vectors=ChunkVectors(other, np.stack([other])))
    put(index, [words, meant])
    terms, none = SPARSE.query("hotels"), SparseVector((), ())
    assert [hit.chunk for hit in index.search(None, terms, EVERYONE, 5)] == [words.chunk]
    assert index.search(other, none, EVERYONE, 1)[0].chunk == meant.chunk
    assert index.search(None, none, EVERYONE, 5) == []


def test_a_staged_version_is_invisible_until_activated(index: Index) -> None:
    new = points("a.md", "The hotel cap is GBP 140.")
    index.stage(new)
    assert search(index, "hotel cap") == []
    assert index.documents(EVERYONE) == []
    index.activate(new[0].document.id, "1")
    assert len(search(index, "hotel cap")) == 1


def test_the_old_version_answers_until_the_new_one_is_active(index: Index) -> None:
    put(index, points("a.md", "The hotel cap is GBP 120.", "Meals are extra and are paid."))
    new = points("a.md", "The hotel cap is GBP 140.", version="2")
    index.stage(new)
    assert texts(search(index, "hotel cap"))[0] == "The hotel cap is GBP 120."
    index.activate(new[0].document.id, "2")
    assert texts(search(index, "hotel cap meals")) == ["The hotel cap is GBP 140."]
    assert index.count() == 1


def test_discarding_leaves_the_live_version(index: Index) -> None:
    put(index, points("a.md", "The hotel cap is GBP 120."))
    new = points("a.md", "The hotel cap is GBP 140.", version="2")
    index.stage(new)
    index.discard_staged(new[0].document.id)
    assert index.live_versions(new[0].document.id) == {"1": 1}
    assert index.count() == 1


def test_staging_and_activating_twice_changes_nothing(index: Index) -> None:
    new = points("a.md", "The hotel cap is GBP 140.", "Meals are paid by receipt only.")
    put(index, new)
    before = search(index, "hotel")
    put(index, new)
    assert search(index, "hotel") == before
    assert index.count() == 2


def test_delete_takes_one_document_and_no_other(index: Index) -> None:
    put(index, points("a.md", "The hotel cap is GBP 140."))
    put(index, points("b.md", "The hotel in Kassel is closed."))
    index.delete(document_id("a.md"))
    index.delete(document_id("never.md"))
    assert texts(search(index, "hotel")) == ["The hotel in Kassel is closed."]


def test_groups_are_filtered_inside_the_query(index: Index) -> None:
    """Many better hits that are hidden must not push a visible one out of the candidates."""
    for number in range(60):
        put(index, points(f"hr{number}.md", f"Salary salary salary {number}.", groups=("hr",)))
    put(index, points("open.md", "The salary is paid on the 25th.", groups=("everyone", "hr")))
    assert [hit.document.uri for hit in search(index, "salary", limit=3)] == ["open.md"]
    assert len(search(index, "salary", SearchScope(("hr",)), limit=3)) == 3
    assert search(index, "salary", SearchScope(())) == []
    assert search(index, "salary", SearchScope(("other",))) == []


def test_groups_hold_for_lists_and_reading(index: Index) -> None:
    put(index, points("a.md", "The hotel cap is GBP 140.", groups=("hr",)))
    identity = document_id("a.md")
    assert index.documents(EVERYONE) == [] and index.chunks(identity, EVERYONE) == []
    assert index.documents(SearchScope(())) == [] and index.chunks(identity, SearchScope(())) == []
    assert [d.uri for d in index.documents(SearchScope(("hr",)))] == ["a.md"]
    assert len(index.chunks(identity, SearchScope(("hr",)))) == 1


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2025, 12, 31), {"old", "always"}),
        (date(2026, 1, 1), {"new", "always"}),
        (date(2024, 12, 31), {"always"}),
        (date(2025, 1, 1), {"old", "always"}),
        (None, {"old", "new", "always"}),
    ],
)
def test_only_what_is_in_force_on_the_day(index: Index, day: date | None, found: set[str]) -> None:
    put(index, points("old", "The cap was 120.", validity=(date(2025, 1, 1), date(2025, 12, 31))))
    put(index, points("new", "The cap is 140.", validity=(date(2026, 1, 1), None)))
    put(index, points("always", "The cap is a limit."))
    hits = search(index, "cap", SearchScope(("everyone",), day))
    assert {hit.document.uri for hit in hits} == found


def test_relabel_changes_who_sees_it_and_no_vector(index: Index) -> None:
    new = points("a.md", "The hotel cap is GBP 140.")
    put(index, new)
    document = new[0].document
    index.relabel(
        Document(document.id, document.uri, "Caps", document.version, ("hr",), date(2026, 1, 1))
    )
    assert search(index, "hotel cap") == []
    (hit,) = search(index, "hotel cap", SearchScope(("hr",)))
    assert (hit.document.title, hit.document.effective_from) == ("Caps", date(2026, 1, 1))
    assert hit.chunk == new[0].chunk


def test_a_question_of_stop_words_still_searches(index: Index) -> None:
    put(index, points("a.md", "The hotel cap is GBP 140."))
    assert SPARSE.query("what is it").indices == ()
    assert len(search(index, "what is it")) == 1


def test_chunks_come_in_order_past_a_page_of_the_store(index: Index) -> None:
    sentences = [f"Clause number {number} holds for everybody in it." for number in range(600)]
    put(index, points("long.md", *sentences))
    found = index.chunks(document_id("long.md"), EVERYONE)
    assert [hit.chunk.ordinal for hit in found] == list(range(600))
    index.optimize()
    assert index.count() == 600


def test_a_second_prepare_checks_and_another_build_is_refused(index: Index) -> None:
    assert not index.prepare(FINGERPRINT, EMBEDDER.dimension)
    with pytest.raises(
        FingerprintMismatchError, match=r"embedder was 'hash:32', now 'other'.*--rebuild"
    ):
        index.prepare({**FINGERPRINT, "embedder": "other"}, EMBEDDER.dimension)


def test_reset_forgets_everything(index: Index) -> None:
    put(index, points("a.md", "The hotel cap is GBP 140."))
    index.reset()
    assert index.prepare({**FINGERPRINT, "embedder": "other"}, EMBEDDER.dimension)
    assert index.count() == 0


def test_no_search_sees_two_versions_or_none_during_a_switch(
    make_index: Callable[[str], Index],
) -> None:
    """The embedded store switches in one step, whoever searches meanwhile."""
    index = make_index("edge")
    index.prepare(FINGERPRINT, EMBEDDER.dimension)
    put(index, points("a.md", "The hotel cap is 0.", version="0"))
    seen: list[int] = []
    done = False

    def look() -> None:
        while not done:
            seen.append(len(search(index, "hotel cap")))

    watchers = [Thread(target=look) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    for version in range(1, 60):
        put(index, points("a.md", f"The hotel cap is {version}.", version=str(version)))
    done = True
    for watcher in watchers:
        watcher.join()
    assert set(seen) == {1}


def test_a_closed_embedded_index_says_so(make_index: Callable[[str], Index]) -> None:
    index = make_index("edge")
    index.prepare(FINGERPRINT, EMBEDDER.dimension)
    index.close()
    with pytest.raises(IndexUnavailableError, match="closed"):
        index.count()
