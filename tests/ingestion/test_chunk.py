"""Chunks: exact spans, nothing lost, nothing across a heading, ids from content."""

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.chunk import ChunkerOptions, chunk, chunk_id, document_id, embedding_text
from ingestion.models import Block, BlockKind, Document, ParsedDocument

SMALL = ChunkerOptions(max_chars=120, overlap_chars=40)

sentences = st.lists(
    st.text(alphabet="abcdefg ÄÖ€.,0123", min_size=1, max_size=60), min_size=1, max_size=5
).map(lambda parts: ". ".join(" ".join(part.split()) or "x" for part in parts) + ".")
kinds: st.SearchStrategy[BlockKind] = st.sampled_from(get_args(BlockKind))


@st.composite
def parsed_documents(draw: st.DrawFn) -> ParsedDocument:
    text, blocks = "", []
    for kind in draw(st.lists(kinds, min_size=1, max_size=12)):
        content = draw(sentences).strip() or "x"
        text += "\n\n" if text else ""
        level = draw(st.integers(1, 3)) if kind == "heading" else 0
        page = draw(st.none() | st.integers(1, 5))
        blocks.append(Block(kind, len(text), len(text) + len(content), level, page))
        text += content
    return ParsedDocument(text, tuple(blocks))


def a_document(version: str = "v1") -> Document:
    return Document(document_id("a.md"), "a.md", "A", version, ("everyone",))


def parsed(*parts: tuple[BlockKind, str, int]) -> ParsedDocument:
    text, blocks = "", []
    for kind, content, level in parts:
        text += "\n\n" if text else ""
        blocks.append(Block(kind, len(text), len(text) + len(content), level))
        text += content
    return ParsedDocument(text, tuple(blocks))


@given(parsed_documents())
def test_every_chunk_is_a_substring_within_its_size(source: ParsedDocument) -> None:
    for piece in chunk(a_document(), source, SMALL):
        assert piece.text == source.text[piece.start : piece.end]
        assert 0 < len(piece.text) <= SMALL.max_chars
        assert piece.text == piece.text.strip()


@given(parsed_documents())
def test_every_visible_character_lies_in_a_chunk(source: ParsedDocument) -> None:
    covered = [False] * len(source.text)
    for piece in chunk(a_document(), source, SMALL):
        covered[piece.start : piece.end] = [True] * (piece.end - piece.start)
    lost = [c for c, kept in zip(source.text, covered, strict=True) if not kept and not c.isspace()]
    assert lost == []


@given(parsed_documents())
def test_quotable_spans_are_inside_in_order_and_not_headings(source: ParsedDocument) -> None:
    headings = [(b.start, b.end) for b in source.blocks if b.kind == "heading"]
    for piece in chunk(a_document(), source, SMALL):
        for start, end in piece.quotable:
            assert piece.start <= start < end <= piece.end
            assert not any(start < stop and begin < end for begin, stop in headings)
        assert all(a[1] <= b[0] for a, b in pairwise(piece.quotable))


@given(parsed_documents())
def test_ids_and_ordinals_are_unique_and_repeatable(source: ParsedDocument) -> None:
    pieces = chunk(a_document(), source, SMALL)
    assert len({piece.id for piece in pieces}) == len(pieces)
    assert [piece.ordinal for piece in pieces] == list(range(len(pieces)))
    assert pieces == chunk(a_document(), source, SMALL)


def test_a_chunk_never_crosses_a_heading_and_knows_its_path() -> None:
    source = parsed(
        ("heading", "Policy", 1),
        ("heading", "Hotels", 2),
        ("paragraph", "The cap is GBP 140.", 0),
        ("heading", "Meals", 2),
        ("paragraph", "The cap is GBP 45.", 0),
    )
    first, second = chunk(a_document(), source, ChunkerOptions())
    assert first.headings == ("Policy", "Hotels")
    assert first.text.startswith("Policy") and first.text.endswith("GBP 140.")
    assert second.headings == ("Policy", "Meals")
    assert second.text == "Meals\n\nThe cap is GBP 45."


def test_long_paragraphs_are_cut_between_sentences_with_overlap() -> None:
    text = " ".join(f"Sentence number {n} says something." for n in range(12))
    pieces = chunk(a_document(), parsed(("paragraph", text, 0)), SMALL)
    assert len(pieces) > 2
    assert all(piece.text.startswith("Sentence") for piece in pieces)
    assert all(piece.text.endswith("something.") for piece in pieces)
    assert all(later.start < earlier.end for earlier, later in pairwise(pieces))


def test_a_short_block_is_not_cut_to_fill_the_chunk_before_it() -> None:
    first, second = "One. " * 15, "Two is here. It stays whole."
    pieces = chunk(
        a_document(), parsed(("paragraph", first.strip(), 0), ("paragraph", second, 0)), SMALL
    )
    assert second in pieces[-1].text


def test_a_clause_number_is_not_a_sentence() -> None:
    source = parsed(("paragraph", "4.2. The cap is GBP 140. It holds from May.", 0))
    (piece,) = chunk(a_document(), source, ChunkerOptions())
    quotes = [piece.quote(*span) for span in piece.quotable]
    assert quotes == ["4.2. The cap is GBP 140.", "It holds from May."]


def test_another_version_has_other_ids() -> None:
    source = parsed(("paragraph", "The same words.", 0))
    (old,) = chunk(a_document("v1"), source, SMALL)
    (new,) = chunk(a_document("v2"), source, SMALL)
    assert old.id != new.id
    assert old.id == chunk_id(old.document_id, "v1", old.start, old.end)


def test_embedded_text_names_the_place_once() -> None:
    source = parsed(("heading", "Hotels", 1), ("paragraph", "The cap is GBP 140.", 0))
    (piece,) = chunk(a_document(), source, SMALL)
    assert embedding_text("Travel policy", piece).startswith("Travel policy\nHotels\n\nThe cap")


@pytest.mark.parametrize(("size", "overlap"), [(10, 0), (100, 80), (100, -1)])
def test_senseless_sizes_are_refused(size: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="max_chars"):
        ChunkerOptions(size, overlap)
