"""What both the walk over HTML and its tables need to know about elements."""

from bs4.element import CData, NavigableString, Tag

BLOCKS = frozenset(
    [
        "html",
        "body",
        "main",
        "article",
        "section",
        "header",
        "div",
        "p",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "address",
        "center",
        "details",
        "summary",
        "fieldset",
        "legend",
        "hgroup",
        "hr",
        "form",
        "search",
        "caption",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ]
)
"""Elements that begin and end a line."""


def inline_text(tag: Tag) -> str:
    """All text of an element; blocks and line breaks in it are separated by a space."""
    return "".join(_pieces(tag))


def is_note_mark(tag: Tag) -> bool:
    """True for a raised letter that refers to a note; a raised number may be a power: "mm2"."""
    text = tag.get_text().strip()
    return tag.name == "sup" and len(text) == 1 and text.isalpha()


def _pieces(tag: Tag) -> list[str]:
    pieces: list[str] = []
    for node in tag.children:
        if isinstance(node, Tag):
            apart = node.name in BLOCKS or node.name == "br" or is_note_mark(node)
            pieces += [" ", *_pieces(node), " "] if apart else _pieces(node)
        elif type(node) in (NavigableString, CData):
            pieces.append(str(node))
    return pieces
