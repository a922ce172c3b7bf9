"""Tracked changes of a Word document: how many there are, so that they can be reported.

mammoth reads the text as if all were accepted: insertions are in, deletions are not.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from ingestion.parse.docx_numbers import xml_root

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_WITH_TEXT = re.compile(r"word/(?:document\d*|footnotes|endnotes)\.xml")
_IN, _OUT = ("ins", "moveTo"), ("del", "moveFrom")


def changes_as_accepted(data: bytes) -> str | None:
    """A sentence for `losses`, or None for a document without tracked changes.

    Raises KeyError, ValueError or etree.XMLSyntaxError for a file that is not as Word writes it.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = filter(_WITH_TEXT.fullmatch, archive.namelist())
        roots = [xml_root(archive.read(name)) for name in names]
    read = sum(1 for root in roots for _ in _changes(root, _IN))
    left_out = sum(1 for root in roots for _ in _changes(root, _OUT))
    if not read + left_out:
        return None
    return (
        f"{read + left_out} tracked change(s) taken as accepted: "
        f"{read} insertion(s) read, {left_out} deletion(s) left out."
    )


def _changes(root: Any, names: tuple[str, ...]) -> Iterator[Any]:
    """Changes of text and of table rows; a changed paragraph mark is part of such a one."""
    for element in root.iter(*(_W + name for name in names)):
        in_row = element.getparent().tag == f"{_W}trPr"
        # A drawing is there twice, as the choice and as its fallback.
        twice = next(element.iterancestors(_CHOICE), None) is not None
        if not twice and (in_row or next(element.iter(f"{_W}r"), None) is not None):
            yield element
