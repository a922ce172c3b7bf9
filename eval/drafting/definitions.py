"""What a word means: in a sentence, in a glossary's entry, or behind its abbreviation."""

import re
from collections.abc import Iterator

from eval.drafting.models import Corpus, Draft, Piece
from eval.drafting.wording import subject, tidy, unnumbered, without_article

_MEANS = re.compile(
    r"(?P<term>[^,;:.]{2,60}?) (?:means|stands for|is short for|refers to|is defined as|"
    r"is the (?:name|term) for) (?P<meaning>.+?)\.?$"
)
_IS = re.compile(
    r"(?P<term>[^,;:.]{2,50}?) is (?P<meaning>(?:an?|the) (?!\w+ed by\b)[a-z].{10,}?)\.?$"
)
_ENTRY = re.compile(r"(?P<term>[^:–—]{2,40}?)(?::| [–—-]) (?P<meaning>[^|]{3,})$")
_GLOSSARY = re.compile(r"\b(?:glossary|definitions?|abbreviations?|acronyms?|terminology)\b", re.I)
_SPELT = re.compile(r"(?P<meaning>[^\W\d_][\w-]*(?: [\w&-]+){1,7}) \((?P<short>[A-Z]{2,6})s?\)")

_HEAD = re.compile(
    r"[^,;:.()]+?(?= (?:that|which|who|where|when|whose|for|with|without|to|from|in|on|at|by|under|"
    r"before|after|as|used|made|[a-z]{4,}(?:ing|ed))\b|[,;:.(]|$)"
)
_NO_MEANING = re.compile(
    r"(?:an? |the )?(?:only|same|exception|most|first|last|best|main|case|one|commonest|reason|"
    r"result|rule|number|next|other|third|second|[^ ]+ and)\b|[\"“'‘-]"
)
_OPEN = frozenset(
    (
        *("a", "an", "the", "of", "or", "and", "to", "in", "with", "from", "for", "that", "who"),
        *("which", "whoever", "what", "is", "are", "by", "on", "at", "as", "not", "it", "its"),
    )
)
_SMALL = frozenset(("of", "and", "for", "the", "to", "in", "on", "a"))


def definitions(piece: Piece, corpus: Corpus) -> Iterator[Draft]:
    """ "X means Y", "X is the Y", a glossary's "X: Y", and "long name (LN)"."""
    for spelt in _SPELT.finditer(piece.text):
        meaning = _initials(spelt["meaning"], spelt["short"])
        if meaning:
            question = f"What does {spelt['short']} stand for"
            yield Draft("definition", tidy(question), meaning, piece, piece.document, "jargon_typo")
    glossary = any(map(_GLOSSARY.search, (piece.document.title, *piece.headings)))
    text = unnumbered(piece.text)
    found = _MEANS.match(text) or (_ENTRY.match(text) if glossary else None)
    means = found is not None
    found = found or _IS.match(text)
    if found is None or piece.kind == "table_row":
        return
    term = subject(found["term"], corpus.words)
    core = _core(found["meaning"], whole=not means)
    if term is None or core is None or len(term.split()) > 5:
        return
    if _NO_MEANING.match(found["meaning"]) or (not means and len(term.split()) > 3):
        return
    question = f"What does {term} mean" if means else f"What is {term}"
    yield Draft("definition", tidy(question), core, piece, piece.document)


def _core(meaning: str, *, whole: bool) -> str | None:
    """The few words of a definition that an answer can't do without.

    Its noun phrase; where that is one word, the first six words, unless only `whole` ones will do.
    """
    found = _HEAD.match(without_article(meaning))
    words = found[0].split() if found else []
    if (len(words) < 2 or words[0] in _OPEN) and not whole:
        words = re.split(r"[;:.(]", without_article(meaning))[0].split()[:6]
    while words and words[-1].strip(",").lower() in _OPEN:
        words.pop()
    return " ".join(words).rstrip(",") if 2 <= len(words) <= 7 else None


def _initials(words: str, short: str) -> str | None:
    """The last words whose first letters are the abbreviation, small words not counted."""
    parts = words.split()
    for start in range(len(parts) - 1, -1, -1):
        tried = parts[start:]
        letters = [part[0] for word in tried for part in word.split("-") if part]
        big = [
            x
            for x, word in zip(letters, tried, strict=False)
            if word not in ("of", "and", "for", "the", "to", "in")
        ]
        if "".join(letters).upper() == short or "".join(big).upper() == short:
            return " ".join(tried)
    return None
