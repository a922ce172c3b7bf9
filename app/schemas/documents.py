"""Documents: lists, texts and uploads."""

from datetime import date
from typing import Literal

from app.schemas.model import Model
from ingestion.models import Block, Document, ParsedDocument
from ingestion.pipeline import Outcome


class DocumentOut(Model):
    """A document in the index."""

    id: str
    uri: str
    title: str
    version: str
    effective_from: date | None
    effective_to: date | None
    supersedes: str | None
    language: str
    metadata: dict[str, str]

    @classmethod
    def of(cls, document: Document) -> "DocumentOut":
        """From a document; its groups stay inside."""
        return cls(
            id=document.id,
            uri=document.uri,
            title=document.title,
            version=document.version,
            effective_from=document.effective_from,
            effective_to=document.effective_to,
            supersedes=document.supersedes,
            language=document.language,
            metadata=dict(document.metadata),
        )


class DocumentList(Model):
    """The documents that the caller may read, by URI; `next` continues the list, or is null."""

    documents: list[DocumentOut]
    next: str | None = None


class BlockOut(Model):
    """A structural unit: `text[start_char:end_char]` of its document."""

    kind: Literal["heading", "paragraph", "list_item", "table_row", "code"]
    start_char: int
    end_char: int
    level: int
    page: int | None

    @classmethod
    def of(cls, block: Block) -> "BlockOut":
        """From a parsed block."""
        return cls(
            kind=block.kind,
            start_char=block.start,
            end_char=block.end,
            level=block.level,
            page=block.page,
        )


class DocumentText(DocumentOut):
    """A document with its parsed text, to which all spans refer."""

    text: str
    blocks: list[BlockOut]

    @classmethod
    def read(cls, document: Document, parsed: ParsedDocument) -> "DocumentText":
        """From a document and its parsed text."""
        return cls(
            **DocumentOut.of(document).model_dump(),
            text=parsed.text,
            blocks=[BlockOut.of(block) for block in parsed.blocks],
        )


class UploadResult(Model):
    """What became of an upload."""

    document: DocumentOut
    outcome: Outcome
    chunks_embedded: int
    losses: list[str]
