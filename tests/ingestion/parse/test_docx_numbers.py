"""Automatic numbers are what stands on the page, so a citation can name them."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingestion.errors import UnreadableDocumentError
from ingestion.parse import parse

LEVELS = {
    0: ("decimal", 1, "%1"),
    1: ("decimal", 1, "%1.%2"),
    2: ("lowerLetter", 1, "(%3)"),
    3: ("upperRoman", 4, "%4."),
    4: ("bullet", 1, "\u2022"),
}
Line = tuple[str, int | None, str]


def word(lines: list[Line], *, levels: dict[int, tuple[str, int, str]] | None = None) -> bytes:
    """A Word file with one list of many levels: (style or "", level or None, text) by line.

    Lines whose style is "again" are in a second list, which shares the count but sets it to 1.
    """
    document = Document()
    numbering = document.part.numbering_part.element
    parts = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, start, text) in (levels or LEVELS).items()
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{parts}</w:abstractNum>')
    )
    for key, override in (("90", ""), ("91", '<w:startOverride w:val="1"/>')):
        inner = f'<w:lvlOverride w:ilvl="0">{override}</w:lvlOverride>' if override else ""
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{key}">'
                f'<w:abstractNumId w:val="90"/>{inner}</w:num>'
            )
        )
    for style, level, text in lines:
        heading = style.startswith("Heading")
        paragraph = document.add_paragraph(text, style=style if heading else None)
        if level is not None:
            paragraph._p.get_or_add_pPr().append(
                parse_xml(
                    f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/>'
                    f'<w:numId w:val="{91 if style == "again" else 90}"/></w:numPr>'
                )
            )
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def read(data: bytes) -> list[tuple[str, str]]:
    parsed = parse("a.docx", data)
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def test_headings_and_clauses_have_the_numbers_of_the_page() -> None:
    lines: list[Line] = [
        ("Heading 1", 0, "Scope"),
        ("", 1, "It covers all."),
        ("", 1, "Except"),
        ("", 2, "this,"),
        ("", 2, "that."),
        ("", 3, "A sub-point."),
        ("Heading 1", 0, "Term"),
        ("", None, "Free text."),
        ("", 1, "It begins."),
        ("", 4, "A bullet."),
    ]
    assert read(word(lines)) == [
        ("heading", "1 Scope"),
        ("list_item", "1.1 It covers all."),
        ("list_item", "1.2 Except"),
        ("list_item", "(a) this,"),
        ("list_item", "(b) that."),
        ("list_item", "IV. A sub-point."),
        ("heading", "2 Term"),
        ("paragraph", "Free text."),
        ("list_item", "2.1 It begins."),
        ("list_item", "A bullet."),
    ]


def test_an_interrupted_list_goes_on_and_a_new_one_begins_anew() -> None:
    document = Document()
    for style, text in [
        ("List Number", "one"),
        ("List Number", "two"),
        ("Normal", "Break."),
        ("List Number", "three"),
        ("List Bullet", "no number"),
    ]:
        document.add_paragraph(text, style=style)
    stream = io.BytesIO()
    document.save(stream)
    assert [text for _, text in read(stream.getvalue())] == [
        "1. one",
        "2. two",
        "Break.",
        "3. three",
        "no number",
    ]
    lines: list[Line] = [("", 0, "a"), ("", 0, "b"), ("again", 0, "c"), ("again", 0, "d")]
    assert [text for _, text in read(word(lines))] == ["1 a", "2 b", "1 c", "2 d"]


def test_an_empty_paragraph_counts_but_is_not_shown() -> None:
    lines: list[Line] = [("", 0, "a"), ("", 0, ""), ("", 0, "c")]
    assert [text for _, text in read(word(lines))] == ["1 a", "3 c"]


def test_letters_go_on_after_z() -> None:
    lines: list[Line] = [("", 0, f"item {number}") for number in range(1, 29)]
    found = read(word(lines, levels={0: ("upperLetter", 1, "%1)")}))
    assert [text for _, text in found][25:] == ["Z) item 26", "AA) item 27", "BB) item 28"]


def test_numbering_that_is_malformed_is_an_error() -> None:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(word([("", 0, "a")]))) as source,
        zipfile.ZipFile(stream, "w") as target,
    ):
        for part in source.infolist():
            content = source.read(part)
            cut = part.filename == "word/numbering.xml"
            target.writestr(part, content[:200] if cut else content)
    with pytest.raises(UnreadableDocumentError, match="Word"):
        parse("a.docx", stream.getvalue())
