"""Plain text, e-mail and delimited rows."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse import parse


def blocks(parsed: ParsedDocument) -> list[tuple[str, str]]:
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def txt(text: str) -> list[tuple[str, str]]:
    return blocks(parse("a.txt", text.encode()))


def test_paragraphs_are_parted_by_blank_lines_and_lines_joined() -> None:
    assert txt("one\r\ntwo\r\n\r\nthree") == [("paragraph", "one two"), ("paragraph", "three")]


@pytest.mark.parametrize("heading", ["Scope\n=====", "Scope\n-----", "SCOPE OF IT", "3. Scope"])
def test_headings_that_can_be_nothing_else(heading: str) -> None:
    first = txt(f"{heading}\n\nThe text below it.\n")[0]
    assert first == ("heading", heading.split("\n")[0])


@pytest.mark.parametrize("line", ["Scope", "See 3. Scope below.", "THIS IS URGENT, CALL NOW!"])
def test_other_short_lines_are_not_headings(line: str) -> None:
    assert txt(f"{line}\n\nThe text below it.\n")[0] == ("paragraph", line)


def test_numbered_lines_without_text_below_are_steps() -> None:
    found = txt("1. Lock the switch\n\n2. Test for voltage\n\n3. Scope\n\nText.\n\n4. Terms\n")
    assert [kind for kind, _ in found] == ["list_item"] * 3 + ["paragraph", "heading"]


def test_lists_and_their_continued_lines() -> None:
    assert txt("Bring:\n - a lock\n   and a tag\n - a tester\n") == [
        ("paragraph", "Bring:"),
        ("list_item", "a lock and a tag"),
        ("list_item", "a tester"),
    ]


def test_key_value_lines_stay_lines() -> None:
    found = txt("Site: Leeds\nDate: 2026-04-22\nReason: relay failed\n")
    assert [text for _, text in found] == [
        "Site: Leeds",
        "Date: 2026-04-22",
        "Reason: relay failed",
    ]


def test_csv_rows_repeat_the_header() -> None:
    parsed = parse("a.csv", b'part,text,price\nX-1,"fuse, 4 A",6.20\nX-2,"two\nlines",\n')
    assert blocks(parsed) == [
        ("table_row", "part: X-1 | text: fuse, 4 A | price: 6.20"),
        ("table_row", "part: X-2 | text: two lines"),
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.csv", b"k;v\na;1,5\n"), ("a.tsv", b"k\tv\na\t1,5\n"), ("a.csv", b"k|v\na|1,5\n")],
)
def test_other_delimiters(name: str, data: bytes) -> None:
    assert parse(name, data).text == "k: a | v: 1,5"


EMAIL = (
    "From: Ann <ann@larkmoor.example>\nTo: Bob <bob@larkmoor.example>\n"
    "Date: Fri, 22 May 2026 09:55:27 +0000\nSubject: Re: =?utf-8?q?K=C3=BChler?=\n"
    "MIME-Version: 1.0\n"
)


def test_email_shows_its_headers_and_keeps_what_it_quotes() -> None:
    body = (
        "Content-Type: text/plain; charset=utf-8\n\nYes.\n\nOn Thu Bob wrote:\n> really?\n>> no\n"
    )
    parsed = parse("a.eml", (EMAIL + body).encode())
    assert parsed.title == "Re: Kühler"
    headers, *rest = [text for _, text in blocks(parsed)]
    assert headers.startswith("From: Ann <ann@larkmoor.example> | To: Bob")
    assert headers.endswith("| Subject: Re: Kühler")
    assert rest == ["Yes.", "On Thu Bob wrote:", "really?", "no"]


def test_email_prefers_plain_text_and_names_its_attachments() -> None:
    body = (
        'Content-Type: multipart/mixed; boundary="m"\n\n--m\n'
        'Content-Type: multipart/alternative; boundary="a"\n\n'
        "--a\nContent-Type: text/html\n\n<p>html</p>\n"
        "--a\nContent-Type: text/plain\n\nplain\n--a--\n"
        '--m\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="x.pdf"\n\n'
        "data\n--m--\n"
    )
    parsed = parse("a.eml", (EMAIL + body).encode())
    assert [text for _, text in blocks(parsed)][1:] == ["plain"]
    assert parsed.losses == ("1 attachment(s) not read: x.pdf.",)


def test_a_forwarded_message_and_an_embedded_file_are_named_too() -> None:
    body = (
        'Content-Type: multipart/mixed; boundary="m"\n\n--m\nContent-Type: text/plain\n\nhi\n'
        "--m\nContent-Type: message/rfc822\n\nFrom: x\nSubject: inner\n\ninner text\n"
        '--m\nContent-Type: image/png; name="logo.png"\nContent-ID: <1>\n\ndata\n--m--\n'
    )
    parsed = parse("a.eml", (EMAIL + body).encode())
    assert [text for _, text in blocks(parsed)][1:] == ["hi"]
    assert parsed.losses == ("2 attachment(s) not read: message/rfc822, logo.png.",)


@pytest.mark.parametrize(
    ("charset", "content", "losses"),
    [
        ("iso-8859-1", "Grüße aus Kassel".encode("latin-1"), ()),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), ()),
        ("us-ascii", "Grüße aus Kassel".encode(), ()),
        (
            "unicode_escape",
            "Grüße aus Kassel".encode("cp1252"),
            ("Read as windows-1252, not UTF-8.",),
        ),
    ],
)
def test_email_in_its_encoding_or_the_likeliest(
    charset: str, content: bytes, losses: tuple[str, ...]
) -> None:
    head = f"{EMAIL}Content-Type: text/plain; charset={charset}\n\n".encode()
    parsed = parse("a.eml", head + content)
    right = "こんにちは" if charset == "iso-2022-jp" else "Grüße aus Kassel"
    assert blocks(parsed)[1:] == [("paragraph", right)]
    assert parsed.losses == losses


def test_email_of_html_only_is_read_as_html() -> None:
    body = "Content-Type: text/html; charset=utf-8\n\n<h2>Plan</h2><p>a<b>b</b>c</p>"
    parsed = parse("a.eml", (EMAIL + body).encode())
    assert blocks(parsed)[1:] == [("heading", "Plan"), ("paragraph", "abc")]


def test_text_that_is_no_email_is_refused() -> None:
    with pytest.raises(UnreadableDocumentError, match="headers of an e-mail"):
        parse("a.eml", b"just words, no headers\n")


@given(st.text(max_size=200), st.sampled_from(["a.txt", "a.csv", "a.tsv", "a.eml", "a.log"]))
@example('"', "a.csv")
@example("From: x\nContent-Type: text/plain; charset=none\n\nx", "a.eml")
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    try:
        parsed = parse(name, text.encode("utf-8", "surrogatepass"))
    except UnreadableDocumentError:
        return
    assert parsed.blocks[-1].end == len(parsed.text)


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.csv", "a.eml", "a.html", "a.md"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        parsed = parse(name, data)
    except UnreadableDocumentError as error:
        assert error.reason.endswith(".")
        return
    assert parsed.blocks


@given(st.lists(st.lists(st.text(max_size=15), min_size=1, max_size=5), min_size=1, max_size=8))
def test_any_rows_are_read_or_refused(rows: list[list[str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([[cell.replace("\r", "") for cell in row] for row in rows])
    try:
        parsed = parse("a.csv", stream.getvalue().encode("utf-8", "surrogatepass"))
    except UnreadableDocumentError:
        return
    for block in parsed.blocks:
        assert parsed.text[block.start : block.end].strip()
