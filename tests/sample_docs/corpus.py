"""The sample documents as the readers see them, read once."""

from functools import cache
from typing import Any

import yaml

from ingestion.catalog import Catalog, CatalogEntry
from ingestion.parse import parse
from tests.conftest import SAMPLE_DOCS


@cache
def entries() -> tuple[CatalogEntry, ...]:
    """What the manifest says of every document."""
    return tuple(Catalog.load(SAMPLE_DOCS).entries)


@cache
def text(path: str) -> str:
    """A document's parsed text, white space collapsed."""
    parsed = parse(path, (SAMPLE_DOCS / path).read_bytes())
    return " ".join(parsed.text.split())


@cache
def facts() -> dict[str, Any]:
    """The facts file."""
    content = yaml.safe_load((SAMPLE_DOCS / "facts.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content
