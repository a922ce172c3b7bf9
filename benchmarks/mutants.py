"""Bugs that a hurried change could bring: one place of the source each."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug: `before` stands once in `file` and becomes `after`.

    `reingests`: it is on a document's way in, so the index is built again. `blind`: why the few
    cases here do not show it; without a reason they must.
    """

    name: str
    what: str
    file: str
    before: str
    after: str
    reingests: bool = False
    blind: str = ""

    def apply(self, root: Path) -> None:
        """Change the file below `root`. Raises ValueError when the place is not there once."""
        if not self.file:
            return
        path = root / self.file
        source = path.read_text(encoding="utf-8")
        if source.count(self.before) != 1:
            raise ValueError(f"{self.name}: {self.before!r} is not once in {self.file}")
        path.write_text(source.replace(self.before, self.after), encoding="utf-8")


CONTROL = Mutant("unchanged", "", "", "", "")

MUTANTS = (
    Mutant(
        "groups-dropped",
        "the filter on groups is left out",
        "ingestion/index/edge_filters.py",
        '        qe.FieldCondition(key="groups", match=qe.MatchAny(list(scope.groups))),\n',
        "",
    ),
    Mutant(
        "as-of-inverted",
        "documents are in force before they begin",
        "ingestion/index/edge_filters.py",
        '"effective_from", qe.RangeDateTime(lte=timestamp(day))',
        '"effective_from", qe.RangeDateTime(gte=timestamp(day))',
    ),
    Mutant(
        "superseded-shown",
        "what a newer document replaces is found as well, and what has ended",
        "ingestion/index/edge_filters.py",
        "must += [_begun(scope.as_of), _not_ended(scope.as_of)]",
        "must += [_begun(scope.as_of)]",
    ),
    Mutant(
        "rerank-reversed",
        "passages are ordered worst first",
        "retrieval/rerank.py",
        "key=lambda hit: order.get(hit.chunk.id, last))",
        "key=lambda hit: order.get(hit.chunk.id, last), reverse=True)",
    ),
    Mutant(
        "sparse-only",
        "fusion gets the BM25 list alone",
        "retrieval/search.py",
        'None if self.lists == "sparse" else vector, terms',
        "None, terms",
    ),
    Mutant(
        "threshold-ignored",
        "any confidence is enough to answer",
        "retrieval/sufficiency.py",
        "and sure >= threshold:",
        "and sure >= 0.0:",
    ),
    Mutant(
        "history-ignored",
        "a question is asked without its conversation",
        "retrieval/pipeline.py",
        "self.condenser.condense(query.text, query.history)",
        "self.condenser.condense(query.text, ())",
        blind="four of seven conversations fall and none rises; the gate wants five. All cases "
        "have 16 conversations.",
    ),
    Mutant(
        "quotes-cut",
        "a footnote shows the first 40 characters of its quote",
        "retrieval/cite.py",
        "cited_text=chunk.quote(source.start, source.end),",
        "cited_text=chunk.quote(source.start, source.end)[:40],",
    ),
    Mutant(
        "span-off-by-one",
        "a chunk says that it begins one character later",
        "ingestion/chunk.py",
        "        start=start,\n        end=end,\n",
        "        start=start + 1,\n        end=end,\n",
        reingests=True,
    ),
    Mutant(
        "rows-without-header",
        "table rows lose the names of their columns",
        "ingestion/parse/builder.py",
        'parts.append(f"{name}: {cell}" if name else cell)',
        "parts.append(cell)",
        reingests=True,
    ),
    Mutant(
        "headings-lost",
        "a chunk is embedded without title and headings",
        "ingestion/chunk.py",
        'return " > ".join(place) + "\\n" + piece.text if place else piece.text',
        "return piece.text",
        reingests=True,
        blind="some cases fall and nearly as many rise: the reranker reads the headings anyway.",
    ),
    Mutant(
        "chunk-tail-lost",
        "the last sentence of a chunk is lost",
        "ingestion/chunk.py",
        "yield tuple(units[first:stop])",
        "yield tuple(units[first : max(first + 1, stop - 1)])",
        reingests=True,
    ),
    Mutant(
        "claims-unchecked",
        "every claim counts as supported",
        "retrieval/check.py",
        'return Verification("unsupported", "lexical", share, found)',
        'return Verification("supported", "lexical", share, found)',
        blind="quotes are always supported; it takes a model that writes, or planted claims: "
        "`python -m eval claims` and tests/retrieval see it.",
    ),
)
