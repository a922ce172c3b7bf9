"""Arithmetic over quoted figures, where the question asks for it and the operands are clear."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestion.embed import Bm25Encoder
from retrieval.answers import Calculation, Statement
from retrieval.calculate.arithmetic import result, written
from retrieval.calculate.asked import Asked, asked
from retrieval.calculate.columns import Columns
from retrieval.calculate.dates import dated
from retrieval.calculate.matching import Matching
from retrieval.calculate.operands import Group, Operands
from retrieval.calculate.quantity import Quantity
from retrieval.calculate.rates import Found, Rates
from retrieval.calculate.sources import Source, best, sources, terms
from retrieval.models import Evidence


@dataclass(frozen=True, slots=True)
class Calculator:
    """Works out what a question asks for over figures that the documents give.

    `sparse` tells content words and stems them, in the documents' language; the wordings by which
    a question asks are English.
    """

    sparse: Bm25Encoder

    def statements(self, evidence: Evidence, quotes: Sequence[Statement]) -> tuple[Statement, ...]:
        """The calculation as a statement that cites its operands, after the operands' quotes that
        `quotes` lack. Empty where the question asks for none or an operand is not clear."""
        found = sources(evidence, quotes, self.sparse)
        columns = Columns(evidence.question, lambda text: terms(text, self.sparse))
        leading = tuple(s for s in best(evidence, found) if columns.about(s))
        worked_out: list[Statement] = []
        used: list[Source] = []
        for operation, group in self._found(evidence, columns, found, leading):
            given = [chosen.figure for chosen in group]
            outcome = result(operation, given)
            if outcome is None:
                continue
            operands = tuple(chosen.operand() for chosen in group)
            calculation = Calculation(operation, operands, outcome, evidence.question)
            from_documents = [chosen.source for chosen in group if chosen.source is not None]
            passages = tuple(dict.fromkeys(s.passage.number for s in from_documents))
            worked_out.append(Statement(written(calculation, given), passages, calculation))
            used += from_documents
        missing = dict.fromkeys(
            Statement(source.text, (source.passage.number,)) for source in used if not source.quoted
        )
        return (*missing, *worked_out)

    def _found(
        self,
        evidence: Evidence,
        columns: Columns,
        found: Sequence[Source],
        leading: Sequence[Source],
    ) -> Iterator[Found]:
        rates = Rates(columns, found, leading)
        wish = asked(evidence.question, self.sparse.is_content)
        if wish is None:
            single = (rates.product(), rates.percentage(), dated(evidence.question, leading))
        elif wish.sought == "rest":
            single = (rates.rest(), None, None)
        else:
            groups = Operands(columns, Matching(columns, evidence.as_of), found, leading).of(wish)
            yield from (ordered for group in groups if (ordered := _ordered(wish, group)))
            return
        yield from (one for one in single if one is not None)


def _ordered(wish: Asked, group: Group) -> Found | None:
    """The operands in the order in which they are reckoned with; None for a rise that is a fall."""
    if wish.sought == "sum":
        return "sum", group
    values = [chosen.figure.value for chosen in group if isinstance(chosen.figure, Quantity)]
    if len(values) != 2:
        return None
    grows = values[1] > values[0]
    if (wish.sought, grows) in (("rise", False), ("fall", True)):
        return None
    return "difference", group[::-1] if grows else group
