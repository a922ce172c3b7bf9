"""Addresses, numbers and labelled lines: whom to write to, which version, who owns it."""

import re
from collections.abc import Iterator

from eval.drafting.models import Corpus, Draft, Piece
from eval.drafting.wording import column_name, tidy

_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_SEND = re.compile(
    rf"(?:Please )?(?P<verb>[Rr]eport|[Ss]end|[Ff]orward|[Ss]ubmit|[Aa]ddress|[Dd]irect) "
    rf"(?P<what>[^.,;:]{{3,60}}?) (?:by e-?mail )?(?:to|at) (?P<value>{_MAIL})"
)
_WRITE = re.compile(
    rf"(?:To|For) (?P<what>[^.,;:]{{3,60}}), (?:please )?(?:write to|e-?mail|contact|ask) "
    rf"(?P<value>{_MAIL})"
)
_PHONE = r"(?<![\w./-])(?<!\d )(?:\+|0)\d[\d ()/-]{5,}\d"
_CALLED = re.compile(r"\b(?:tele)?phone|\btel\b|\bcall|\bring\b|\bdial", re.IGNORECASE)
_ALONE = re.compile(
    rf"(?P<mail>{_MAIL})|(?P<phone>{_PHONE})|\bext(?:ension|\.)? (?P<ext>\d{{2,6}})"
)
_LABEL = re.compile(r"(?P<label>[A-Z][^\W\d_]*(?: [\w-]+){0,3}): (?P<value>[^|\n]{2,60})")
_METADATA = re.compile(
    r"\b(?:version|issue|edition|revision|owner|author|approved by|approver|contact|phone|"
    r"telephone|fax|mobile|e-?mail|address|number|reference|effective|valid|status|classification|"
    r"department|site|location|room|manager|supplier|customer|project|product|model|signal word|"
    r"reviewer|review|price|deadline|due|hours)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"owner|author|approver|approved by|manager|contact|lead|chair|head", re.I)
_NAME = re.compile(r"[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+){1,3}(?:,.*)?")


def contacts(piece: Piece, corpus: Corpus) -> Iterator[Draft]:
    """What an address is for, or a label's value in its document."""
    if piece.kind in ("table_row", "code"):
        return
    text = piece.text
    if found := _SEND.search(text):
        question = f"to which e-mail address should I {found['verb'].lower()} {found['what']}"
        yield _draft(question, found["value"].rstrip("."), piece)
    elif found := _WRITE.match(text):
        question = f"which e-mail address should I use for {found['what']}"
        if text.startswith("To "):
            question = f"which e-mail address should I use to {found['what']}"
        yield _draft(question, found["value"].rstrip("."), piece)
    elif found := _LABEL.fullmatch(text.rstrip(".")):
        yield from _label(found["label"], found["value"].strip(), piece, corpus)
    elif (found := _alone(text)) is not None:
        what = {"mail": "e-mail address", "phone": "phone number", "ext": "phone extension"}
        kind = str(found.lastgroup)
        question = f"which {what[kind]} does “{piece.document.title}” give"
        yield _draft(question, found[kind].rstrip("."), piece)


def _label(label: str, value: str, piece: Piece, corpus: Corpus) -> Iterator[Draft]:
    odd = label.isupper() or re.search(r"\d|\b(?:of|in|within|for|to|at)\b", label)
    if odd or not _METADATA.search(label) or len(value.split()) > 8:
        return
    asked = "who" if _PERSON.search(label) and _NAME.fullmatch(value) else "what"
    name = column_name(label, corpus.words)
    yield _draft(f"{asked} is the {name} of “{piece.document.title}”", value.rstrip("."), piece)


def _alone(text: str) -> re.Match[str] | None:
    """The only address or number of a whole sentence; in a list it is somebody's own."""
    sentence = text.endswith(".") and len(text.split()) >= 3 and not re.search(r"[·|#]", text)
    found = list(_ALONE.finditer(text)) if sentence else []
    if len(found) != 1:
        return None
    # Digits with spaces are a telephone number where the sentence says so.
    bare = found[0]["phone"] and not found[0]["phone"].startswith("+")
    return None if bare and not _CALLED.search(text) else found[0]


def _draft(question: str, value: str, piece: Piece) -> Draft:
    return Draft("contact", tidy(question), value, piece, piece.document)
