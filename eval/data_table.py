"""The distribution of the cases as tables on the terminal."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from eval.distribution import CaseRow, formats, summaries
from eval.results_table import cell

_COUNTS = {
    "dev": "dev",
    "test": "test",
    "documents": "docs",
    "hops": "hops",
    "words": "words",
    "overlap": "overlap",
}
_RECALLS = {"bm25": "BM25", "dense": "vectors", "hybrid": "both", "reranked": "reranked"}


def show_data(console: Console, rows: Sequence[CaseRow]) -> None:
    """Counts and wording, recall by way of searching, then what reuses a rare phrase."""
    lines = summaries(rows)
    console.print(_table(f"{len(rows)} cases", _COUNTS, lines))
    console.print(
        "docs: gold documents. hops: gold documents a case. words: median length of a question.\n"
        "overlap: mean share of a question's terms in its gold passage.\n"
    )
    console.print(_table("recall@5 by way of searching", _RECALLS, lines))
    names = ", ".join(f"{name} {count}" for name, count in formats(rows).items())
    console.print(f"Cases by format of their gold passages: {names}")
    for row in rows:
        if row.rare:
            phrases = ", ".join(f'"{phrase}"' for phrase in row.rare)
            console.print(f"{row.case.id} {row.case.category} shares {phrases} with its passage")


def _table(
    title: str,
    columns: Mapping[str, str],
    lines: Mapping[str, Mapping[str, float | int | None]],
) -> Table:
    table = Table("Category", title=title)
    for heading in columns.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for name, line in lines.items():
        if name == "all":
            table.add_section()
        table.add_row(name, *(cell(line[key]) for key in columns))
    return table
