"""HTML and Markdown, by one walk over the parsed tree; Word documents come here as HTML too."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import yaml
from bs4 import BeautifulSoup
from bs4.dammit import EncodingDetector
from bs4.element import CData, NavigableString, Tag
from markdown_it import MarkdownIt

from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder, clean, one_line
from ingestion.parse.markup_page import drop_furniture, main_part, page_title
from ingestion.parse.markup_tables import add_table, is_layout
from ingestion.parse.markup_text import BLOCKS, inline_text, is_note_mark
from ingestion.parse.text import decode

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Deeper Markdown is dropped without a word; the preset's 20 are ten lists inside one another.
_DEEPEST = 100
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read_html(data: bytes) -> ParsedDocument:
    """Read an HTML page: its main content, without navigation, scripts and forms.

    Raises UnreadableDocumentError when it is not text, or has none.
    """
    text, loss = decode(data, EncodingDetector.find_declared_encoding(data, is_html=True))
    builder = TextBuilder()
    if loss:
        builder.lose(loss)
    return builder.build(add_html(builder, text))


def read_markdown(data: bytes) -> ParsedDocument:
    """Read Markdown (CommonMark with tables); YAML front matter gives only the title.

    Raises UnreadableDocumentError when it is not text, or has none.
    """
    text, loss = decode(data)
    builder = TextBuilder()
    if loss:
        builder.lose(loss)
    title, body = _front_matter(clean(text))
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    found = add_html(builder, parser.render(body))
    return builder.build(title or found)


def add_html(builder: TextBuilder, html: str) -> str | None:
    """Append the blocks of an HTML text, and return its title if it has one.

    Images are not read; how many there are is noted as a loss.
    """
    soup = BeautifulSoup(clean(html), "lxml")
    title = page_title(soup)
    drop_furniture(soup)
    walker = _Walker(builder)
    walker.walk(main_part(soup))
    walker.finish()
    if walker.images:
        builder.lose(f"{walker.images} image(s) not read.")
    return title


def _front_matter(text: str) -> tuple[str | None, str]:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return None, text
    try:
        # Strings only: no dates or numbers to be malformed, no merge keys that multiply.
        fields = yaml.load(match[1], Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        return None, text
    if not isinstance(fields, dict):
        return None, text
    title = fields.get("title")
    return (title if isinstance(title, str) else None), text[match.end() :]


class _Walker:
    """Collects inline text until a block begins or ends, then adds it as one block."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self.images = 0
        self._inline: list[str] = []
        self._marker: str | None = None  # of a list item whose text has not begun
        self._term = ""  # what the next paragraph explains

    def walk(self, parent: Tag) -> None:
        """Visit the children of an element in order."""
        for node in parent.children:
            if isinstance(node, Tag):
                self._element(node)
            elif type(node) in (NavigableString, CData):
                self._inline.append(str(node))

    def finish(self) -> None:
        """Add what is left."""
        self.flush()
        self._flush_term()

    def flush(self) -> None:
        """Add the text since the last block."""
        text = "".join(self._inline).strip()
        self._inline.clear()
        if not text:
            return
        if self._marker is not None:
            self._flush_term()
            self._builder.add("list_item", f"{self._marker} {text}")
            self._marker = None
        else:
            self._builder.add("paragraph", f"{self._term} {text}")
            self._term = ""

    def _element(self, tag: Tag) -> None:
        special: Callable[[Tag], None] | None = {
            "img": self._image,
            "br": lambda _: self._inline.append(" "),
            "a": self._link,
            "ol": self._list,
            "ul": self._list,
            "dt": self._defined_term,
            "table": self._table,
            "pre": self._code,
        }.get(tag.name)
        if tag.name in _HEADINGS:
            self._heading(tag)
        elif special:
            special(tag)
        elif tag.name in BLOCKS:
            self.flush()
            self.walk(tag)
            self.flush()
        else:
            self._inline.append(" " if is_note_mark(tag) else "")
            self.walk(tag)

    def _image(self, _: Tag) -> None:
        self.images += 1

    def _link(self, tag: Tag) -> None:
        # The arrow back from a Word note to its place.
        if not str(tag.get("href", "")).startswith(("#footnote-ref", "#endnote-ref")):
            self.walk(tag)

    def _heading(self, tag: Tag) -> None:
        self.flush()
        self._flush_term()
        self.images += len(tag.find_all("img"))
        self._builder.add("heading", inline_text(tag), level=_HEADINGS[tag.name])

    def _list(self, tag: Tag) -> None:
        self.flush()
        for item, marker in zip(_items(tag), _markers(tag), strict=True):
            self._marker = marker
            self.walk(item)
            self.flush()
            self._marker = None

    def _defined_term(self, tag: Tag) -> None:
        self.flush()
        self._flush_term()
        term = one_line(inline_text(tag))
        self._term = term if term.endswith(("?", ":", ".")) or not term else f"{term}:"

    def _flush_term(self) -> None:
        self._builder.add("paragraph", self._term)
        self._term = ""

    def _table(self, tag: Tag) -> None:
        self.flush()
        if is_layout(tag):
            self.walk(tag)
            self.flush()
            return
        self._flush_term()
        self.images += len(tag.find_all("img"))
        add_table(self._builder, tag)

    def _code(self, tag: Tag) -> None:
        self.flush()
        self._flush_term()
        for line_break in tag.find_all("br"):
            line_break.replace_with("\n")
        self._builder.add("code", tag.get_text())


def _items(tag: Tag) -> list[Tag]:
    return [child for child in tag.children if isinstance(child, Tag)]


def _markers(tag: Tag) -> Iterable[str]:
    """What stands before each item: a number in an ordered list, nothing in another one."""
    number = _integer(tag.get("start"), 1)
    for item in _items(tag):
        if item.name != "li" or tag.name == "ul":
            yield ""
            continue
        number = _integer(item.get("value"), number)
        letters = tag.get("type") in ("a", "A") and 1 <= number <= 26
        yield f"{chr(ord(str(tag['type'])) + number - 1)}." if letters else f"{number}."
        number += 1


def _integer(value: Any, otherwise: int) -> int:
    text = str(value).strip() if value is not None else ""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else otherwise
