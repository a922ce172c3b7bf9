"""A question in the documents' words: typing errors mended, abbreviations spelt out."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from retrieval.lexicon import Lexicon

_WORD = re.compile(r"(?<![\w-])[^\W_][\w/&-]*")
_LONGEST = 40


class Tokenizer(Protocol):
    """Knows common words: they are one piece to it."""

    def pieces(self, word: str) -> int:
        """Into how many pieces the encoder cuts a word."""
        ...


@dataclass(frozen=True, slots=True)
class Normaliser:
    """Uses only words and abbreviations of documents that the principal can read.

    A word is taken for a typing error when neither the documents nor the encoder's vocabulary know
    it; so "nanny" stays though no document has it. It becomes the nearest word of the documents:
    one edit away, two from eight letters on (Damerau 1964: one edit makes 80 % of all errors).
    """

    lexicon: Callable[[], Lexicon]
    tokenizer: Tokenizer

    def normalise(self, question: str, groups: Iterable[str]) -> str:
        """The question with its words mended in place; identifiers are left alone."""
        readers = frozenset(groups)
        lexicon = self.lexicon()
        mended = self._mended(question, lexicon, readers)

        def replace(found: re.Match[str]) -> str:
            word = found[0]
            return self._spelt_out(word, lexicon, readers) or mended.get(word.lower(), word)

        return _WORD.sub(replace, question)

    def _mended(self, question: str, lexicon: Lexicon, groups: frozenset[str]) -> dict[str, str]:
        """Typing errors by what was meant. None when most strange words are like no other word:
        the question is then in another language, and what is near is near by chance."""
        words = (found[0] for found in _WORD.finditer(question))
        strange = {word.lower() for word in words if self._is_strange(word, lexicon, groups)}
        choices = lexicon.readable(groups) if strange else []
        nearest = {word: _nearest(word, choices) for word in strange}
        mended = {word: other for word, other in nearest.items() if other is not None}
        return mended if 2 * len(mended) >= len(strange) else {}

    def _is_strange(self, word: str, lexicon: Lexicon, groups: frozenset[str]) -> bool:
        if not word.isalpha() or word.isupper() or not 4 <= len(word) <= _LONGEST:
            return False
        return not lexicon.knows(word, groups) and self.tokenizer.pieces(word.lower()) > 1

    def _spelt_out(self, word: str, lexicon: Lexicon, groups: frozenset[str]) -> str | None:
        meanings = lexicon.meanings(word, groups)
        if len(meanings) != 1:
            return None
        # "it" and "all" are words, though IT and ALL may be abbreviations.
        is_word = lexicon.is_common(word, groups) or self.tokenizer.pieces(word.lower()) == 1
        return f"{word} ({meanings[0]})" if word.isupper() or not is_word else None


def _nearest(word: str, choices: Sequence[str]) -> str | None:
    edits = 2 if len(word) >= 8 else 1
    found = process.extract(
        word, choices, scorer=DamerauLevenshtein.distance, score_cutoff=edits, limit=2
    )
    # Two words equally near: which one was meant is a guess.
    if not found or (len(found) == 2 and found[0][1] == found[1][1]):
        return None
    return str(found[0][0])
