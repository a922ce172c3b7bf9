"""Which sentences speak to the question, and whether they are enough to answer it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingestion.embed import Bm25Encoder, Embedder
from retrieval.models import PartEvidence, Passage, Sufficiency, Unit

_IDENTIFIER = re.compile(r"\b(?=[\w.-]*\d)(?=[\w.-]*[A-Za-z])[\w-]+(?:\.\w+)*\b")


@dataclass(frozen=True, slots=True)
class EvidenceOptions:
    """Chosen on the `dev` split; docs/decisions/0004-evidence.md has the numbers.

    `similarity_weight` balances meaning against shared terms in a unit's score, `threshold`
    is the confidence from which there is enough evidence to answer.
    """

    similarity_weight: float = 0.7
    threshold: float = 0.4


@dataclass(frozen=True, slots=True)
class EvidenceRanker:
    """Scores every quotable unit of the passages against one part of the question."""

    embedder: Embedder
    sparse: Bm25Encoder
    options: EvidenceOptions

    def rank(self, question: str, passages: Sequence[Passage]) -> PartEvidence:
        """Units best first, with the decision whether the best of them is enough."""
        found = _units(passages)
        weights = self._term_weights(question, passages)
        if not found:
            return PartEvidence(question, (), Sufficiency(0.0, 0.0, 0.0, False))
        vectors = self.embedder.embed([question, *(_in_context(*unit) for unit in found)])
        similarities = vectors[1:] @ vectors[0]
        units = sorted(
            (
                self._unit(passage, span, float(similarity), weights)
                for (passage, span), similarity in zip(found, similarities, strict=True)
            ),
            key=lambda unit: (-unit.score, unit.passage.number, unit.start),
        )
        return PartEvidence(question, tuple(units), self._sufficiency(question, units, weights))

    def _unit(
        self,
        passage: Passage,
        span: tuple[int, int],
        similarity: float,
        weights: Mapping[int, float],
    ) -> Unit:
        text = passage.hit.chunk.quote(*span)
        context = " ".join((passage.hit.document.title, *passage.hit.chunk.headings, text))
        coverage = _coverage(weights, self._terms(context))
        weight = self.options.similarity_weight
        score = weight * similarity + (1 - weight) * coverage
        return Unit(passage, *span, text, similarity, coverage, score)

    def _sufficiency(
        self, question: str, units: Sequence[Unit], weights: Mapping[int, float]
    ) -> Sufficiency:
        """The best unit's meaning, and how much of the question its passage speaks about."""
        best = units[0]
        similarity = max(0.0, *(unit.similarity for unit in units[:3]))
        chunk = best.passage.hit.chunk
        context = " ".join((best.passage.hit.document.title, *chunk.headings, chunk.text))
        coverage = _coverage(weights, self._terms(context))
        confidence = (similarity + coverage) / 2
        known = context.lower()
        missing = [name for name in _IDENTIFIER.findall(question) if name.lower() not in known]
        enough = confidence >= self.options.threshold and not missing
        return Sufficiency(similarity, coverage, confidence, enough)

    def _term_weights(self, question: str, passages: Sequence[Passage]) -> dict[int, float]:
        """Inverse document frequency over the passages found (Sparck Jones 1972).

        A term that no passage has weighs most: it is what the documents do not speak about.
        """
        bags = [
            self._terms(" ".join((p.hit.document.title, *p.hit.chunk.headings, p.hit.chunk.text)))
            for p in passages
        ]
        return {
            term: math.log(1 + (len(bags) + 0.5) / (sum(term in bag for bag in bags) + 0.5))
            for term in self.sparse.query(question).indices
        }

    def _terms(self, text: str) -> frozenset[int]:
        return frozenset(self.sparse.query(text).indices)


def _units(passages: Sequence[Passage]) -> list[tuple[Passage, tuple[int, int]]]:
    """Each quotable span once, though overlapping chunks hold it twice."""
    seen: set[tuple[str, str, int]] = set()
    units: list[tuple[Passage, tuple[int, int]]] = []
    for passage in passages:
        for span in passage.hit.chunk.quotable:
            key = (passage.hit.document.id, passage.hit.document.version, span[0])
            if key not in seen:
                seen.add(key)
                units.append((passage, span))
    return units


def _in_context(passage: Passage, span: tuple[int, int]) -> str:
    text = passage.hit.chunk.quote(*span)
    headings = passage.hit.chunk.headings
    return f"{headings[-1]}: {text}" if headings else text


def _coverage(weights: Mapping[int, float], terms: frozenset[int]) -> float:
    total = sum(weights.values())
    return (
        sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0
    )
