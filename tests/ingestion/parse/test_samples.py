"""The sample documents are read whole: what a reader of the page sees is in the text."""

from itertools import pairwise
from pathlib import Path

import pytest

from ingestion.models import ParsedDocument
from ingestion.parse import SUPPORTED, parse

SAMPLE_DOCS = Path(__file__).parents[3] / "sample_docs"
PATHS = [
    path.relative_to(SAMPLE_DOCS).as_posix()
    for path in sorted(SAMPLE_DOCS.glob("*/*.*"))
    if path.suffix in SUPPORTED
]


def read(path: str) -> ParsedDocument:
    return parse(path, (SAMPLE_DOCS / path).read_bytes())


def lines(parsed: ParsedDocument) -> set[str]:
    return {parsed.text[block.start : block.end] for block in parsed.blocks}


@pytest.mark.parametrize("path", PATHS)
def test_every_sample_is_read_with_exact_spans(path: str) -> None:
    parsed = read(path)
    assert len(parsed.text) > 2000
    assert parsed.blocks[0].start == 0
    assert parsed.blocks[-1].end == len(parsed.text)
    for before, after in pairwise(parsed.blocks):
        assert parsed.text[before.end : after.start] in ("\n", "\n\n")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (
            "finance/procurement-policy.docx",
            "[2] In Spain add 3 business days for the tax residence certificate.",
        ),
        (
            "legal/master-services-agreement-brightwater.docx",
            "Item: Annual Fees | Per year, GBP: 86,400.00",
        ),
        (
            "hr/leave-and-parental-leave.html",
            "Rule: Days per year | United Kingdom: 27 | Germany: 30 | Spain: 26",
        ),
        (
            "product/rookery-api-reference.md",
            "Code: RK-4040 | HTTP: 404 | Meaning: object does not exist or belongs to another "
            "tenant | What to do: check the id",
        ),
        ("quality/field-inspection-notes-zaragoza.txt", "CP-A 38 top / 33 bottom OK"),
        (
            "it/incident-2026-0314-thread.eml",
            "Is Brightwater in it? They are in renewal talks, Marcus will want to know.",
        ),
    ],
)
def test_a_line_of_each_format_can_be_quoted_by_itself(path: str, line: str) -> None:
    assert line in lines(read(path))
