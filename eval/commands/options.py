"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

Cases = Annotated[Path, typer.Option(help="A JSONL file of cases, or a folder.")]
Docs = Annotated[Path, typer.Option(help="The documents that the cases are about; ingested first.")]
Limit = Annotated[
    int | None, typer.Option(min=1, help="A sample of so many cases, always the same.")
]
DOCS = Path("sample_docs")
