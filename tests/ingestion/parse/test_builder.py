"""Spans are exact, whatever a reader hands in."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import UnreadableDocumentError
from ingestion.models import BlockKind
from ingestion.parse.builder import TextBuilder, clean, merge_header

kinds: st.SearchStrategy[BlockKind] = st.sampled_from(
    ["heading", "paragraph", "list_item", "table_row", "code"]
)
texts = st.text(max_size=40)


def rows_of(builder: TextBuilder) -> list[str]:
    return builder.build(None).text.split("\n")


@given(st.lists(st.tuples(kinds, texts, st.integers(-1, 9)), min_size=1, max_size=15))
def test_spans_are_inside_in_order_apart_and_not_empty(
    added: list[tuple[BlockKind, str, int]],
) -> None:
    builder = TextBuilder()
    builder.add("paragraph", "first")
    for kind, text, level in added:
        builder.add(kind, text, level=level)
    parsed = builder.build(None)
    assert parsed.blocks[0].start == 0
    assert parsed.blocks[-1].end == len(parsed.text)
    for block in parsed.blocks:
        assert 0 <= block.start < block.end <= len(parsed.text)
        assert parsed.text[block.start : block.end].strip()
        assert (1 <= block.level <= 6) == (block.kind == "heading")
    for before, after in pairwise(parsed.blocks):
        assert parsed.text[before.end : after.start] in ("\n", "\n\n")


@given(st.text())
def test_clean_text_is_nfc_with_plain_newlines(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(c) == "Cc" for c in cleaned if c not in "\n\t")
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")


def test_invisible_characters_do_not_split_words() -> None:
    assert clean("in\u00adstal\u200bla\x00tion\r\nu\u0308ber\rend") == "installation\nüber\nend"


def test_only_rows_and_items_stand_a_line_apart() -> None:
    builder = TextBuilder()
    for kind, text in [("list_item", "a"), ("list_item", "b"), ("paragraph", "c")]:
        builder.add(kind, text)  # type: ignore[arg-type]
    assert builder.build(None).text == "a\nb\n\nc"


def test_code_keeps_its_white_space_and_a_paragraph_does_not() -> None:
    builder = TextBuilder()
    builder.add("code", "\n  if x:\n\n    y  \n")
    builder.add("paragraph", " a\n  b ")
    assert builder.build(None).text == "  if x:\n\n    y\n\na b"


def test_table_rows_repeat_their_header_without_empty_cells() -> None:
    builder = TextBuilder()
    builder.table([["Country", "Cap:", "Note"], ["Spain", "EUR\n120", ""], ["Italy", "90", "x"]])
    assert rows_of(builder) == [
        "Country: Spain | Cap: EUR 120",
        "Country: Italy | Cap: 90 | Note: x",
    ]


def test_table_without_header_has_values_only() -> None:
    builder = TextBuilder()
    builder.table([["Spain", "120"]], header_rows=0)
    builder.table([["only", "a header"]])
    assert rows_of(builder) == ["Spain | 120", "only | a header"]


def test_two_header_rows_are_joined() -> None:
    header = [["Grade", "Salary", "Salary"], ["Grade", "Low", "High"]]
    assert merge_header(header) == ["Grade", "Salary / Low", "Salary / High"]


def test_a_continued_table_keeps_its_header_and_drops_the_repeated_one() -> None:
    builder = TextBuilder()
    builder.table([["A", "B"], ["1", "2"]], page=1)
    builder.table([["A", "B"], ["3", "4"]], header=["A", "B"], page=2)
    assert rows_of(builder) == ["A: 1 | B: 2", "A: 3 | B: 4"]


def test_a_loss_is_said_once_and_no_text_is_an_error() -> None:
    builder = TextBuilder()
    builder.lose("1 image(s) not read.")
    builder.lose("1 image(s) not read.")
    with pytest.raises(UnreadableDocumentError, match="no text"):
        builder.build("title")
    builder.add("paragraph", "text")
    assert builder.build(" a  title ").losses == ("1 image(s) not read.",)
    assert builder.build(" a  title ").title == "a title"
