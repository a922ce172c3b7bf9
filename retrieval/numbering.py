"""The numbers by which passages are cited."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ingestion.models import ScoredChunk
from retrieval.models import Passage, Unit


@dataclass(slots=True)
class Numbering:
    """Numbers passages from 1 in the order in which they come, each once."""

    _by_id: dict[str, Passage] = field(default_factory=dict)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All of them, by number."""
        return tuple(self._by_id.values())

    def add(self, hits: Iterable[ScoredChunk]) -> None:
        """Give a number to those that have none."""
        for hit in hits:
            self._by_id.setdefault(hit.chunk.id, Passage(len(self._by_id) + 1, hit))

    def units(self, units: Iterable[Unit]) -> tuple[Unit, ...]:
        """The units with the numbers of their passages, which are added where they are new."""
        kept = tuple(units)
        self.add(unit.passage.hit for unit in kept)
        return tuple(replace(u, passage=self._by_id[u.passage.hit.chunk.id]) for u in kept)
