"""Questions about one cell of a table: what is the column of the row?"""

import re
from collections.abc import Iterator

from eval.drafting.models import Corpus, Draft, Row, Table
from eval.drafting.wording import DATE, VERBISH, column_name, is_noun_phrase, is_plural
from eval.drafting.wording import tidy as asked_as
from eval.models import Category

IDENTIFIER = re.compile(r"(?=[\w./-]*\d)(?=[\w./-]*[A-Za-z])[A-Z][\w./-]*\d[\w./-]*")
_PERSON = re.compile(
    r"\b(?:owner|contact|approver|manager|lead|leader|head|chair|author|responsible|holder|deputy|"
    r"person|sponsor|approved by|name|signatory|officer|warden|foreman|keeper|trainer|coach|"
    r"auditor|reviewer|planner|assistant|director|partner|mentor|substitute|supervisor|coordinator)\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(r"(?:[A-Z][\w'’.-]+ ?){1,5}")
_MEANING = re.compile(
    r"(?:meaning|means|description|definition|stands for|explanation)", re.IGNORECASE
)
_RESPONSIBLE = re.compile(r"responsible|responsibility", re.IGNORECASE)
_CODE_HEADER = re.compile(r"(?:id|no\.?|number|#|code|key|ref(?:erence)?|short)", re.IGNORECASE)
_DATE = re.compile(DATE)
_NUMBER = re.compile(r"\d[\d,.]*")
_EMPTY = re.compile(r"(?:|[-–—.?]|n/?a|none|tbd|yes|no|y|n|x|true|false)", re.IGNORECASE)
_COUNTED = re.compile(r"(?:number of )?(?:[\w-]+ )*?[a-z]{3,}s")


def table_questions(table: Table, corpus: Corpus) -> Iterator[Draft]:
    """One draft for each cell that can be asked for."""
    for row in table.rows:
        key = row.cells[0][1]
        if not names_something(key):
            continue
        for name, value in row.cells[1:]:
            if can_be_asked(name, value, corpus) and value.casefold() not in key.casefold():
                question = cell_question(table.key, key, name, value, corpus)
                yield _draft(question, value, row, key)


def names_something(key: str) -> bool:
    """Whether a row's first cell can stand in a question: a few words or a code, no sentence."""
    return bool(
        re.search(r"[^\W\d_]", key)
        and len(key) <= 50
        and len(key.split()) <= 6
        and not re.search(r"[|,;:?!]|\. ", key)
        and not VERBISH.search(key)
    )


def can_be_asked(column: str, value: str, corpus: Corpus) -> bool:
    """Whether a cell's value is short and says something, and its column has a name to ask by."""
    said = len(value) <= 70 and len(value.split()) <= 9 and not _EMPTY.fullmatch(value.strip())
    named = _MEANING.fullmatch(column) or _RESPONSIBLE.fullmatch(column)
    name = column_name(column, corpus.words)
    return said and bool(named or is_noun_phrase(name, corpus.words))


def cell_question(header: str, key: str, column: str, value: str, corpus: Corpus) -> str:
    """The question for a cell; `value` decides whether it is when, who, how many or what."""
    name, subject = column_name(column, corpus.words), _subject(header, key, corpus)
    if _MEANING.fullmatch(column):
        return asked_as(f"what does {key} mean")
    if _RESPONSIBLE.fullmatch(column):
        return asked_as(f"who is responsible for {subject}")
    if _PERSON.search(column) and _PEOPLE.fullmatch(value):
        return asked_as(f"who is the {name} for {subject}")
    if _DATE.fullmatch(value) and "date" not in name:
        return asked_as(f"what is the {name} date for {subject}")
    counted = _COUNTED.fullmatch(name) and _NUMBER.fullmatch(value) and not name.endswith("ss")
    if counted and " in " not in name:
        return asked_as(f"how many {name.removeprefix('number of ')} are given for {subject}")
    verb = "are" if is_plural(name) else "is"
    return asked_as(f"what {verb} the {name} for {subject}")


def _subject(header: str, key: str, corpus: Corpus) -> str:
    """The row's name; with its column's where the name alone says little."""
    short = len(key) <= 3 or IDENTIFIER.fullmatch(key)
    if not short or header.casefold() in key.casefold() or _CODE_HEADER.fullmatch(header):
        return key
    return f"{column_name(header, corpus.words)} {key}"


def _draft(question: str, value: str, row: Row, key: str) -> Draft:
    code = bool(IDENTIFIER.fullmatch(key))
    category: Category = "exact_identifier" if code else "table_lookup"
    return Draft("table", question, value, row.piece, row.piece.document, category)
