"""E-mail files: who wrote to whom and when, and what."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder, one_line
from ingestion.parse.markup import add_html
from ingestion.parse.plain import add_text

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_QUOTE = re.compile(r"[ \t]*((?:>[ ]?)+)")


def read_eml(data: bytes) -> ParsedDocument:
    """Read an e-mail: its headers as a paragraph, then its text; attachments are only named.

    Raises UnreadableDocumentError when it is no e-mail or its text cannot be decoded.
    """
    if b"\x00" in data:
        raise UnreadableDocumentError("It looks like a binary file, not an e-mail; check it.")
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        return _read(message)
    except (MessageError, LookupError, ValueError, AttributeError, TypeError) as error:
        # The standard library raises these, too, for headers and encodings that are malformed.
        raise UnreadableDocumentError(
            "Its headers or its encoding are malformed; save the e-mail again as .eml."
        ) from error


def _read(message: EmailMessage) -> ParsedDocument:
    headers = {name: one_line(str(message[name])) for name in _SHOWN if message[name]}
    if not headers:
        raise UnreadableDocumentError(
            "It has none of the headers of an e-mail; save the e-mail again as .eml."
        )
    builder = TextBuilder()
    builder.add("paragraph", " | ".join(f"{name}: {value}" for name, value in headers.items()))
    _add_body(builder, message)
    names = [part.get_filename() or part.get_content_type() for part in _attachments(message)]
    if names:
        builder.lose(f"{len(names)} attachment(s) not read: {', '.join(map(one_line, names))}.")
    return builder.build(headers.get("Subject"))


def _add_body(builder: TextBuilder, message: EmailMessage) -> None:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return
    content = body.get_content()
    if not isinstance(content, str):
        return
    if body.get_content_subtype() == "html":
        add_html(builder, content)
    else:
        for part in _quoted_parts(content):
            add_text(builder, part, headings=False)


def _quoted_parts(text: str) -> Iterator[str]:
    """The text without its quotation marks, parted where the depth of quotation changes."""
    depth, lines = 0, list[str]()
    for line in text.splitlines():
        mark = _QUOTE.match(line)
        deeper = mark[1].count(">") if mark else 0
        if deeper != depth and lines:
            yield "\n".join(lines)
            lines = []
        depth = deeper
        lines.append(line[mark.end() :] if mark else line)
    yield "\n".join(lines)


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        if isinstance(part, EmailMessage) and part.is_attachment():
            yield part
