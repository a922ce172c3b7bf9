"""Whether the units found are enough to answer, how sure that is, and what is wrong if not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.embed import Bm25Encoder
from retrieval.models import Shortfall, Sufficiency, Unit, WordMatch

_LONG_ENOUGH = 4


@dataclass(frozen=True, slots=True)
class SufficiencyOptions:
    """A logistic model of two features, fitted on the `dev` split by benchmarks/fit_abstention.py.

    A near miss has one word that nothing near it matches. `weakest_link` weighs the soft minimum
    of the words' nearness (weights exp(-nearness / `temperature`)); `log_words` the logarithm of
    their number, because the minimum of many is lower than that of few. `bias` makes it a
    probability that the best unit answers (Platt 1999). Under `off_topic`, the mean of the words'
    nearness and of the nearest passage's, nothing is about the question. A word under `unmatched`
    has nothing like it. docs/decisions/0004-evidence.md has the numbers.
    """

    bias: float = -3.71
    weakest_link: float = 4.69
    log_words: float = 0.62
    temperature: float = 0.2
    off_topic: float = 0.40
    unmatched: float = 0.28


DEFAULTS = SufficiencyOptions()


def decide(
    units: Sequence[Unit],
    words: Sequence[WordMatch],
    unknown: Sequence[str],
    sparse: Bm25Encoder,
    threshold: float,
    options: SufficiencyOptions = DEFAULTS,
) -> Sufficiency:
    """The best unit that fits decides, once no identifier of the question is unknown.

    `units` come best first; `words` are the question's, matched in the best unit that fits, or in
    the best of all where none does. Without a unit that fits, confidence is 0.
    """
    best = next((unit for unit in units if unit.fits), None)
    sure = 0.0 if best is None or unknown else confidence(words, options)
    similarity, coverage = (best.similarity, best.coverage) if best else (0.0, 0.0)
    if best is not None and not unknown and sure >= threshold:
        return Sufficiency(similarity, coverage, sure, True)
    shortfall = _shortfall(units, words, options)
    said = [unit.passage.hit.in_place for unit in units]
    missing = _unstated(words, unknown, said, sparse, options) if shortfall == "near_miss" else None
    return Sufficiency(similarity, coverage, sure, False, shortfall, missing)


def confidence(words: Sequence[WordMatch], options: SufficiencyOptions = DEFAULTS) -> float:
    """The probability that a unit answers, by its weakest link to the question; 0 without words."""
    if not words:
        return 0.0
    weakest = weakest_link(words, options.temperature)
    logit = options.weakest_link * weakest + options.log_words * math.log(len(words)) + options.bias
    return 1 / (1 + math.exp(-logit))


def weakest_link(words: Sequence[WordMatch], temperature: float) -> float:
    """The soft minimum of the words' nearness: between their minimum and their mean."""
    weights = [math.exp(-word.nearness / temperature) for word in words]
    pairs = zip(weights, words, strict=True)
    return sum(weight * word.nearness for weight, word in pairs) / sum(weights)


def aboutness(units: Sequence[Unit], words: Sequence[WordMatch]) -> float:
    """How much of what was found is about the question: its words in the best unit, and the nearest
    passage's meaning, half each."""
    if not units or not words:
        return 0.0
    near = sum(word.nearness for word in words) / len(words)
    return (near + max(unit.about for unit in units)) / 2


def _shortfall(
    units: Sequence[Unit], words: Sequence[WordMatch], options: SufficiencyOptions
) -> Shortfall:
    return "off_topic" if aboutness(units, words) < options.off_topic else "near_miss"


def _unstated(
    words: Sequence[WordMatch],
    unknown: Sequence[str],
    said: Sequence[str],
    sparse: Bm25Encoder,
    options: SufficiencyOptions,
) -> str | None:
    """What is asked about and stands in none of the passages: an identifier, else the word with
    the least match, names and numbers before other words. None where no word stands out."""
    lower = " ".join(said).lower()
    for name in unknown:
        if name.lower() not in lower:
            return name
    terms = sparse.terms(" ".join(said))
    clear = [
        word
        for word in words
        if word.nearness < options.unmatched
        and (_is_name(word.text) or len(word.text) >= _LONG_ENOUGH)
        and terms.isdisjoint(sparse.terms(word.text))
    ]
    clear.sort(key=lambda word: (not _is_name(word.text), word.nearness))
    return clear[0].text if clear else None


def _is_name(word: str) -> bool:
    """A number or an abbreviation; a capital alone may only open the sentence."""
    return any(character.isdigit() for character in word) or (len(word) > 1 and word.isupper())
