"""Word documents: mammoth makes HTML of them, the walk over HTML makes blocks."""

import io
import zipfile
from xml.parsers.expat import ExpatError

import mammoth
from lxml import etree

from ingestion.errors import UnreadableDocumentError
from ingestion.models import ParsedDocument
from ingestion.parse.builder import TextBuilder
from ingestion.parse.docx_changes import changes_as_accepted
from ingestion.parse.docx_numbers import with_numbers
from ingestion.parse.markup import add_html

# mammoth knows "Heading 1" to "Heading 6"; these are the other styles that mean something.
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
"""

_BROKEN = (
    KeyError,
    ValueError,
    AttributeError,
    TypeError,
    IndexError,
    OSError,
    ExpatError,
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
)


def read_docx(data: bytes) -> ParsedDocument:
    """Read a Word document: body with its numbers, tables, notes; not its page headers.

    Tracked changes are taken as accepted, and said to be so: what is proposed may not be agreed.
    Raises UnreadableDocumentError when its parts are missing or malformed.
    """
    try:
        changes = changes_as_accepted(data)
        result = mammoth.convert_to_html(
            io.BytesIO(with_numbers(data)),
            style_map=_STYLES,
            # A map inside the file could leave parts of it out.
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
        )
    except _BROKEN as error:
        # mammoth has no error of its own: a part that is missing or malformed shows like this.
        raise UnreadableDocumentError(
            "Its parts do not fit together; open it in Word and save it again as .docx."
        ) from error
    builder = TextBuilder()
    if changes:
        builder.lose(changes)
    return builder.build(add_html(builder, result.value))
