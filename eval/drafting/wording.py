"""English, as far as a question needs it: subjects, amounts, dates, and their capitals."""

import re

from eval.drafting.models import Words

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})(?:,? \d{{4}})?"
    rf"|(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|(?:{_MONTHS}) \d{{4}})"
)
_COUNT = r"(?:\d[\d,.]*\d|\d|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty)"
MONEY = (
    r"(?:(?:EUR|GBP|USD|CHF|€|£|\$) ?\d[\d,.]*(?: ?(?:million|k))?"
    r"|\d[\d,.]* ?(?:EUR|GBP|USD|CHF|euros?|pounds?|dollars?|€|£))"
)
_KIND = r"(?:(?:working|business|calendar|full|consecutive|clear) )?"
_TIME = r"(?:second|minute|hour|day|night|week|month|quarter|year)s?"
QUANTITY = rf"(?P<count>{_COUNT})[ -](?P<unit>{_KIND}(?:{_TIME}|[a-z]{{3,}}s))"
DURATION = rf"{_COUNT}[ -]{_KIND}{_TIME}"
PERCENT = r"\d[\d.,]* ?(?:%|per ?cent)"

_NO_SUBJECT = frozenset(
    (
        *("it", "this", "that", "these", "those", "they", "he", "she", "there", "here", "such"),
        *("i", "us", "him", "her", "them", "we", "if", "when", "where", "while", "although"),
        *("because", "since", "for", "in", "on", "at", "by", "from", "to", "with", "without"),
        *("as", "after", "before", "during", "until", "unless", "except", "note", "see", "and"),
        *("or", "but", "so", "then", "also", "only", "not", "no", "nor", "please", "what", "who"),
        *("which", "how", "why", "both", "either", "neither", "otherwise", "however", "therefore"),
        *("thus", "whoever", "whatever", "anyone", "once", "under", "above", "below", "whether"),
        *("replaces", "later", "now", "today", "lowest", "highest", "up", "of"),
    )
)
_ALONE = frozenset(("all", "each", "some", "others", "most", "many", "everything", "one", "none"))
_DEICTIC = re.compile(
    r"\b(?:this|these|those|following|it|they|their|theirs|them|its|such|here|he|she|his|hers?|him|"
    r"same|latter|former|our|ours|us|we|aforementioned|(?:see|as|the|listed|named) (?:above|below)|"
    r"(?:last|first|next|other) one|(?:section|annex|clause|appendix|chapter|paragraph|table|"
    r"figure|step|page) (?:\d|[A-Z]\b))\b|\b(?:above|below)[?,.]",
    re.IGNORECASE,
)
_FIRST = re.compile(r"[^\W\d_][\w'’-]*")
_MARK = re.compile(r"[|;:!?•\"“”„()\[\]]")
VERBISH = re.compile(
    r"\b(?:is|are|was|were|has|have|had|do|does|did|must|shall|should|may|can|will|who|that|which|"
    r"takes?|gets?|gives?|goes|needs?|means|so)\b"
)
_PREPOSITIONS = frozenset(
    (
        "for",
        "to",
        "by",
        "through",
        "of",
        "in",
        "at",
        "on",
        "with",
        "from",
        "as",
        "than",
        "per",
        "until",
        "before",
        "after",
        "since",
    )
)
_NO_COLUMN = _NO_SUBJECT | _PREPOSITIONS | frozenset(("where", "sent", "begins", "not", "how"))
_NUMBERING = re.compile(r"(?:§ ?)?(?:\d+(?:\.\d+)*\.?|[a-z]\)|\(\w\)|[A-Z]-\d+) +(?=[A-Z])")
MOST_WORDS = 9


def subject(text: str, known: Words) -> str | None:
    """A sentence's subject as it stands inside a question; None for what is hardly one."""
    text = text.strip().strip(",")
    words = text.split()
    if not words or len(words) > MOST_WORDS or _MARK.search(text) or "," in text:
        return None
    if words[0].lower().strip(".") in _NO_SUBJECT or VERBISH.search(text):
        return None
    if len(words) == 1 and words[0].lower() in _ALONE:
        return None
    if words[0] == "You":
        return "I" if len(words) == 1 else None
    return decapitalised(text, known)


def decapitalised(text: str, words: Words) -> str:
    """The text with its first letter in lower case, unless the word is a name or abbreviation."""
    first = _FIRST.match(text)
    if first is None:
        return text
    keeps = first[0][1:] != first[0][1:].lower() or words.is_name(first[0])
    return text if keeps else text[0].lower() + text[1:]


def column_name(text: str, words: Words) -> str:
    """A column's header as it stands inside a question: "Fee / EUR" is a "fee in EUR".

    A word keeps its capital where the documents write it with one inside sentences.
    """
    text = (
        re.sub(r"\s*(?:\(([^)]*)\)|/ ([A-Z]{3}|%))$", r" in \1\2", text).replace("_", " ").strip()
    )
    return " ".join(decapitalised(word, words) for word in text.split())


def is_noun_phrase(column: str, words: Words) -> bool:
    """Whether "the COLUMN" is likely English: no question word, verb, preposition at its ends."""
    parts = column.split()
    if not parts or len(parts) > 6 or re.search(r"[/?:;,=<>&+.]|\d", column):
        return False
    if parts[0].lower() in _NO_COLUMN or parts[-1].lower() in _PREPOSITIONS:
        return False
    if VERBISH.search(column) or all(words.is_name(part) for part in parts):
        return False
    if len(parts) == 1:
        # "confidential" or "sent" stands in the documents, but never as a thing.
        known = parts[0].lower() in words.lower
        return parts[0] in words.nouns if known else not parts[0].endswith("ed")
    return not (parts[0].endswith("s") and parts[1] in _PREPOSITIONS)


def is_plural(column: str) -> bool:
    """Whether a column's name takes "are": by its noun, before any preposition or participle."""
    head = re.split(r" (?:in|a|an|per|of|for|to|on|at|by|with|from) ", column)[0].split()
    noun = head[-2] if len(head) > 1 and head[-1].endswith("ed") else head[-1]
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is"))


def first_person(text: str) -> str:
    """ "your" and "you" as the asker says them."""
    return re.sub(r"\byou\b", "me", re.sub(r"\byour\b", "my", text))


def self_contained(question: str) -> bool:
    """False for a question that points at words around its source."""
    return not _DEICTIC.search(question)


def tidy(question: str) -> str:
    """One space, a capital first, a question mark last."""
    text = " ".join(question.split()).strip(" ,.;?")
    return text[:1].upper() + text[1:] + "?"


def unnumbered(text: str) -> str:
    """A sentence without the number of its paragraph."""
    return _NUMBERING.sub("", text, count=1) if _NUMBERING.match(text) else text


def without_article(text: str) -> str:
    """The text without "the", "a", "an" or "our" before it."""
    return re.sub(r"^(?:the|an?|our) ", "", text.strip(), flags=re.IGNORECASE)
