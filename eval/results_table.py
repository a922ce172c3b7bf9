"""The tables of results in README files, from committed summaries."""

import json
from pathlib import Path

from eval.measures import MEASURES
from eval.models import Measure
from eval.report import format_measure


def render(summary: Path) -> str:
    """A Markdown table with a column for each split; a measure newer than the file has no row."""
    content = json.loads(summary.read_text(encoding="utf-8"))
    rows = ["| Measure | dev | test |", "|---|---|---|"]
    for key, measured in MEASURES.items():
        if key not in content["split:dev"]:
            continue
        cells = (format_measure(Measure(**content[f"split:{s}"][key])) for s in ("dev", "test"))
        rows.append(f"| {measured.label} | {' | '.join(cells)} |")
    return "\n".join(rows)


def render_data(summary: Path) -> str:
    """A Markdown table of the cases: a line for each category."""
    content = json.loads(summary.read_text(encoding="utf-8"))
    rows = [
        "| Category | dev | test | documents | words | overlap | BM25 | vectors | both | rerank |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    keys = ("dev", "test", "documents", "words", "overlap", "bm25", "dense", "hybrid", "reranked")
    for name, line in content.items():
        label = "**all**" if name == "all" else name
        rows.append(f"| {label} | {' | '.join(cell(line[key]) for key in keys)} |")
    return "\n".join(rows)


def cell(value: float | int | None) -> str:
    """A count as it is, a share with two digits, a dash where nothing applies."""
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.2f}"
