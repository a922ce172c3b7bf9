"""Does the cited passage say what the claim says? By quote, then by terms and numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.embed import Bm25Encoder
from retrieval.models import Passage, Verification

_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_NEGATION = re.compile(r"\b(?:not|no|never|none|neither|nor|cannot|without|\w+n't)\b", re.I)


@dataclass(frozen=True, slots=True)
class ClaimChecker:
    """Checks a claim against passages.

    A claim is supported when it stands verbatim in a passage; else when every number in it
    stands in the passages, its negations are the best sentence's, and at least `supported` of
    its terms are there; `partial` is the share from which it counts as partly supported.
    """

    sparse: Bm25Encoder
    supported: float = 0.75
    partial: float = 0.5

    def check(self, claim: str, passages: Sequence[Passage]) -> Verification:
        """How a claim stands to the passages it cites, taken together."""
        if any(find_quote(claim, passage) for passage in passages):
            return Verification("supported", "quote", 1.0)
        text = "\n".join(context(passage) for passage in passages)
        terms = set(self.sparse.query(claim).indices)
        known = set(self.sparse.query(text).indices)
        share = len(terms & known) / len(terms) if terms else 0.0
        if not numbers(claim) <= numbers(text) or self._negation_differs(claim, passages):
            return Verification("unsupported", "lexical", share)
        if share >= self.supported:
            return Verification("supported", "lexical", share)
        status = "partial" if share >= self.partial else "unsupported"
        return Verification("partial" if status == "partial" else "unsupported", "lexical", share)

    def best_span(self, claim: str, passage: Passage) -> tuple[int, int]:
        """The span of the passage to show for a claim: the quote, or the nearest unit.

        Nearest is the unit that shares most numbers and terms with the claim, the earlier one
        where two share as many.
        """
        quote = find_quote(claim, passage)
        if quote is not None:
            return quote
        chunk = passage.hit.chunk
        terms, figures = set(self.sparse.query(claim).indices), numbers(claim)

        def shared(span: tuple[int, int]) -> int:
            text = chunk.quote(*span)
            common = terms & set(self.sparse.query(text).indices)
            return len(common) + 2 * len(figures & numbers(text))

        return max(chunk.quotable, key=shared, default=(chunk.start, chunk.end))

    def _negation_differs(self, claim: str, passages: Sequence[Passage]) -> bool:
        spans = [p.hit.chunk.quote(*self.best_span(claim, p)) for p in passages]
        return bool(spans) and not any(
            bool(_NEGATION.search(claim)) == bool(_NEGATION.search(text)) for text in spans
        )


def find_quote(claim: str, passage: Passage) -> tuple[int, int] | None:
    """Where the claim stands verbatim in the passage, in characters of the parsed text."""
    chunk = passage.hit.chunk
    wanted = claim.strip()
    position = chunk.text.find(wanted) if wanted else -1
    if position < 0:
        return None
    return chunk.start + position, chunk.start + position + len(wanted)


def numbers(text: str) -> set[str]:
    """The numbers in a text, "1,000.00" and "1000" alike."""
    return {plain_number(match) for match in _NUMBER.findall(text)}


def context(passage: Passage) -> str:
    """A passage with the title and headings that it stands under."""
    hit = passage.hit
    return "\n".join((hit.document.title, *hit.chunk.headings, hit.chunk.text))


def plain_number(number: str) -> str:
    """One spelling of a number: "1,000.00" is "1000"."""
    digits = re.sub(r"(?<=\d),(?=\d{3}\b)", "", number)
    return re.sub(r"\.0+$", "", digits)
