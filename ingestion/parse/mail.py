"""E-mail files: who wrote to whom and when, and what."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder, one_line
from ingestion.parse.markup import add_html
from ingestion.parse.plain import add_text
from ingestion.parse.text import decode, decode_as

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
    content = _text(builder, body)
    if body.get_content_subtype() == "html":
        add_html(builder, content)
    else:
        for part in _quoted_parts(content):
            add_text(builder, part, headings=False)


def _text(builder: TextBuilder, body: MIMEPart) -> str:
    """The body in its declared encoding, or where that is absent or wrong, in the likeliest."""
    content = body.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    declared = decode_as(content, body.get_content_charset("utf-8"))
    if declared:
        return declared[0]
    text, loss = decode(content)
    if loss:
        builder.lose(loss)
    return text


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
    """What is attached, whether it is marked so or only not text, as a forwarded message."""
    if message.is_attachment() or message.get_content_maintype() not in ("multipart", "text"):
        yield message
    elif message.get_content_maintype() == "multipart":
        for part in message.iter_parts():
            if isinstance(part, EmailMessage):
                yield from _attachments(part)
