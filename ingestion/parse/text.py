"""From bytes to text: which encoding a text file is in."""

import codecs
import re

from charset_normalizer import from_bytes

from ingestion.errors import UnreadableDocumentError

_BINARY = "It looks like a binary file, not text; check what it is, or give it its right extension."
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TEXT_CODECS = re.compile(r"(cp\d+|iso8859|latin|koi8|mac|gb|big5|euc|shift_jis|iso2022|utf-8)")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# What Western European text has besides ASCII. A guess from a few such bytes alone is a lottery
# between dozens of code pages, and this one is the only likely one.
_WESTERN = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸ‘’‚“”„†•…‰‹›–—€£§©®°±·«»¡¿ºª\u00a0×¼½¾²µ™]")
_MOST_WESTERN_SHARE = 0.15
_MOST_CONTROL_SHARE = 0.01


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """The text, and a sentence for `losses` when its encoding was not UTF-8 or UTF-16.

    `declared` is what the file says of itself; it is believed where it fits and UTF-8 does not.
    Raises UnreadableDocumentError for bytes that are not text.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(name), None
            except UnicodeDecodeError as error:
                raise UnreadableDocumentError(
                    f"It is marked as {name.upper()} but is not; save it again as UTF-8."
                ) from error
    if b"\x00" in data:
        raise UnreadableDocumentError(_BINARY)
    try:
        return _not_binary(data.decode("utf-8")), None
    except UnicodeDecodeError:
        text, name = _guess(data, declared)
    return _not_binary(text), f"Read as {_public_name(name)}, not UTF-8."


def _not_binary(text: str) -> str:
    if len(_CONTROL.findall(text)) > _MOST_CONTROL_SHARE * len(text):
        raise UnreadableDocumentError(_BINARY)
    return text


def _guess(data: bytes, declared: str | None) -> tuple[str, str]:
    if declared:
        found = decode_as(data, declared)
        if found is not None:
            return found
    western = decode_as(data, "cp1252")
    if western is not None and _is_western(western[0]):
        return western
    best = from_bytes(data).best()
    if best is None:
        raise UnreadableDocumentError(
            "Its text encoding cannot be told; save it as UTF-8, or it may be a binary file."
        )
    return str(best), best.encoding


def decode_as(data: bytes, name: str) -> tuple[str, str] | None:
    """The text and the codec's name; None where the name is unknown or the bytes do not fit."""
    try:
        known = codecs.lookup(name).name
        # Python has codecs, such as unicode_escape, that are no encodings of documents.
        return (data.decode(known), known) if _TEXT_CODECS.match(known) else None
    except (LookupError, ValueError):
        return None


def _is_western(text: str) -> bool:
    beyond = [character for character in text if ord(character) > 127]
    usual = all(_WESTERN.match(character) for character in beyond)
    return usual and len(beyond) <= max(_MOST_WESTERN_SHARE * len(text), 1)


def _public_name(codec: str) -> str:
    return re.sub(r"^cp(?=125\d$)", "windows-", codec).replace("_", "-")
