"""What a file is by its bytes, whatever its name says, and whether its archive is safe to open."""

import io
import zipfile
import zlib
from typing import Literal

from ingestion.errors import UnreadableDocumentError

Kind = Literal["pdf", "docx", "xlsx", "pptx", "zip", "ole2", "png", "jpeg", "gif", "elf", "other"]

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\x7fELF", "elf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole2"),
)
_OFFICE: tuple[tuple[str, Kind], ...] = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_PDF_WITHIN = 1024
_MOST_UNCOMPRESSED = 200 * 1024 * 1024
_MOST_RATIO = 200
# A small sheet of repeated cells can pass the ratio and harms nobody.
_RATIO_COUNTS_FROM = 10 * 1024 * 1024
_DOCTYPES = tuple("<!DOCTYPE".encode(name) for name in ("ascii", "utf-16-le", "utf-16-be"))

DESCRIPTIONS: dict[Kind, str] = {
    "pdf": "a PDF",
    "docx": "a Word document",
    "xlsx": "an Excel workbook",
    "pptx": "a PowerPoint presentation",
    "zip": "a zip archive",
    "ole2": "an Office file that is protected by a password or in the format before 2007",
    "png": "a PNG image",
    "jpeg": "a JPEG image",
    "gif": "a GIF image",
    "elf": "a program",
}


def kind_of(data: bytes) -> Kind:
    """The kind of file that the first bytes, or the names inside a zip, give away."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    # Readers accept a few bytes before the mark, and some scanners write them.
    return "pdf" if b"%PDF-" in data[:_PDF_WITHIN] and not _is_prose(data) else "other"


def check_archive(data: bytes) -> None:
    """Raise UnreadableDocumentError unless an Office file is whole and safe to unpack.

    It is refused when it would unpack to a huge size, is encrypted, or declares XML entities,
    which no Office program writes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_size(parts)
            if any(part.flag_bits & 0x1 for part in parts):
                raise UnreadableDocumentError("It is encrypted; save it without a password.")
            for part in parts:
                content = archive.read(part)
                if part.filename.endswith((".xml", ".rels")) and _declares_entities(content):
                    raise UnreadableDocumentError(
                        "It declares XML entities, which can be an attack; save it anew."
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableDocumentError(
            "It is damaged or incomplete; copy or export it again."
        ) from error


def _zip_kind(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return "zip"
    if "[Content_Types].xml" in names:
        for folder, kind in _OFFICE:
            if any(name.startswith(folder) for name in names):
                return kind
    return "zip"


def _is_prose(data: bytes) -> bool:
    """True when what stands before the mark is text that speaks about it."""
    before = data[: data.find(b"%PDF-")]
    return bool(before.strip()) and b"%%EOF" not in data[-2048:]


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    too_dense = unpacked > _RATIO_COUNTS_FROM and unpacked / packed > _MOST_RATIO
    if unpacked > _MOST_UNCOMPRESSED or too_dense:
        raise UnreadableDocumentError(
            f"It unpacks to {unpacked // (1024 * 1024)} MB, which can be an attack (zip bomb); "
            "if it is genuine, split it or remove its large pictures."
        )


def _declares_entities(content: bytes) -> bool:
    return any(doctype in content for doctype in _DOCTYPES)
