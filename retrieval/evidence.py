"""Which sentences speak to the question, and whether they are enough to answer it."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingestion.embed import Bm25Encoder
from ingestion.models import ScoredChunk, Vectors
from retrieval.answer_type import answer_type
from retrieval.late_interaction import LateInteraction
from retrieval.models import PartEvidence, Passage, Unit, WordMatch
from retrieval.rerank import Reranker
from retrieval.sufficiency import decide

_IDENTIFIER = re.compile(r"\b(?=[\w.-]*\d)(?=[\w.-]*[A-Za-z])[\w-]+(?:\.\w+)*\b")


@dataclass(frozen=True, slots=True)
class EvidenceOptions:
    """Chosen on the `dev` split; docs/decisions/0004-evidence.md has the numbers.

    `coverage_weight` is the share of shared terms in a unit's score; meaning has the rest, half
    for the unit and half for its passage. The best `deep` units are read again by the reranker, and
    `rerank_weight` is that reading's share in what meaning has. `threshold` is the confidence (the
    probability that the best unit answers) from which there is enough evidence.
    """

    coverage_weight: float = 0.17
    rerank_weight: float = 0.5
    deep: int = 64
    threshold: float = 0.25


@dataclass(frozen=True, slots=True)
class EvidenceRanker:
    """Scores every quotable unit of the passages against one part of the question.

    Without a `reranker` the first score stands. `late` tells how near the best unit comes to each
    word of the question: that decides whether it is enough.
    """

    sparse: Bm25Encoder
    reranker: Reranker | None
    late: LateInteraction
    options: EvidenceOptions

    def rank(self, question: str, vector: Vectors, passages: Sequence[Passage]) -> tuple[Unit, ...]:
        """The best units, best first. `vector` is the question's, shape (d,).

        Raises ValueError for passages without vectors: only a search brings them.
        """
        weights = self._term_weights(question, passages)
        fits = _Fit(question)
        units = [
            unit
            for passage in passages
            for unit in self._passage_units(passage, vector, weights, fits)
        ]
        first = list(_distinct(sorted(units, key=_best_first)))[: self.options.deep]
        return tuple(sorted(self._read_again(question, first), key=_best_first))

    def weigh(self, question: str, units: Sequence[Unit]) -> PartEvidence:
        """The units that an answer may use, with the decision whether they are enough."""
        words, unknown = self.words(question, units), _unknown(question, units)
        found = decide(units, words, unknown, self.sparse, self.options.threshold)
        return PartEvidence(question, tuple(units), found)

    def words(self, question: str, units: Sequence[Unit]) -> tuple[WordMatch, ...]:
        """The question's words in the best unit that fits; in the best of all where none does."""
        best = next((unit for unit in units if unit.fits), next(iter(units), None))
        return self.late.words(question, _in_place(best)) if best else ()

    def _passage_units(
        self,
        passage: Passage,
        vector: Vectors,
        weights: Mapping[int, float],
        fits: "_Fit",
    ) -> Iterator[Unit]:
        chunk, vectors = passage.hit.chunk, passage.hit.vectors
        if vectors is None:
            raise ValueError("The passage has no vectors; take it from a search.")
        about = float(vectors.whole @ vector)
        place = " ".join(passage.hit.place)
        for (start, end), row in zip(chunk.quotable, vectors.sentences, strict=False):
            text = chunk.quote(start, end)
            similarity = float(row @ vector)
            coverage = _coverage(weights, self.sparse.terms(f"{place} {text}"))
            score = self._blended((similarity + about) / 2, coverage)
            fit = fits(passage.hit, text)
            yield Unit(passage, start, end, text, similarity, about, coverage, 0.0, score, fit)

    def _read_again(self, question: str, units: Sequence[Unit]) -> Iterator[Unit]:
        """The units with their final score: the reranker's and meaning."""
        if self.reranker is None:
            yield from (replace(unit, late=unit.similarity) for unit in units)
            return
        scores = self.reranker.scores(question, [_in_place(unit) for unit in units])
        share = self.options.rerank_weight
        for unit, late in zip(units, scores, strict=True):
            meaning = share * float(late) + (1 - share) * (unit.similarity + unit.about) / 2
            score = self._blended(meaning, unit.coverage)
            yield replace(unit, late=float(late), score=score)

    def _blended(self, meaning: float, coverage: float) -> float:
        share = self.options.coverage_weight
        return (1 - share) * meaning + share * coverage

    def _term_weights(self, question: str, passages: Sequence[Passage]) -> dict[int, float]:
        """Inverse document frequency over the passages found (Sparck Jones 1972).

        A term that no passage has weighs most: it is what the documents do not speak about.
        """
        bags = [self.sparse.terms(passage.hit.in_place) for passage in passages]
        return {
            term: math.log(1 + (len(bags) + 0.5) / (sum(term in bag for bag in bags) + 0.5))
            for term in self.sparse.query(question).indices
        }


class _Fit:
    """Whether a unit can answer: "how long" is not answered by a sentence without a period, nor
    a question about E-17 by a passage that never names it, however near they are."""

    def __init__(self, question: str) -> None:
        self._kind = answer_type(question)
        self._names = _identifiers(question)

    def __call__(self, hit: ScoredChunk, text: str) -> bool:
        if self._names and self._names.isdisjoint(_identifiers(hit.in_place)):
            return False
        return self._kind is None or self._kind.found_in(text)


def _best_first(unit: Unit) -> tuple[float, int, int]:
    return -unit.score, unit.passage.number, unit.start


def _in_place(unit: Unit) -> str:
    """A unit's text under its document's title and its nearest heading."""
    hit = unit.passage.hit
    return f"{' > '.join((hit.document.title, *hit.chunk.headings[-1:]))}: {unit.text}"


def _identifiers(text: str) -> frozenset[str]:
    return frozenset(name.lower() for name in _IDENTIFIER.findall(text))


def _unknown(question: str, units: Sequence[Unit]) -> list[str]:
    """The identifiers of a question that no passage of a fitting unit has, as they are asked."""
    known = {name for u in units if u.fits for name in _identifiers(u.passage.hit.in_place)}
    return [name for name in _IDENTIFIER.findall(question) if name.lower() not in known]


def _distinct(units: Sequence[Unit]) -> Iterator[Unit]:
    """Each span once, at its best, though overlapping chunks hold it twice."""
    seen: set[tuple[str, int]] = set()
    for unit in units:
        key = (unit.passage.hit.document.id, unit.start)
        if key not in seen:
            seen.add(key)
            yield unit


def _coverage(weights: Mapping[int, float], terms: frozenset[int]) -> float:
    total = sum(weights.values())
    return (
        sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0
    )
