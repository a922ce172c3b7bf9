"""Runs of text in one style, as they are read from Markdown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from markdown_it.token import Token

Change = Literal["", "inserted", "deleted"]

_CHANGE = re.compile(r"\{\+(.+?)\+\}|\{-(.+?)-\}")
_MARK = 2  # characters on either side of a change


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; `change` says how a reviewer wants it changed."""

    text: str
    bold: bool = False
    italic: bool = False
    change: Change = ""


Spans = tuple[Span, ...]


def plain(spans: Spans) -> str:
    """The text of spans without styles, with all changes accepted."""
    return "".join(span.text for span in spans if span.change != "deleted")


def has_changes(spans: Spans) -> bool:
    """True when a reviewer wants something changed."""
    return any(span.change for span in spans)


def read_spans(token: Token) -> Spans:
    """The spans of an inline token; {+text+} is an insertion, {-text-} a deletion."""
    return tuple(_with_changes(tuple(_styled(token))))


def _styled(token: Token) -> Iterator[Span]:
    bold = italic = False
    for child in token.children or []:
        if child.type in {"strong_open", "strong_close"}:
            bold = child.nesting == 1
        elif child.type in {"em_open", "em_close"}:
            italic = child.nesting == 1
        elif child.type in {"text", "code_inline"}:
            yield Span(child.content, bold, italic)
        elif child.type in {"softbreak", "hardbreak"}:
            yield Span(" ", bold, italic)


def _with_changes(spans: Spans) -> Iterator[Span]:
    """The spans without change marks. A change may begin in one style and end in another."""
    regions = list(_regions(plain(spans)))
    if len(regions) == 1:
        yield from spans
        return
    start = 0
    for span in spans:
        end = start + len(span.text)
        for first, last, change in regions:
            text = span.text[max(first - start, 0) : max(last - start, 0)]
            if text:
                yield replace(span, text=text, change=change)
        start = end


def _regions(text: str) -> Iterator[tuple[int, int, Change]]:
    """The pieces of a text with their change, first and last place; marks are in no piece."""
    place = 0
    for found in _CHANGE.finditer(text):
        yield place, found.start(), ""
        change: Change = "deleted" if found[1] is None else "inserted"
        yield found.start() + _MARK, found.end() - _MARK, change
        place = found.end()
    yield place, len(text), ""
