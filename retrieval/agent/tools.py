"""The agent's tools. All see only what the query's principal may see on the query's day."""

from dataclasses import dataclass, replace
from functools import partial

from ingestion.models import ScoredChunk
from retrieval.agent.names import has_name
from retrieval.agent.notebook import Finding, ReadAction, SearchAction
from retrieval.agent.rows import Item, meant, siblings
from retrieval.listing import MAX_ROWS
from retrieval.models import Passage, Query, Unit
from retrieval.pipeline import RagPipeline

FLOOR = 0.25
"""A name counts for so much where none of the other words stands beside it: they may be told in
other words."""

GENERIC = 10
"""A name that so many documents have leads to none of them."""

_PROBED = 50
"""Passages in which a name is looked for before it is searched with."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Search and read for one query. Who asks and on which day comes from the query alone."""

    pipeline: RagPipeline
    query: Query

    def search(self, action: SearchAction) -> Finding:
        """What the single pass would find for the action's question.

        What a bridge or a counterpart is searched for stands elsewhere than what led to it.
        """
        query = replace(self.query, text=action.question)
        limit = self.pipeline.passages
        if action.purpose in ("bridge", "counterpart"):
            ranking, units = self.pipeline.find(query, limit, partial(_is_behind, action))
        else:
            ranking, units = self.pipeline.find(query, limit)
        kept = {hit.chunk.id for hit in ranking[:limit]}
        units = tuple(unit for unit in units if unit.passage.hit.chunk.id in kept)
        weighed = self.pipeline.ranker.weigh(action.question, units)
        return Finding(action, tuple(ranking), weighed.units, weighed.sufficiency)

    def read(self, action: ReadAction) -> Finding:
        """The rows beside a unit that the question means; none when they are too many."""
        lead = action.lead
        hit = lead.passage.hit
        chunks = self.pipeline.searcher.document(self.query, hit.document.id)
        beside = siblings(chunks, hit.chunk, lead.text)
        items = meant(self.query.text, beside, self.terms)
        if len(items) == len(beside) and not action.whole:
            items = []
        if not 2 <= len(items) <= MAX_ROWS:
            items = []
        units = tuple(_unit(item, lead) for item in items)
        hits = {unit.passage.hit.chunk.id: unit.passage.hit for unit in units}
        # What was read stands or falls with the unit that led there.
        weighed = self.pipeline.ranker.weigh(self.query.text, (lead,))
        return Finding(action, tuple(hits.values()), units, weighed.sufficiency)

    def probe(self, words: str, name: str, known: str) -> float:
        """How well `words` are met beside a name, by terms alone: a share in [0, 1].

        Divided by the number of documents that have the name: one that stands everywhere leads
        nowhere. 0 when no passage but the `known` one (a chunk id) has it.
        """
        wanted = self.terms(words)
        sparse = self.pipeline.searcher.sparse.query(f"{words} {name}")
        hits = [
            hit
            for hit in self.pipeline.searcher.index.search(None, sparse, self.query.scope, _PROBED)
            if hit.chunk.id != known and has_name(hit.in_place, name)
        ]
        documents = {hit.document.id for hit in hits}
        shares = [len(wanted & self.terms(hit.in_place)) / max(1, len(wanted)) for hit in hits]
        if not hits or not self.terms(name) or len(documents) > GENERIC:
            return 0.0
        return (FLOOR + (1 - FLOOR) * max(shares)) / len(documents)

    def terms(self, text: str) -> frozenset[int]:
        """Content terms of a text, stemmed."""
        return self.pipeline.searcher.sparse.terms(text)


def _is_behind(action: SearchAction, hit: ScoredChunk) -> bool:
    """True for a passage that has the bridge's name and did not give it.

    The other side of a comparison is told in another document.
    """
    if action.purpose == "counterpart":
        return all(hit.document.id != source.passage.hit.document.id for source in action.sources)
    sources = {source.passage.hit.chunk.id for source in action.sources}
    return hit.chunk.id not in sources and has_name(hit.in_place, action.name)


def _unit(item: Item, lead: Unit) -> Unit:
    """An item as evidence; it is ranked with the unit that led to it."""
    passage = Passage(lead.passage.number, item.hit)
    return replace(lead, passage=passage, start=item.start, end=item.end, text=item.text, fits=True)
