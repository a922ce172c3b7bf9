"""What is in a workbook's archive, seen before the workbook is built from it."""

import io
import zipfile
from xml.parsers import expat

from openpyxl.utils import range_boundaries

from ingestion.errors import UnreadableDocumentError
from ingestion.parse.builder import TextBuilder

_MOST_MERGED = 200_000


def inspect_parts(data: bytes, builder: TextBuilder) -> bool:
    """Look at the parts before they are loaded; true when a sheet has formulas.

    A merged range costs memory for all of its cells, and one can name the whole sheet. Raises
    UnreadableDocumentError when too many cells are merged.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        # A sheet may have any name: all parts are looked at, and pictures end at the first byte.
        found = [_merged_and_formulas(archive.read(name)) for name in names]
    if sum(merged for merged, _ in found) > _MOST_MERGED:
        raise UnreadableDocumentError(
            f"It merges more than {_MOST_MERGED:,} cells. Undo the merging and save it again."
        )
    for folder, kind in (("xl/media/", "image"), ("xl/charts/chart", "chart")):
        count = sum(name.startswith(folder) for name in names)
        if count:
            builder.lose(f"{count} {kind}(s) not read.")
    return any(has_formulas for _, has_formulas in found)


def _merged_and_formulas(part: bytes) -> tuple[int, bool]:
    """How many cells a part merges, and whether it has formulas; (0, False) if it is no XML."""
    merged, has_formulas = 0, False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal merged, has_formulas
        name = name.rpartition(":")[2]
        merged += _area(attributes.get("ref", "")) if name == "mergeCell" else 0
        has_formulas = has_formulas or name == "f"

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, LookupError, ValueError):
        # Not XML, or broken: what stands before the fault counts, and openpyxl reports the rest.
        return merged, has_formulas
    return merged, has_formulas


def _area(ref: str) -> int:
    try:
        left, top, right, bottom = range_boundaries(ref)
    except ValueError:
        return 0
    if None in (left, top, right, bottom):
        return _MOST_MERGED
    return max(int((right - left + 1) * (bottom - top + 1)), 0)
