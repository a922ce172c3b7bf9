"""HTML and Markdown: structure kept, furniture dropped, words whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.markup import read_html, read_markdown


def html(body: str) -> ParsedDocument:
    return read_html(f"<html><body>{body}</body></html>".encode())


def blocks(parsed: ParsedDocument) -> list[tuple[str, str]]:
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def test_headings_keep_their_level() -> None:
    parsed = html("<h1>A</h1><p>x</p><h3>B</h3>")
    assert [(block.kind, block.level) for block in parsed.blocks] == [
        ("heading", 1),
        ("paragraph", 0),
        ("heading", 3),
    ]


def test_inline_markup_does_not_split_words_and_blocks_do_not_glue() -> None:
    parsed = html("<div>one<div>two</div>three</div><p><b>ab</b>c <a href='/'>link</a><br>end</p>")
    assert blocks(parsed) == [
        ("paragraph", "one"),
        ("paragraph", "two"),
        ("paragraph", "three"),
        ("paragraph", "abc link end"),
    ]


def test_a_raised_letter_is_a_note_and_a_raised_number_a_power() -> None:
    parsed = html("<p>leave<sup>a</sup> of 2 mm<sup>2</sup></p>")
    assert parsed.text == "leave a of 2 mm2"


def test_navigation_scripts_forms_and_hidden_parts_are_dropped() -> None:
    parsed = html(
        "<nav>N</nav><header><nav>H</nav></header><script>S</script><style>T</style>"
        "<aside>A</aside><form><p>F</p></form><template>P</template><!-- C --><p hidden>D</p>"
        "<p style='color:red; display: none'>E</p><p>The text that stays on the page.</p>"
        "<footer>G</footer>"
    )
    assert parsed.text == "The text that stays on the page."


def test_a_form_around_the_whole_page_is_its_content() -> None:
    assert html("<form><h1>Rules</h1><p>All of it.</p></form>").text == "Rules\n\nAll of it."


def test_a_note_beside_the_text_stays_and_a_list_of_links_goes() -> None:
    parsed = html(
        "<main><p>The rule and all of its text.</p><aside>Except in Leeds.</aside>"
        "<aside><a href='#a'>Section a</a></aside></main>"
    )
    assert [text for _, text in blocks(parsed)] == [
        "The rule and all of its text.",
        "Except in Leeds.",
    ]


def test_only_main_is_read_when_it_holds_the_text() -> None:
    parsed = html("<a href='#c'>Skip</a><main><p>Long enough to be the content.</p></main>")
    assert parsed.text == "Long enough to be the content."


def test_ordered_lists_keep_their_numbers_and_nested_lists_their_place() -> None:
    parsed = html(
        "<ol start=3><li>three<ul><li>inner</li></ul></li><li><p>four</p><p>more</p></li></ol>"
        "<ol type=a><li>x</li></ol>"
    )
    assert blocks(parsed) == [
        ("list_item", "3. three"),
        ("list_item", "inner"),
        ("list_item", "4. four"),
        ("paragraph", "more"),
        ("list_item", "a. x"),
    ]


def test_definition_lists_keep_term_and_definition_together() -> None:
    parsed = html("<dl><dt>Lock</dt><dd>red</dd><dt>Why?</dt><dd>Safety.</dd><dt>End</dt></dl>")
    assert parsed.text.split("\n\n") == ["Lock: red", "Why? Safety.", "End:"]


def test_table_spans_are_expanded_and_two_header_rows_joined() -> None:
    parsed = html(
        "<table><caption>Pay</caption><thead>"
        "<tr><th rowspan=2>Grade</th><th colspan=2>Salary</th></tr>"
        "<tr><th>Low</th><th>High</th></tr></thead><tbody>"
        "<tr><th rowspan=2>L1</th><td>1</td><td>2</td></tr><tr><td colspan=2>none</td></tr>"
        "<tr><td colspan=3>Managers</td></tr></tbody></table>"
    )
    assert [text for _, text in blocks(parsed)] == [
        "Pay",
        "Grade: L1 | Salary / Low: 1 | Salary / High: 2",
        "Grade: L1 | Salary / Low: none | Salary / High: none",
        "Managers",
    ]


def test_a_label_over_several_columns_is_no_value_in_them() -> None:
    parsed = html(
        "<table><tr><th>Item<th>Months<th>GBP</tr><tr><td>Fee<td>12<td>40</tr>"
        "<tr><td colspan=2>Total<td>480</tr></table>"
    )
    assert parsed.text.splitlines() == [
        "Item: Fee | Months: 12 | GBP: 40",
        "Item: Total | GBP: 480",
    ]


def test_the_first_row_is_the_header_unless_two_columns_name_facts() -> None:
    parsed = html(
        "<table><tr><td>A</td><td>B</td><td>C</td></tr><tr><td>1</td><td></td><td>3</td></tr>"
        "</table><table><tr><td>Owner:</td><td>Ann</td></tr><tr><td>Site</td><td>Bath</td></tr>"
        "</table>"
    )
    assert [text for _, text in blocks(parsed)] == ["A: 1 | C: 3", "Owner: Ann", "Site: Bath"]


def test_a_layout_table_is_walked_like_any_block() -> None:
    parsed = html("<table><tr><td><h2>Top</h2><table><tr><td>x</td></tr></table></td></tr></table>")
    assert blocks(parsed) == [("heading", "Top"), ("paragraph", "x")]


def test_an_enormous_span_is_cut_short() -> None:
    parsed = html("<table><tr><td colspan=99999999>a<td>b<tr><td>1<td rowspan=1000000>2</table>")
    assert len(parsed.text) < 10_000


def test_code_is_kept_as_it_is_and_images_are_counted() -> None:
    parsed = html("<pre>a\n  b</pre><p>x<img src='http://example.invalid/a.png'></p>")
    assert blocks(parsed) == [("code", "a\n  b"), ("paragraph", "x")]
    assert parsed.losses == ("1 image(s) not read.",)


@pytest.mark.parametrize(
    ("head", "title"),
    [("Leave - Intranet", "Leave"), ("Other", "Other"), ("", "Leave")],
)
def test_title_is_the_page_title_without_the_name_of_the_site(head: str, title: str) -> None:
    page = f"<title>{head}</title><body><h1>Leave</h1><p>x</p>"
    assert read_html(page.encode()).title == title


def test_the_encoding_that_a_page_declares_is_used() -> None:
    page = "<meta charset='iso-8859-2'><p>Zażółć gęślą jaźń</p>".encode("iso-8859-2")
    assert read_html(page).text == "Zażółć gęślą jaźń"


def test_markdown_keeps_tables_lists_code_and_drops_front_matter() -> None:
    parsed = read_markdown(
        b"---\ntitle: Policy\nowner: Ann\n---\n# Head\n\none\ntwo\n\n3. three\n4. four\n\n"
        b"| A | B |\n|---|---|\n| 1 | 2 |\n\n```py\nx  =  1\n```\n\n> quoted\n"
    )
    assert parsed.title == "Policy"
    assert blocks(parsed) == [
        ("heading", "Head"),
        ("paragraph", "one two"),
        ("list_item", "3. three"),
        ("list_item", "4. four"),
        ("table_row", "A: 1 | B: 2"),
        ("code", "x  =  1"),
        ("paragraph", "quoted"),
    ]


@pytest.mark.parametrize("fields", ["a: [b", "only words"])
def test_front_matter_that_is_no_yaml_stays_text(fields: str) -> None:
    assert fields in read_markdown(f"---\n{fields}\n---\n\nText.\n".encode()).text


def test_a_rule_at_the_top_is_not_front_matter() -> None:
    assert read_markdown(b"---\nplain words\n---\n\nend\n").text.startswith("plain words")


@pytest.mark.parametrize(
    "field", ["date: 2026-02-30", "number: " + "9" * 5000, "more: &a [x]\nsame: [*a, *a]"]
)
def test_front_matter_with_odd_values_gives_its_title(field: str) -> None:
    parsed = read_markdown(f"---\ntitle: Policy\n{field}\n---\ntext\n".encode())
    assert (parsed.title, parsed.text) == ("Policy", "text")


def test_line_breaks_in_preformatted_text_stay() -> None:
    assert html("<pre>a<br>b\nc</pre>").text == "a\nb\nc"


@given(st.text(alphabet="<>/tabledivhrp31 =\"'ä\n#-|*`", max_size=80))
def test_any_markup_is_read_or_refused(text: str) -> None:
    for read in (read_html, read_markdown):
        try:
            parsed = read(text.encode())
        except UnreadableDocumentError:
            continue
        assert parsed.blocks[-1].end == len(parsed.text)
