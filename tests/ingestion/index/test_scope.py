"""What a scope leaves out inside the query: languages, and documents that others replace."""

from datetime import date

import pytest

from ingestion.chunk import document_id
from ingestion.index import Index
from ingestion.models import SearchScope
from tests.ingestion.index.conftest import EVERYONE, points, put, search

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

DAY = date(2026, 6, 1)
TODAY = SearchScope(("everyone",), DAY)


def uris(index: Index, scope: SearchScope) -> set[str]:
    """What a search finds; a listing must agree."""
    found = {hit.document.uri for hit in search(index, "cap", scope, limit=20)}
    assert found == {document.uri for document in index.documents(scope)}
    assert found == {uri for uri in ("old", "new", "newer", "x") if _read(index, uri, scope)}
    return found


def _read(index: Index, uri: str, scope: SearchScope) -> bool:
    return bool(index.chunks(document_id(uri), scope))


def test_languages_are_filtered_inside_the_query(index: Index) -> None:
    for number in range(60):
        put(index, points(f"{number}.md", f"Cap cap cap {number}.", language="en"))
    put(index, points("de.md", "Das Limit, cap.", language="de"))
    put(index, points("und.md", "120 cap", language="und"))

    def found(*languages: str) -> list[str]:
        hits = search(index, "cap", SearchScope(("everyone",), languages=languages), limit=2)
        return sorted(hit.document.uri for hit in hits)

    assert found("de") == ["de.md"]
    assert found("de", "und") == ["de.md", "und.md"]
    assert found("fr") == []
    assert len(found()) == 2


def test_a_replaced_document_is_left_out_though_its_validity_is_open(index: Index) -> None:
    put(index, points("old", "The cap was 120."))
    put(index, points("new", "The cap is 140.", validity=(DAY, None), supersedes="old"))
    assert uris(index, TODAY) == {"new"}
    assert uris(index, SearchScope(("everyone",), date(2026, 5, 31))) == {"old"}
    assert uris(index, EVERYONE) == {"old", "new"}
    assert uris(index, SearchScope(("everyone",), DAY, include_superseded=True)) == {"old", "new"}


def test_a_document_that_says_until_when_it_holds_is_believed(index: Index) -> None:
    """An interface that still works for some months beside the new one."""
    put(index, points("old", "The cap was 120.", validity=(None, date(2026, 8, 31))))
    put(index, points("new", "The cap is 140.", validity=(DAY, None), supersedes="old"))
    assert uris(index, TODAY) == {"old", "new"}
    assert uris(index, SearchScope(("everyone",), date(2026, 9, 1))) == {"new"}


def test_a_replacement_that_is_hidden_changes_nothing(index: Index) -> None:
    put(index, points("old", "The cap was 120."))
    put(index, points("new", "The cap is 140.", groups=("hr",), supersedes="old"))
    assert uris(index, TODAY) == {"old"}
    assert uris(index, SearchScope(("hr", "everyone"), DAY)) == {"new"}


def test_a_replaced_document_does_not_come_back_when_its_replacement_ends(index: Index) -> None:
    """So the first of three is out as well, though only the last is in force."""
    put(index, points("old", "The cap was 120."))
    put(index, points("new", "The cap was 130.", validity=(None, DAY), supersedes="old"))
    assert uris(index, TODAY) == {"new"}
    after = SearchScope(("everyone",), date(2026, 6, 2))
    assert uris(index, after) == set()
    put(index, points("newer", "The cap is 140.", supersedes="new"))
    assert uris(index, after) == {"newer"}


def test_it_follows_the_newer_document(index: Index) -> None:
    """Staged, deleted, relabelled or a version that replaces nothing: the older one answers."""
    put(index, points("old", "The cap was 120."))
    new = points("new", "The cap is 140.", supersedes="old")
    index.stage(new)
    assert uris(index, TODAY) == {"old"}
    put(index, new)
    assert uris(index, TODAY) == {"new"}
    put(index, points("new", "The cap is 150.", version="2"))
    assert uris(index, TODAY) == {"old", "new"}
    index.relabel(points("new", "The cap is 150.", version="2", supersedes="old")[0].document)
    assert uris(index, TODAY) == {"new"}
    index.relabel(
        points("new", "The cap is 150.", version="2", groups=("hr",), supersedes="old")[0].document
    )
    assert uris(index, TODAY) == {"old"}
    index.delete(document_id("new"))
    assert uris(index, TODAY) == {"old"}


def test_a_range_of_chunks_in_order(index: Index) -> None:
    put(
        index, points("x", *(f"Clause number {number} holds for everybody." for number in range(9)))
    )
    identity = document_id("x")

    def ordinals(first: int, last: int, scope: SearchScope = EVERYONE) -> list[int]:
        return [hit.chunk.ordinal for hit in index.chunks(identity, scope, (first, last))]

    assert ordinals(2, 4) == [2, 3, 4]
    assert ordinals(-3, 0) == [0]
    assert ordinals(7, 20) == [7, 8]
    assert ordinals(9, 20) == []
    assert ordinals(0, 8, SearchScope(("hr",))) == []
