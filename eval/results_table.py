"""The README's table of results, from a committed summary."""

import json
from pathlib import Path

from eval.models import Measure
from eval.report import MEASURES, format_measure


def render(summary: Path) -> str:
    """A Markdown table with a column for each split."""
    content = json.loads(summary.read_text(encoding="utf-8"))
    rows = ["| Measure | dev | test |", "|---|---|---|"]
    for key, (label, _) in MEASURES.items():
        cells = (format_measure(Measure(**content[f"split:{s}"][key])) for s in ("dev", "test"))
        rows.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(rows)
