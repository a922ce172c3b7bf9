"""CSV and TSV: every row becomes a line that repeats the header."""

import csv
import io

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder, clean, one_line
from ingestion.parse.text import decode

_DELIMITERS = ",;\t|"
_SAMPLE = 8192
_NUMERIC = frozenset("0123456789.,-+%/: ")


def read_csv(data: bytes) -> ParsedDocument:
    """Read comma-separated values, or with semicolons, tabs or bars where these part the cells.

    Raises UnreadableDocumentError when the rows cannot be told.
    """
    return _read(data, ",")


def read_tsv(data: bytes) -> ParsedDocument:
    """Read tab-separated values. Raises UnreadableDocumentError when the rows cannot be told."""
    return _read(data, "\t")


def _read(data: bytes, usual: str) -> ParsedDocument:
    text, loss = decode(data)
    text = clean(text)
    builder = TextBuilder()
    if loss:
        builder.lose(loss)
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, usual)))
    except csv.Error as error:
        raise UnreadableDocumentError(
            f"Its rows cannot be told ({error}); check its quotation marks and export it again."
        ) from error
    rows = [cells for row in found if any(cells := [one_line(cell) for cell in row])]
    width = max((len(row) for row in rows), default=0)
    while len(rows) > 1 and width > 1 and _filled(rows[0]) == 1:
        builder.add("paragraph", " ".join(rows.pop(0)))
    if rows:
        builder.table(rows, header_rows=0 if _is_data(rows[0]) else 1)
    return builder.build(None)


def _delimiter(text: str, usual: str) -> str:
    """The sniffer's opinion where the first line bears it out, else what is usual."""
    first = text.lstrip("\n").partition("\n")[0]
    if usual in first:
        return usual if usual == "\t" or first.count(";") <= first.count(",") else ";"
    try:
        sniffed = csv.Sniffer().sniff(text[:_SAMPLE], delimiters=_DELIMITERS).delimiter
    except csv.Error:
        sniffed = max(_DELIMITERS, key=first.count)
    return sniffed if sniffed in first else usual


def _filled(row: list[str]) -> int:
    return sum(bool(cell) for cell in row)


def _is_data(row: list[str]) -> bool:
    """True for a first row of numbers: the table has no header."""
    return all(set(cell) <= _NUMERIC for cell in row)
