"""Readers: from a file's bytes to text with structure."""

from collections.abc import Callable
from pathlib import PurePosixPath

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.delimited import read_csv, read_tsv
from ingestion.parse.docx import read_docx
from ingestion.parse.mail import read_eml
from ingestion.parse.markup import read_html, read_markdown
from ingestion.parse.office import read_pptx, read_xlsx
from ingestion.parse.pdf import read_pdf
from ingestion.parse.plain import read_txt
from ingestion.parse.sniff import DESCRIPTIONS, Kind, check_archive, kind_of
from ingestion.parse.tickets import read_json

__all__ = ["SUPPORTED", "parse"]

_Reader = Callable[[bytes], ParsedDocument]

_READERS: dict[str, tuple[Kind, _Reader]] = {
    ".md": ("other", read_markdown),
    ".markdown": ("other", read_markdown),
    ".html": ("other", read_html),
    ".htm": ("other", read_html),
    ".txt": ("other", read_txt),
    ".log": ("other", read_txt),
    ".csv": ("other", read_csv),
    ".tsv": ("other", read_tsv),
    ".json": ("other", read_json),
    ".eml": ("other", read_eml),
    ".pdf": ("pdf", read_pdf),
    ".docx": ("docx", read_docx),
    ".xlsx": ("xlsx", read_xlsx),
    ".pptx": ("pptx", read_pptx),
}
_OFFICE: frozenset[Kind] = frozenset({"docx", "xlsx", "pptx"})

SUPPORTED: frozenset[str] = frozenset(_READERS)
"""The extensions that `parse` reads, in lower case with their dot."""


def parse(path_name: str, data: bytes) -> ParsedDocument:
    """Read a document; its extension says how, and its content must agree.

    Nothing is fetched and nothing in the document is carried out. Raises UnreadableDocumentError
    for anything that cannot be read, with what is wrong and what to do next.
    """
    extension = PurePosixPath(path_name).suffix.lower()
    if extension not in _READERS:
        raise UnreadableDocumentError(
            f"{extension or 'A name without an extension'} is not supported; "
            f"supported are {', '.join(sorted(SUPPORTED))}."
        )
    if not data.strip():
        raise UnreadableDocumentError("The file is empty; add its content or remove it.")
    wanted, reader = _READERS[extension]
    _check_kind(extension, wanted, data)
    if wanted in _OFFICE:
        check_archive(data)
    try:
        return reader(data)
    except RecursionError as error:
        raise UnreadableDocumentError(
            "It is nested too deeply to be read; simplify it or export it again."
        ) from error


def _check_kind(extension: str, wanted: Kind, data: bytes) -> None:
    found = kind_of(data)
    if found == wanted:
        return
    if found == "ole2":
        raise UnreadableDocumentError(
            f"It is {DESCRIPTIONS['ole2']}; remove the password, or save it in the present format."
        )
    if wanted != "other" and found in {"other", "zip"}:
        raise UnreadableDocumentError(
            f"It is not {DESCRIPTIONS[wanted]}, or it is damaged or incomplete; "
            "copy or export it again, or give it its right extension."
        )
    advice = f"rename it to end in .{found}" if f".{found}" in _READERS else "it is not supported"
    raise UnreadableDocumentError(
        f"It looks like {DESCRIPTIONS[found]}, not {extension}; {advice}."
    )
