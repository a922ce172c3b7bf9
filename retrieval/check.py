"""Does the cited passage say what the claim says? By quote, by rules, then by a judge."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingestion.embed import Bm25Encoder
from retrieval.answers import Calculation, Fault, Verification
from retrieval.claims import clauses, sentences
from retrieval.faults import NearestText, faults
from retrieval.judge import Judge
from retrieval.models import Passage
from retrieval.spans import Place
from retrieval.substitution import substitutions
from retrieval.values import numbers


@dataclass(frozen=True, slots=True)
class Source:
    """One passage that a claim leans on: the span to show, and how the claim stands to it."""

    passage: Passage
    start: int
    end: int
    verification: Verification

    @property
    def place(self) -> Place:
        """The passage's id with the span."""
        return self.passage.hit.chunk.id, self.start, self.end


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim, `statement[start:start + len(text)]`, and what was found.

    `sources` are the passages that support it, each by itself; all cited ones where none does.
    """

    text: str
    start: int
    cited: tuple[Passage, ...]
    sources: tuple[Source, ...]
    verification: Verification
    calculation: Calculation | None = None

    @property
    def holds(self) -> bool:
        """True when a reader may see it."""
        return self.verification.status in ("supported", "partial")


@dataclass(frozen=True, slots=True)
class ClaimChecker:
    """Checks a claim against passages.

    A claim is supported when it stands verbatim in a passage. Else its numbers, units, dates,
    names, negations and quantifiers must be those of the sentence or row nearest to it. What they
    do not settle is for the `judge`; without one, at least `supported` of the claim's terms must
    be there, and `partial` is the share from which it counts as partly supported.
    """

    sparse: Bm25Encoder
    judge: Judge | None = None
    supported: float = 0.75
    partial: float = 0.5

    def claims(self, statement: str, passages: Sequence[Passage]) -> tuple[CheckedClaim, ...]:
        """The claims of a statement in order, each checked; a verbatim quote is one claim.

        A clause has less to say than its sentence, and another sentence can be nearest to it: where
        all clauses hold, nothing may be put in the place of something in the whole.
        """
        if not passages or any(find_quote(statement, passage) for passage in passages):
            return (self._checked(statement, 0, passages),)
        checked = []
        for sentence in sentences(statement):
            pieces = clauses(statement, sentence)
            found = [self._checked(piece.text, piece.start, passages) for piece in pieces]
            if len(found) > 1 and all(claim.holds for claim in found):
                put_in = self._substitutions(sentence.text, passages)
                found = [_failing(claim, put_in) for claim in found]
            checked += found
        return tuple(checked)

    def check(self, claim: str, passages: Sequence[Passage]) -> Verification:
        """How a claim stands to the passages it cites, taken together."""
        if any(find_quote(claim, passage) for passage in passages):
            return Verification("supported", "quote", 1.0)
        if not passages or not claim.strip():
            return Verification("unsupported", "lexical", 0.0)
        source = self._near(claim, passages)
        share = self._share(claim, source.whole)
        if found := faults(claim, source, self.sparse):
            return Verification("unsupported", "lexical", share, found)
        if self.judge is None:
            return self._by_terms(share)
        verdict = self.judge.judge(claim, [self._evidence(claim, p) for p in passages])
        return Verification(
            verdict.status, verdict.method, verdict.score, degraded=verdict.degraded
        )

    def best_span(self, claim: str, passage: Passage) -> tuple[int, int]:
        """The span of the passage to show for a claim: the quote, or the nearest unit.

        Nearest is the unit that shares most terms with the claim, each weighed by how few units
        have it; the earlier one where two share as many.
        """
        quote = find_quote(claim, passage)
        if quote is not None:
            return quote
        chunk = passage.hit.chunk
        bags = [self._terms(chunk.quote(*span)) for span in chunk.quotable]
        units_with = Counter(term for bag in bags for term in bag)
        terms = self._terms(claim) & units_with.keys()

        def shared(number: int) -> float:
            return sum(math.log1p(len(bags) / units_with[term]) for term in terms & bags[number])

        best = max(range(len(bags)), key=shared, default=None)
        return (chunk.start, chunk.end) if best is None else chunk.quotable[best]

    def _terms(self, text: str) -> frozenset[int | str]:
        """Terms, and numbers whole: "5.0" is more than a 5 and a 0."""
        return self.sparse.terms(text) | numbers(text)

    def _checked(self, claim: str, start: int, passages: Sequence[Passage]) -> CheckedClaim:
        """By each passage alone; taken together where no single one supports it."""
        alone = tuple(
            Source(p, *self.best_span(claim, p), self.check(claim, [p])) for p in passages
        )
        for status in ("supported", "partial"):
            if holding := tuple(s for s in alone if s.verification.status == status):
                best = max((source.verification for source in holding), key=lambda v: v.score)
                return CheckedClaim(claim, start, tuple(passages), holding, best)
        together = alone[0].verification if len(alone) == 1 else self.check(claim, passages)
        return CheckedClaim(claim, start, tuple(passages), alone, together)

    def _substitutions(self, sentence: str, passages: Sequence[Passage]) -> tuple[Fault, ...]:
        put_in = [substitutions(sentence, unit) for unit in self._near(sentence, passages).units]
        return tuple(sorted(frozenset.intersection(*put_in)))

    def _near(self, claim: str, passages: Sequence[Passage]) -> NearestText:
        near = [p.hit.chunk.quote(*self.best_span(claim, p)) for p in passages]
        place = [part for p in passages for part in p.hit.place]
        whole = "\n".join(part for p in passages for part in (*p.hit.place, p.hit.chunk.text))
        return NearestText(tuple(near), "\n".join(place), whole)

    def _evidence(self, claim: str, passage: Passage) -> str:
        place = " > ".join(passage.hit.place)
        return f"{place}\n{passage.hit.chunk.quote(*self.best_span(claim, passage))}"

    def _share(self, claim: str, text: str) -> float:
        terms = self.sparse.terms(claim)
        known = self.sparse.terms(text)
        return len(terms & known) / len(terms) if terms else 0.0

    def _by_terms(self, share: float) -> Verification:
        if share >= self.supported:
            return Verification("supported", "lexical", share)
        return Verification("partial" if share >= self.partial else "unsupported", "lexical", share)


def _failing(claim: CheckedClaim, put_in: tuple[Fault, ...]) -> CheckedClaim:
    """The claim with the faults of its sentence; a verbatim quote has none."""
    if not put_in or claim.verification.method == "quote":
        return claim
    found = Verification("unsupported", "lexical", claim.verification.score, put_in)
    return replace(claim, verification=found)


def find_quote(claim: str, passage: Passage) -> tuple[int, int] | None:
    """Where the claim stands verbatim in the passage, in characters of the parsed text."""
    chunk = passage.hit.chunk
    wanted = claim.strip()
    position = chunk.text.find(wanted) if wanted else -1
    if position < 0:
        return None
    return chunk.start + position, chunk.start + position + len(wanted)
