"""Build a workbook from a YAML description."""

from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from sample_docs.build_zip import fix_zip

_HEADER_FILL = PatternFill("solid", fgColor="D9E2EC")


def build_xlsx(source: Path, target: Path) -> None:
    """Write the workbook described by `source`."""
    described = yaml.safe_load(source.read_text(encoding="utf-8"))
    modified = datetime.combine(described["date"], datetime.min.time())
    book = Workbook()
    book.remove(book.active)
    book.properties.title = described["title"]
    book.properties.creator = described["author"]
    book.properties.created = modified
    for sheet in described["sheets"]:
        _add_sheet(book, sheet)
    book.save(target)
    fix_zip(target, modified)


def _add_sheet(book: Any, described: dict[str, Any]) -> None:
    """Add one sheet: values first, then styles, then merged ranges.

    A number format is given for a column ("E") or for a range ("E12:E19"); of several that fit,
    the last one counts.
    """
    sheet = book.create_sheet(described["name"])
    for row in described["rows"]:
        sheet.append(row)
    for number in described.get("header_rows", []):
        for cell in sheet[number]:
            cell.font = Font(bold=True)
            cell.fill = _HEADER_FILL
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet["A1"].font = Font(bold=True, size=14)
    for place, number_format in described.get("formats", {}).items():
        for cell in chain.from_iterable(sheet[place]) if ":" in place else sheet[place]:
            if isinstance(cell.value, int | float):
                cell.number_format = number_format
    for index, width in enumerate(described["widths"], start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for merged in described.get("merges", []):
        sheet.merge_cells(merged)
    sheet.freeze_panes = described.get("freeze")
    sheet.sheet_state = "hidden" if described.get("hidden") else "visible"
