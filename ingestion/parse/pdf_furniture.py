"""What a PDF page carries besides its content: running heads, page numbers, contents lists."""

import re
from collections import Counter
from collections.abc import Sequence

from ingestion.parse.builder import TextBuilder
from ingestion.parse.pdf_columns import flows
from ingestion.parse.pdf_page import Item, Line, PageContent, join

_ZONE = 0.12
_PAGE_NUMBER = re.compile(r"^\W*(?:\w+\s+)?\d+(?:\s*(?:of|/|von|de|di)\s*\d+)?\W*$", re.IGNORECASE)
_LEADER = re.compile(r"(?:\s?[.·…_]){4,}\s*[\divxlc]+$", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"\S\s+\d{1,4}$")

Place = tuple[bool, int, str]
"""Top or bottom of the page, height, and text with its digits masked."""


def running_lines(pages: Sequence[PageContent]) -> set[Place]:
    """The lines that come back, but for their digits, at the same place of many pages."""
    seen = Counter(key for page in pages for key in {_place(r, page) for r in page.rows} if key)
    return {key for key, count in seen.items() if count >= max(2, 0.4 * len(pages))}


def _place(row: Sequence[Line], page: PageContent) -> Place | None:
    line = join(row)
    top = line.bottom < _ZONE * page.height
    if not top and line.top < (1 - _ZONE) * page.height:
        return None
    return top, round(line.top / 4), re.sub(r"\d+", "#", line.text)


def content(page: PageContent, running: set[Place], builder: TextBuilder) -> list[list[Item]]:
    """The page in reading order without its running lines, page number and contents list."""
    rows = []
    for row in page.rows:
        place = _place(row, page)
        if place and (place in running or _PAGE_NUMBER.match(join(row).text)):
            continue
        rows.append(row)
    return [_without_contents(flow, builder) for flow in flows(page, rows)]


def _without_contents(flow: list[Item], builder: TextBuilder) -> list[Item]:
    """The flow without a table of contents, which would be found instead of what it lists."""
    texts = [item.text if isinstance(item, Line) else "" for item in flow]
    leaders = [index for index, text in enumerate(texts) if _LEADER.search(text)]
    if len(leaders) < 3:
        return flow
    builder.lose("The table of contents was left out.")
    first, last = leaders[0], leaders[-1]
    while first > 0 and _ENDS_IN_NUMBER.search(texts[first - 1]):
        first -= 1
    while last + 1 < len(texts) and _ENDS_IN_NUMBER.search(texts[last + 1]):
        last += 1
    heading = flow[first - 1] if first else None
    entry = flow[first]
    if isinstance(heading, Line) and isinstance(entry, Line) and heading.size > entry.size:
        first -= 1
    return flow[:first] + flow[last + 1 :]
