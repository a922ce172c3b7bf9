"""Which figures a sum or a difference is over: rows of one table, cells of one row, sentences.

Each thing that the question names must be met by exactly one row (cell, sentence), and the
question's words must decide between columns. Where they do not, there are no operands: a wrong
calculation is worse than none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.calculate.asked import Asked, Item
from retrieval.calculate.columns import Columns
from retrieval.calculate.matching import Matching, names
from retrieval.calculate.quantity import MEASURES, Quantity
from retrieval.calculate.sources import Chosen, Source
from retrieval.notation import CURRENCIES

Group = tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class Operands:
    """Finds operands among the sources. `best` are the best units of the question's parts."""

    columns: Columns
    matching: Matching
    found: Sequence[Source]
    best: Sequence[Source]

    def of(self, asked: Asked) -> tuple[Group, ...]:
        """The operands: one group, or one for each currency; none where it is not clear."""
        for way in (self._rows, self._cells, self._sentences, self._one_sentence):
            ways = (group for reading in asked.readings for group in way(reading))
            groups = {tuple(chosen.figure.text for chosen in group): group for group in ways}
            if groups:
                # Several are clear only when they are the same in several currencies.
                units = {unit for group in groups.values() for unit in _currencies(group)}
                return tuple(groups.values()) if len(groups) in (1, len(units)) else ()
        if not asked.readings and asked.pair and asked.sought == "sum":
            return tuple(self._both())
        return ()

    def _rows(self, items: Sequence[Item]) -> Iterator[Group]:
        """A row for each item, all of the first table that has one for each."""
        for table in dict.fromkeys(s.table for s in self.found if s.quoted and s.table):
            rows = [s for s in self.found if s.table == table and self.columns.fields(s)]
            met = self.matching.meet(items, rows)
            if met is None or not any(row.quoted for row in met):
                continue
            named = frozenset[int]().union(*self.matching.own(items))
            for field in self.columns.decide(met, named):
                yield tuple(Chosen(self.columns.fields(row)[field], row) for row in met)
            return

    def _cells(self, items: Sequence[Item]) -> Iterator[Group]:
        """A cell for each item, of the best row: its columns are the things that are compared."""
        own = self.matching.own(items)
        for row in self.best:
            fields = self.columns.fields(row) if row.table else {}
            heads = {field: self.columns.terms(field) for field in fields}
            hits = [[f for f, words in heads.items() if names(mine, words)] for mine in own]
            if not all(len(hit) == 1 for hit in hits):
                continue
            chosen = [fields[hit[0]] for hit in hits]
            if len({hit[0] for hit in hits}) == len(items) and len({q.unit for q in chosen}) == 1:
                yield tuple(Chosen(quantity, row) for quantity in chosen)
                return

    def _sentences(self, items: Sequence[Item]) -> Iterator[Group]:
        """A sentence for each item, each with one amount in the unit that they share."""
        near = [s for s in self.found if s.table is None and (s.quoted or s.near)]
        for unit in self._units(near):
            met = self.matching.meet(items, [s for s in near if len(s.amounts(unit)) == 1])
            if met and any(s.quoted for s in met) and self._same_matter(items, met):
                yield tuple(Chosen(sentence.amounts(unit)[0], sentence) for sentence in met)

    def _same_matter(self, items: Sequence[Item], met: Sequence[Source]) -> bool:
        """All speak of something that the question asks about, beside the items themselves."""
        texts = " ".join(item.text for item in items)
        matter = self.columns.asked() - self.columns.terms(texts)
        return bool(matter.intersection(*(source.about for source in met)))

    def _one_sentence(self, items: Sequence[Item]) -> Iterator[Group]:
        """A quoted sentence that names all items and has one amount for each."""
        own = self.matching.own(items)
        for source in self.found:
            if (
                source.quoted
                and source.table is None
                and all(names(mine, source.terms) for mine in own)
            ):
                yield from self._all_of(source, len(items))

    def _both(self) -> Iterator[Group]:
        for source in self.best:
            if source.table is None:
                yield from self._all_of(source, 2)

    def _all_of(self, source: Source, count: int) -> Iterator[Group]:
        """All amounts of a sentence, where they are so many and have one unit."""
        units = self._units([source])
        if len(units) == 1 and len(source.amounts(units[0])) == count:
            yield tuple(Chosen(quantity, source) for quantity in source.amounts(units[0]))

    def _units(self, near: Sequence[Source]) -> list[str]:
        """Units in which sentences give amounts and that the question may ask for: a usual
        measure, or a noun of the question ("how many calls")."""
        asked = self.columns.asked()
        held = {
            figure.unit: figure
            for source in near
            for figure in source.figures
            if isinstance(figure, Quantity) and figure.unit and self.columns.open_to(figure)
        }
        known = [u for u in held if u in MEASURES or self.columns.terms(u) & asked]
        return self.columns.of_kind(known, held)


def _currencies(group: Group) -> frozenset[str]:
    units = {c.figure.unit for c in group if isinstance(c.figure, Quantity)}
    return frozenset(units & CURRENCIES)
