"""Questions that nothing answers, near misses of those that something does."""

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

from eval.drafting.models import Corpus, Draft, Table
from eval.drafting.tables import IDENTIFIER, can_be_asked, cell_question, names_something
from ingestion.embed import Bm25Encoder

_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")
_TRIED = 40


class Negatives:
    """Makes questions whose two halves no passage has together."""

    def __init__(self, corpus: Corpus, sparse: Bm25Encoder) -> None:
        self._corpus, self._sparse = corpus, sparse
        self._texts = [
            sparse.terms(" ".join((p.document.title, *p.headings, p.text))) for p in corpus.pieces
        ]
        self._known = {name for piece in corpus.pieces for name in IDENTIFIER.findall(piece.text)}

    def missing_rows(self) -> Iterator[Draft]:
        """Rows that one table has and another, of the same things, lacks."""
        for one, other in permutations(self._corpus.tables, 2):
            if one.key.casefold() == other.key.casefold():
                yield from self._missing_rows(one, other)

    def unknown_codes(self) -> Iterator[Draft]:
        """Codes that do not exist."""
        for table in self._corpus.tables:
            yield from self._unknown_codes(table)

    def _missing_rows(self, asked: Table, named: Table) -> Iterator[Draft]:
        """A row of `named` that `asked` lacks, with a column that only `asked` has.

        The two must share a row, or they list different sorts of things under one name.
        """
        present = {row.cells[0][1].casefold() for row in asked.rows}
        if not any(row.cells[0][1].casefold() in present for row in named.rows):
            return
        for row in named.rows:
            key = row.cells[0][1]
            if key.casefold() in present or not names_something(key):
                continue
            for column in asked.columns:
                value = self._example(asked, column)
                if value and column not in named.columns and not self._together(key, column):
                    question = cell_question(asked.key, key, column, value, self._corpus)
                    yield _negative(question, asked)

    def _unknown_codes(self, table: Table) -> Iterator[Draft]:
        """A code like those of the table, of which no document speaks."""
        for row in table.rows:
            key = row.cells[0][1]
            code = self._other(key) if IDENTIFIER.fullmatch(key) else None
            if code is not None:
                for column, value in row.cells[1:]:
                    if can_be_asked(column, value, self._corpus):
                        question = cell_question(table.key, code, column, value, self._corpus)
                        yield _negative(question, table)

    def _other(self, code: str) -> str | None:
        found = _LAST_NUMBER.search(code)
        if found is None:
            return None
        for step in range(3, _TRIED):
            number = str((int(found[0]) + step) % 10 ** len(found[0])).zfill(len(found[0]))
            tried = code[: found.start()] + number + code[found.end() :]
            if not any(tried in known for known in self._known):
                return tried
        return None

    def _example(self, table: Table, column: str) -> str | None:
        values = (value for row in table.rows for name, value in row.cells if name == column)
        return next((v for v in values if can_be_asked(column, v, self._corpus)), None)

    def _together(self, key: str, column: str) -> bool:
        terms = self._sparse.terms(key) | self._sparse.terms(column)
        return any(terms <= text for text in self._texts)


def answered(question: str, passages: Sequence[str], sparse: Bm25Encoder) -> bool:
    """Whether one of the passages has every content word of the question: it may answer it."""
    terms = sparse.terms(question)
    return any(terms <= sparse.terms(passage) for passage in passages)


def _negative(question: str, table: Table) -> Draft:
    about = table.rows[0].piece.document
    return Draft("negative", question, "", None, about, "unanswerable_near_miss")
