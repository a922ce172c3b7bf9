"""Every way a file can be bad ends in a sentence that says what to do."""

import io
import time
import zipfile

import pytest
from docx import Document

from ingestion.errors import UnreadableDocumentError
from ingestion.parse import SUPPORTED, parse

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def reason(name: str, data: bytes) -> str:
    with pytest.raises(UnreadableDocumentError) as caught:
        parse(name, data)
    assert caught.value.reason.endswith(".")
    return caught.value.reason


def word() -> bytes:
    document = Document()
    document.add_paragraph("text")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("extension", sorted(SUPPORTED))
def test_empty(extension: str) -> None:
    assert "empty" in reason(f"a{extension}", b"")
    assert "empty" in reason(f"a{extension}", b" \n\t\n")


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.txt", "a.csv"])
def test_no_text(name: str) -> None:
    data = b"<p></p><!-- x -->" if name.endswith(("html", "md")) else b"\xef\xbb\xbf\n\n"
    assert "no text" in reason(name, data)


def test_an_unsupported_extension_names_the_supported_ones() -> None:
    assert ".pdf" in reason("a.xyz", b"text")
    assert ".pdf" in reason("README", b"text")


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_truncated_docx(keep: float) -> None:
    data = word()
    assert "damaged" in reason("a.docx", data[: int(len(data) * keep)])


def test_a_docx_with_a_flipped_byte_is_damaged() -> None:
    data = bytearray(word())
    data[len(data) // 3] ^= 0xFF
    assert "damaged" in reason("a.docx", bytes(data))


@pytest.mark.parametrize("extension", [".docx", ".xlsx", ".pptx", ".txt"])
def test_office_file_under_a_password_or_of_before_2007(extension: str) -> None:
    assert "password" in reason(f"a{extension}", OLE2)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"%PDF-1.7\n1 0 obj\n%%EOF\n", ".pdf"),
        ("a.pdf", word(), ".docx"),
        ("a.xlsx", word(), ".docx"),
        ("a.md", PNG, "PNG image"),
        ("a.docx", b"\xff\xd8\xff\xe0" + b"\0" * 40, "JPEG image"),
        ("a.csv", b"\x7fELF" + b"\0" * 40, "a program"),
        ("a.pdf", b"GIF89a" + b"\0" * 40, "GIF image"),
    ],
)
def test_wrong_extension(name: str, data: bytes, said: str) -> None:
    assert said in reason(name, data)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.pptx"])
def test_text_named_as_a_document(name: str) -> None:
    assert "right extension" in reason(name, b"only words\n")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.csv", "a.eml", "a.json"])
@pytest.mark.parametrize("data", [b"From: a\0b\n\nx", bytes(range(1, 32)) * 20])
def test_binary_as_text(name: str, data: bytes) -> None:
    if name == "a.eml" and b"\0" not in data:
        assert reason(name, data)
    else:
        assert "binary" in reason(name, data)


@pytest.mark.parametrize(
    ("encoding", "losses"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ()),
        ("utf-16", ()),
        ("cp1252", ("Read as windows-1252, not UTF-8.",)),
    ],
)
def test_encodings(encoding: str, losses: tuple[str, ...]) -> None:
    text = "Die Größe der Kühlung kostet 5 € je Monat – señor Núñez nennt das “naïve”."
    parsed = parse("a.txt", text.encode(encoding))
    assert (parsed.text, parsed.losses) == (text, losses)


def test_another_alphabet_is_guessed_and_noted() -> None:
    text = "Этот документ описывает порядок работы с оборудованием и его безопасную остановку. " * 3
    parsed = parse("a.txt", text.encode("cp1251"))
    assert parsed.text == text.strip()
    assert parsed.losses == ("Read as windows-1251, not UTF-8.",)


def test_a_false_byte_order_mark_is_refused() -> None:
    assert "UTF-16" in reason("a.txt", b"\xff\xfe\x00\xd8x")


@pytest.mark.parametrize("size", [30, 300])
def test_zip_bomb(size: int) -> None:
    bomb = with_part(word(), "word/more.xml", b" " * (size * 1024 * 1024))
    begun = time.perf_counter()
    assert "zip bomb" in reason("a.docx", bomb)
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities(encoding: str) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert "entities" in reason("a.docx", with_part(word(), "word/x.xml", text.encode(encoding)))


def test_a_word_file_without_its_document_part() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/other.xml", "<a/>")
    assert "Word" in reason("a.docx", stream.getvalue())


@pytest.mark.parametrize("name", ["a.html", "a.md"])
def test_deep_nesting_ends_in_time(name: str) -> None:
    data = b"<div>" * 50_000 + b"x" if name == "a.html" else b">" * 5_000 + b" x"
    try:
        assert parse(name, data).text
    except UnreadableDocumentError as error:
        assert "nested" in error.reason or "no text" in error.reason
