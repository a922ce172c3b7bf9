"""What a draft is made of, before it is a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from eval.models import Category
from ingestion.models import BlockKind, Document

Kind = Literal["definition", "table", "clause", "date", "contact", "negative"]
KINDS: tuple[Kind, ...] = ("definition", "table", "clause", "date", "contact", "negative")


@dataclass(frozen=True, slots=True)
class Piece:
    """What can be quoted by itself: a sentence, a list item, a table row, and where it stands.

    `text` is the document's parsed text at `start:end`.
    """

    document: Document
    headings: tuple[str, ...]
    kind: BlockKind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A question and the value that a right answer states; `piece` says so, None: nothing does.

    `about` is the document that the question came from.
    """

    kind: Kind
    question: str
    value: str
    piece: Piece | None
    about: Document
    category: Category = "single_fact"


@dataclass(frozen=True, slots=True)
class Row:
    """A table row with its cells by column name, in order."""

    piece: Piece
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that stand together and share their first column, which names each of them once."""

    rows: tuple[Row, ...]

    @property
    def key(self) -> str:
        """The name of the first column."""
        return self.rows[0].cells[0][0]

    @property
    def columns(self) -> tuple[str, ...]:
        """The other columns' names."""
        found = (name for row in self.rows for name, _ in row.cells[1:])
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Words:
    """What the documents show of their words: no list of names or nouns is needed.

    `lower` stand somewhere in lower case, `proper` with a capital inside a sentence, and `nouns`
    after an article with nothing behind them that they could describe.
    """

    lower: frozenset[str]
    proper: frozenset[str]
    nouns: frozenset[str]

    def is_name(self, word: str) -> bool:
        """Seen with a capital inside a sentence, and never without one."""
        return word in self.proper and word.lower() not in self.lower


@dataclass(frozen=True, slots=True)
class Corpus:
    """All pieces that the asker may read, the tables among them, and their words."""

    pieces: Sequence[Piece]
    tables: Sequence[Table]
    words: Words
