"""The words and abbreviations that the documents use, with who may know of them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ingestion.models import Document

_WORD = re.compile(r"[^\W\d_]{4,}")
_SHORT = r"[A-Z][A-Za-z0-9/&-]{1,7}"
_DEFINED = re.compile(rf"(?P<before>(?:[\w'’/-]+ ){{1,8}})\((?P<short>{_SHORT})\)")
_ROW = re.compile(
    rf"[^:|\n]{{1,40}}: (?P<short>{_SHORT}) \| [^:|\n]{{1,40}}: (?P<long>[^|\n]{{3,80}})"
)

Groups = frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What may be used to understand a question.

    `words` has for every word, lower case, how many documents with it each set of groups can see;
    `long_forms` has for every abbreviation its meanings, each with its groups.
    """

    words: Mapping[str, Mapping[Groups, int]]
    long_forms: Mapping[str, Mapping[str, Groups]]

    def knows(self, word: str, groups: Groups) -> bool:
        """True for a word of a document that somebody with these groups can read."""
        return _readable(self.words.get(word.lower(), {}), groups) > 0

    def is_common(self, word: str, groups: Groups) -> bool:
        """True for a word of two documents that somebody with these groups can read."""
        return _readable(self.words.get(word.lower(), {}), groups) > 1

    def readable(self, groups: Groups) -> list[str]:
        """All words that somebody with these groups can read in two documents.

        What stands in one only may be a typing error itself: nothing is mended into it.
        """
        return [word for word, counts in self.words.items() if _readable(counts, groups) > 1]

    def meanings(self, short: str, groups: Iterable[str]) -> list[str]:
        """The long forms of an abbreviation that somebody with these groups can read."""
        mine = set(groups)
        found = self.long_forms.get(short.upper(), {})
        return sorted(long for long, readers in found.items() if readers & mine)


def read_lexicon(documents: Iterable[tuple[Document, str]]) -> Lexicon:
    """Words and abbreviations of parsed texts."""
    words: dict[str, Counter[Groups]] = {}
    long_forms: dict[str, dict[str, Groups]] = {}
    for document, text in documents:
        groups = frozenset(document.groups)
        for word in {found[0].lower() for found in _WORD.finditer(text)}:
            words.setdefault(word, Counter())[groups] += 1
        for short, long in _definitions(text):
            mine = long_forms.setdefault(short.upper(), {})
            mine[long] = mine.get(long, frozenset()) | groups
    return Lexicon(words, long_forms)


def _readable(counts: Mapping[Groups, int], groups: Groups) -> int:
    """How many documents these groups can read: a hidden one must not make a word known."""
    return sum(count for readers, count in counts.items() if readers & groups)


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    """Abbreviations in brackets after what they stand for, and in the first cell of a row."""
    for found in _DEFINED.finditer(text):
        long = long_form(found["short"], found["before"].strip())
        if long:
            yield found["short"], long
    for found in _ROW.finditer(text):
        long = found["long"].strip()
        if long_form(found["short"], long) == long:
            yield found["short"], long


def long_form(short: str, before: str) -> str | None:
    """The shortest end of `before` that `short` abbreviates, by its letters from right to left.

    Schwartz and Hearst 2003, section 3. None where its letters are not found, where the first is
    not the beginning of a word, or where the result has too few words to be an expansion.
    """
    letters = [letter.lower() for letter in short if letter.isalnum()]
    end = len(before)
    for place, letter in reversed(list(enumerate(letters))):
        end = before.lower().rfind(letter, 0, end)
        while end > 0 and place == 0 and before[end - 1].isalnum():
            end = before.lower().rfind(letter, 0, end)
        if end < 0:
            return None
    long = before[end:]
    is_longer = len(long) > len(short) + 2 and short.lower() not in long.lower().split()
    return long if is_longer and 2 <= len(long.split()) <= len(letters) + 3 else None
