"""What a claim says otherwise than its source, by rule: cheap, exact, and with a name."""

from dataclasses import dataclass

from ingestion.embed import Bm25Encoder
from retrieval.answers import Fault
from retrieval.names import names, unknown
from retrieval.polarity import denies_differently, reaches_further
from retrieval.substitution import substitutions
from retrieval.values import missing, values


@dataclass(frozen=True, slots=True)
class NearestText:
    """What a claim cites: the sentences or rows nearest to it, where they stand, and all around.

    `units` are the nearest of each passage, at least one; `place` their titles and headings;
    `whole` the passages.
    """

    units: tuple[str, ...]
    place: str
    whole: str

    @property
    def near(self) -> str:
        """The units, a line each."""
        return "\n".join(self.units)


def faults(claim: str, source: NearestText, sparse: Bm25Encoder) -> tuple[Fault, ...]:
    """Every kind of fault once: values first, then names, negation, quantifiers."""
    under = f"{source.place}\n{source.near}"
    found: list[Fault] = list(missing(values(claim), values(under)))
    if _swapped(claim, source, under):
        found.append("name")
    if denies_differently(claim, source.near, sparse):
        found.append("negation")
    if reaches_further(claim, under):
        found.append("quantifier")
    put_in = [substitutions(claim, unit) for unit in source.units]
    return tuple(dict.fromkeys((*found, *sorted(frozenset.intersection(*put_in)))))


def _swapped(claim: str, source: NearestText, under: str) -> bool:
    """A name that the nearest unit lacks.

    A sentence may lean on the one before it for a name ("It weighs 2 kg"); one that has a name of
    its own, and a table row, speaks of that one.
    """
    lacking = unknown(claim, under) | (_openings(claim) & names(source.whole)) - _words(under)
    if not lacking:
        return False
    leans = not names(source.near) and " | " not in source.near
    return not (leans and not unknown(" ".join(sorted(lacking)), source.whole))


def _openings(claim: str) -> frozenset[str]:
    """Words that open the claim: names where the source has them as names."""
    return frozenset(word.strip(".,:;()\"'").lower() for word in claim.split()[:2])


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip(".,:;()\"'|").lower() for word in text.split())
