"""Read the sources: front matter and Markdown blocks, or a YAML workbook."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sample_docs.build_spans import Spans, has_changes, plain, read_spans

BULLET = "\u2022"  # the marker of an item in a list without numbers


@dataclass(frozen=True)
class Block:
    """One block of a document.

    `kind` is heading, para, item, quote, table or break. `level` is the heading level, or the
    depth of a list item or of a paragraph inside one.
    """

    kind: str
    spans: Spans = ()
    level: int = 0
    marker: str = ""
    rows: tuple[tuple[Spans, ...], ...] = ()

    @property
    def text(self) -> str:
        """The block's text without styles."""
        return plain(self.spans)


@dataclass(frozen=True)
class Source:
    """A Markdown source: its front matter and its blocks."""

    meta: dict[str, Any]
    blocks: list[Block] = field(default_factory=list)

    @property
    def modified(self) -> datetime:
        """The document's own date, used for its file properties."""
        return datetime.combine(self.meta["date"], datetime.min.time())


def source_format(path: Path) -> str:
    """The format a source is built into."""
    return "xlsx" if path.suffix == ".yaml" else str(_split(path)[0]["format"])


def read_source(path: Path) -> Source:
    """Read a Markdown source with its front matter.

    Raises ValueError for tracked changes in a format that has none: there a reader of the page
    could not tell what is in force.
    """
    meta, body = _split(path)
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    blocks = _BlockReader().read(tokens)
    if meta["format"] != "docx":
        for block in blocks:
            if any(map(has_changes, (block.spans, *chain.from_iterable(block.rows)))):
                raise ValueError(f"{path.name}: only a docx has tracked changes: {block.text}")
    return Source(meta, blocks)


def _split(path: Path) -> tuple[dict[str, Any], str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


class _BlockReader:
    """Turns Markdown tokens into blocks, one per heading, paragraph, item or table."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._lists: list[int | None] = []  # per open list: its next number, None for bullets
        self._marker = ""
        self._heading = 0
        self._quoted = False
        self._rows: list[list[Spans]] | None = None  # of the open table

    def read(self, tokens: list[Token]) -> list[Block]:
        """Read all tokens and return the blocks."""
        for token in tokens:
            if token.type == "inline":
                self._text(token)
            elif token.type == "hr":
                self.blocks.append(Block("break"))
            elif "list" in token.type:
                self._list(token)
            elif token.type in {"table_open", "tr_open", "table_close"}:
                self._table(token)
            elif token.type.startswith("heading"):
                self._heading = int(token.tag[1]) if token.nesting == 1 else 0
            elif token.type.startswith("blockquote"):
                self._quoted = token.nesting == 1
        return self.blocks

    def _list(self, token: Token) -> None:
        if token.type == "list_item_open":
            number = self._lists[-1]
            self._marker = BULLET if number is None else f"{number}."
            self._lists[-1] = None if number is None else number + 1
        elif token.type == "bullet_list_open":
            self._lists.append(None)
        elif token.type == "ordered_list_open":
            self._lists.append(int(token.attrs.get("start", 1)))
        elif token.type != "list_item_close":
            self._lists.pop()

    def _table(self, token: Token) -> None:
        if self._rows is None:
            self._rows = []
        elif token.type == "tr_open":
            self._rows.append([])
        else:
            self.blocks.append(Block("table", rows=tuple(tuple(row) for row in self._rows)))
            self._rows = None

    def _text(self, token: Token) -> None:
        spans = read_spans(token)
        if self._rows is not None:
            self._rows[-1].append(spans)
        elif self._heading:
            self.blocks.append(Block("heading", spans, self._heading))
        elif self._quoted:
            self.blocks.append(Block("quote", spans))
        else:
            kind = "item" if self._marker else "para"
            self.blocks.append(Block(kind, spans, len(self._lists), self._marker))
        self._marker = ""
