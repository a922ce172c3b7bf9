"""How much of a question's wording stands in the passage that answers it."""

import re
from collections.abc import Iterable, Mapping, Sequence

from ingestion.embed import Bm25Encoder

RARE = 2
"""A phrase that stands in at most so many documents is rare."""

LENGTH = 3
"""Words in a phrase; at least two of them say something."""

_WORD = re.compile(r"\w+")


def overlap(question: str, quotes: Sequence[str], sparse: Bm25Encoder) -> float:
    """Share of the question's distinct terms (stemmed, without stop words) that the quotes have.

    In [0, 1]; 0 for a question of stop words. High overlap is what BM25 needs.
    """
    terms = sparse.terms(question)
    known = {term for quote in quotes for term in sparse.terms(quote)}
    return len(terms & known) / len(terms) if terms else 0.0


def rare_phrases(
    question: str, quotes: Sequence[str], texts: Mapping[str, str], sparse: Bm25Encoder
) -> list[str]:
    """Runs of three words that the question shares with a quote and with hardly anything else.

    Such a phrase gives the answer away: whoever asks does not know the document's wording.
    """
    shared = set(_phrases(question)) & {phrase for quote in quotes for phrase in _phrases(quote)}
    return sorted(
        " ".join(phrase)
        for phrase in shared
        if sum(sparse.is_content(word) for word in phrase) >= 2
        and _documents_with(phrase, texts) <= RARE
    )


def _phrases(text: str) -> Iterable[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return zip(*(words[start:] for start in range(LENGTH)), strict=False)


def _documents_with(phrase: tuple[str, ...], texts: Mapping[str, str]) -> int:
    words = r"\W+".join(map(re.escape, phrase))
    pattern = re.compile(rf"\b{words}\b", re.IGNORECASE)
    return sum(pattern.search(text) is not None for text in texts.values())
