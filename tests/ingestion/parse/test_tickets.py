"""JSON exports: records are sections, fields are lines, and nothing is lost on the way."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse import parse
from ingestion.parse.builder import one_line

EXPORT = {
    "export": {"title": "Tickets of March", "system": "Larkdesk", "filter": None},
    "tickets": [
        {
            "id": 48213,
            "subject": "Gateway offline",
            "customer": "Brightwater",
            "status": "closed",
            "closed": None,
            "assignee": {"name": "Ana", "team": "L2"},
            "tags": ["vpn", "heron h4"],
            "messages": [
                {"at": "2026-03-14 07:20", "from": "Gail", "text": "All three\nare gone."},
                {
                    "at": "2026-03-14 08:20",
                    "from": {"name": "Ana", "role": "agent"},
                    "channel": "phone",
                    "text": "Looking.",
                    "files": [{"name": "log.txt", "pages": 3}],
                },
            ],
            "resolution": "The certificate had run out.\n\nIt was renewed by hand.",
        },
        {"id": 48214, "subject": "Price of H4", "customer": "Kestrel", "status": "open"},
    ],
}


def read(value: Any) -> ParsedDocument:
    return parse("a.json", json.dumps(value).encode())


def blocks(parsed: ParsedDocument) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def texts(value: Any) -> list[str]:
    return [text for *_, text in blocks(read(value))]


def reason(data: bytes) -> str:
    with pytest.raises(UnreadableDocumentError) as caught:
        parse("a.json", data)
    return caught.value.reason


def test_every_ticket_is_a_section_with_its_fields_on_one_line() -> None:
    parsed = read(EXPORT)
    assert blocks(parsed) == [
        ("table_row", 0, "Export / Title: Tickets of March | Export / System: Larkdesk"),
        ("heading", 1, "Tickets"),
        ("heading", 2, "48213 Gateway offline"),
        (
            "table_row",
            0,
            "Id: 48213 | Subject: Gateway offline | Customer: Brightwater | Status: closed | "
            "Assignee / Name: Ana | Assignee / Team: L2 | Tags: vpn, heron h4",
        ),
        ("paragraph", 0, "Gail, 2026-03-14 07:20: All three are gone."),
        ("paragraph", 0, "Ana, agent, 2026-03-14 08:20 (Channel: phone): Looking."),
        ("table_row", 0, "Messages / Files / Name: log.txt | Messages / Files / Pages: 3"),
        ("paragraph", 0, "Resolution: The certificate had run out."),
        ("paragraph", 0, "It was renewed by hand."),
        ("heading", 2, "48214 Price of H4"),
        ("table_row", 0, "Id: 48214 | Subject: Price of H4 | Customer: Kestrel | Status: open"),
    ]
    assert parsed.title == "Tickets of March"
    assert parsed.losses == ("2 empty field(s) left out: Export / Filter, Closed.",)


def test_a_sentence_is_no_field_of_the_line() -> None:
    ticket = {"id": 7, "reason": "Nobody had asked for it.", "status": "closed", "by": "A. B."}
    assert texts([ticket]) == [
        "7",
        "Id: 7 | Status: closed | By: A. B.",
        "Reason: Nobody had asked for it.",
    ]


def test_a_list_of_small_objects_is_a_table_and_numbers_stay_as_they_are() -> None:
    data = b'[{"sku": "H4", "price": 1.50, "list price": 1E400}, {"sku": "H2", "sold": true}]'
    assert parse("a.json", data).text.split("\n") == [
        "Sku: H4 | Price: 1.50 | List price: 1E400",
        "Sku: H2 | Sold: true",
    ]


def test_a_single_ticket_and_tickets_by_number() -> None:
    messages = [{"by": "Ana", "note": "Done."}]
    ticket = {"number": "T_7", "title": "Leak", "messages": messages, "open": True}
    alone = ["T_7 Leak", "Number: T_7 | Title: Leak | Open: true", "Messages", "Ana: Done."]
    assert texts(ticket) == alone
    by_number = {"T_7": {"title": "Leak"}, "T_8": {"title": "Noise"}}
    assert texts(by_number) == ["T_7 Leak", "Title: Leak", "T_8 Noise", "Title: Noise"]


def test_a_record_without_a_name_is_not_taken_for_part_of_the_one_before() -> None:
    records = [{"id": 1, "steps": ["a", "b\nc"]}, {"text": "x\ny"}, "loose"]
    assert texts({"records": records}) == [
        "Records",
        "Records:",
        "loose",
        "1",
        "Id: 1",
        "Steps:",
        "a",
        "b c",
        "Records 2",
        "Text: x y",
    ]


def test_many_fields_are_more_than_one_line() -> None:
    lines = texts({f"field {n}": "some words " * 5 for n in range(20)})
    assert len(lines) > 1
    assert max(map(len, lines)) <= 400


def test_both_values_of_a_key_that_comes_twice_are_read() -> None:
    data = b'{"cap": 120, "cap": 140, "nan": NaN, "over": -Infinity}'
    assert parse("a.json", data).text == "Cap: 120 | Cap: 140 | Nan: NaN | Over: -Infinity"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("only text", ["only text"]),
        (42, ["42"]),
        ([[1, 2], [3, [None, 4]]], ["Entry: 1, 2", "Entry:", "3", "Entry: 4"]),
        ({"": "no name"}, ["no name"]),
    ],
)
def test_odd_shapes_are_read(value: Any, said: list[str]) -> None:
    assert texts(value) == said


@pytest.mark.parametrize("data", [b"null", b"{}", b"[]", b'[null, [], {"a": " "}]', b'""'])
def test_json_without_a_value(data: bytes) -> None:
    assert reason(data) == "It is JSON without any value in it; export it again, or remove it."


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'{"a": 1,\n "b": }', "line 2, column 7"),
        (b'{"a": 1', "line 1, column 8"),
        (b'{"a": 1}\n{"a": 2}', "line 2, column 1"),
        (b"just words", "line 1, column 1"),
    ],
)
def test_malformed_json_is_named_with_its_place(data: bytes, place: str) -> None:
    assert place in reason(data)
    assert "export it again" in reason(data)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_deep_nesting(opening: bytes) -> None:
    assert "nested too deeply" in reason(opening * 100_000)
    deep = opening * 50 + b'"x"' + (b"]" if opening == b"[" else b"}") * 50
    assert parse("a.json", deep).text.endswith("x")


def test_encodings() -> None:
    data = json.dumps({"ort": "Gießen – 5 €"}, ensure_ascii=False)
    assert parse("a.json", data.encode("utf-8-sig")).text == "Ort: Gießen – 5 €"
    assert parse("a.json", data.encode("utf-16")).text == "Ort: Gießen – 5 €"
    assert parse("a.json", data.encode("cp1252")).losses == ("Read as windows-1252, not UTF-8.",)


KEYS = st.sampled_from(["id", "subject", "from", "at", "text", "tags", "messages", ""]) | st.text()
SCALARS = st.text() | st.text(min_size=100) | st.integers() | st.none() | st.booleans()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=25
)


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for member in value.values() for text in strings(member)]
    if isinstance(value, list):
        return [text for member in value for text in strings(member)]
    return [value] if isinstance(value, str) else []


@given(VALUES)
def test_every_text_of_the_input_is_in_the_text(value: Any) -> None:
    try:
        parsed = read(value)
    except UnreadableDocumentError as error:
        assert "without any value" in error.reason
        assert not any(map(one_line, strings(value)))
        return
    read_text = one_line(parsed.text)
    for text in strings(value):
        assert one_line(text) in read_text
