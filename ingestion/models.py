"""The types of a document's way in. Plain data: nothing here reads a file or talks to a store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""L2-normalised vectors, so that a dot product is a cosine."""

Spans = tuple[tuple[int, int], ...]
"""Start and end, exclusive, in characters of some text."""

BlockKind = Literal["heading", "paragraph", "list_item", "table_row", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A structural unit of a parsed document: `text[start:end]` of that document.

    Blocks are in reading order, do not overlap and are never empty. `level` is 1 to 6 for
    headings, 0 otherwise. `page` is the 1-based page or slide, None where the format has none.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """The text that every span refers to, with its structure.

    A table row is one line that repeats its header, "Country: Spain | Cap: EUR 120", so that a
    row can be found, read and quoted by itself. `losses` names what the reader left out on
    purpose (a hidden sheet, an image), a sentence each; it is reported, never silent.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the index knows it. `version` is the SHA-256 of its bytes, in hex.

    `supersedes` is the URI of the document that this one replaces; `language` is its ISO 639-1
    code, "und" where it is not known.
    """

    id: str
    uri: str
    title: str
    version: str
    groups: tuple[str, ...]
    effective_from: date | None = None
    effective_to: date | None = None
    supersedes: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    language: str = "und"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: exactly `parsed.text[start:end]`, under `headings`, on `pages`.

    `ordinal` counts the document's chunks from 0. `quotable` holds the spans, in characters of
    the parsed text and inside the chunk, of what can be quoted by itself: a sentence, a table
    row, a list item. Headings are not quotable.
    """

    id: str
    document_id: str
    ordinal: int
    text: str
    start: int
    end: int
    headings: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    quotable: Spans = ()

    def quote(self, start: int, end: int) -> str:
        """The text at a span of the document that lies inside this chunk."""
        return self.text[start - self.start : end - self.start]


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Term weights by hashed term id; `indices` and `values` have the same length."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ChunkVectors:
    """Meaning of a chunk: as a whole, shape (d,), and of each quotable span, shape (n, d).

    `sentences` has a row for each span of `Chunk.quotable`, in order; for a chunk with nothing
    to quote (headings only) its one row is the whole chunk's vector.
    """

    whole: Vectors
    sentences: Vectors


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """What the index stores for one chunk."""

    chunk: Chunk
    document: Document
    vectors: ChunkVectors
    sparse: SparseVector


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A hit. `score` is the fused rank score (RRF): comparable within one search only.

    A search brings the stored vectors along, so that nothing is embedded twice; a listing
    leaves them out.
    """

    chunk: Chunk
    document: Document
    score: float
    vectors: ChunkVectors | None = field(default=None, compare=False, repr=False)

    @property
    def place(self) -> tuple[str, ...]:
        """The title and the headings that the passage stands under."""
        return (self.document.title, *self.chunk.headings)

    @property
    def in_place(self) -> str:
        """The passage's text after its title and headings."""
        return " ".join((*self.place, self.chunk.text))


@dataclass(frozen=True, slots=True)
class SearchScope:
    """What a search may see. It becomes a filter inside the Qdrant query, never after it.

    A document is visible when it shares a group with `groups` (none: nothing is visible), when
    its language is one of `languages` (none: any) and, where `as_of` is given, when that day lies
    in its validity; both ends are inclusive.

    With `as_of`, a document whose validity has no end is left out once it was replaced: one that
    these groups can see, and that has come into force by that day, names it in `supersedes`. It
    does not come back when its replacement ends. A document that says until when it holds is
    believed, also beside its replacement. A replacement that these groups cannot see changes
    nothing for them. `include_superseded` turns this off.
    """

    groups: tuple[str, ...]
    as_of: date | None = None
    languages: tuple[str, ...] = ()
    include_superseded: bool = False


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file that did not go in, and why."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one run of the pipeline did, by document URI.

    `absent` are documents that a catalog describes and that are not there.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    relabelled: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    failed: tuple[FileFailure, ...] = ()
    losses: tuple[FileFailure, ...] = ()
    absent: tuple[str, ...] = ()
    chunks_embedded: int = 0
    seconds: float = 0.0
