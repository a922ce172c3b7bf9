"""How many false claims get past the checker, and how many true ones it rejects."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from rich.console import Console
from rich.table import Table

from app.bootstrap import Application
from eval.dataset import GoldFinder
from eval.models import EvalCase, Span
from eval.plant import SUPPORTED, UNSUPPORTED
from ingestion.chunk import chunk
from ingestion.models import Chunk, Document, ScoredChunk
from retrieval.check import CheckedClaim, ClaimChecker
from retrieval.models import Passage

SEED = 20260101


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A quote with the passage that holds it."""

    text: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """A claim that cites a passage, and whether the passage supports it."""

    kind: str
    text: str
    passage: Passage
    supported: bool


@dataclass(frozen=True, slots=True)
class Detection:
    """Of `n` claims of one kind, `passed` would reach the reader."""

    kind: str
    supported: bool
    n: int
    passed: int


def known_claims(quotes: Sequence[GoldQuote], seed: int = SEED) -> Iterator[KnownClaim]:
    """Every variant of every quote, and each quote with passages of others; the same each time."""
    random = Random(seed)
    for quote in quotes:
        around = quote.passage.hit.chunk.text
        for kind, make in SUPPORTED.items():
            for text in make(quote.text, around, random):
                yield KnownClaim(kind, text, quote.passage, True)
        for kind, make in UNSUPPORTED.items():
            for text in make(quote.text, around, random):
                # What is changed can still be true: another cell has the same value.
                if text.lower() not in around.lower():
                    yield KnownClaim(kind, text, quote.passage, False)
        for kind, others in _elsewhere(quote, quotes):
            if others:
                yield KnownClaim(kind, random.choice(others).text, quote.passage, False)


def detections(
    claims: Sequence[KnownClaim],
    checker: ClaimChecker,
    on_claim: Callable[[], object] = lambda: None,
) -> list[Detection]:
    """Counts by kind, true claims first. A claim passes when all that it is split into holds."""
    passed: dict[tuple[str, bool], list[bool]] = {}
    for claim in claims:
        held = _passes(checker.claims(claim.text, [claim.passage]))
        passed.setdefault((claim.kind, claim.supported), []).append(held)
        on_claim()
    return [
        Detection(kind, supported, len(held), sum(held))
        for (kind, supported), held in sorted(passed.items(), key=lambda item: not item[0][1])
    ]


def gold_quotes(app: Application, cases: Sequence[EvalCase]) -> list[GoldQuote]:
    """Every gold quote once that lies in one passage, with that passage."""
    gold = GoldFinder(app)
    spans = dict.fromkeys(span for case in cases for span in gold.spans(case))
    documents = {record.document.uri: record.document for record in app.manifest.records()}
    pieces: dict[str, tuple[Chunk, ...]] = {}
    quotes = []
    for span in spans:
        document = documents[span.document]
        if document.uri not in pieces:
            pieces[document.uri] = _chunks(app, document)
        if passage := _holder(span, document, pieces[document.uri]):
            text = gold.texts[span.document][span.start : span.end]
            quotes.append(GoldQuote(text, passage))
    return quotes


def show_claims(console: Console, found: Sequence[Detection]) -> None:
    """A line for each kind, and the two rates that count."""
    table = Table("Claims", "n", "passed", "share", title="Claims whose truth is known")
    for column in table.columns[1:]:
        column.justify = "right"
    for supported, label in ((True, "supported"), (False, "unsupported")):
        members = [line for line in found if line.supported == supported]
        for line in members:
            table.add_row(f"{label}: {line.kind}", *_cells(line.n, line.passed))
        table.add_row(
            f"[bold]{label}: all[/bold]",
            *_cells(sum(line.n for line in members), sum(line.passed for line in members)),
            end_section=True,
        )
    console.print(table)


def _cells(n: int, passed: int) -> tuple[str, str, str]:
    return str(n), str(passed), f"{passed / n:.1%}" if n else "-"


def _passes(claims: Sequence[CheckedClaim]) -> bool:
    return bool(claims) and all(claim.holds for claim in claims)


def _elsewhere(
    quote: GoldQuote, quotes: Sequence[GoldQuote]
) -> Iterator[tuple[str, list[GoldQuote]]]:
    """Quotes that the passage does not hold: of any document, and of the same one."""
    mine = quote.passage.hit
    others = [q for q in quotes if q.text.lower() not in mine.chunk.text.lower()]
    yield "of_another_passage", others
    same = [q for q in others if q.passage.hit.document.id == mine.document.id]
    yield "of_the_same_document", same


def _chunks(app: Application, document: Document) -> tuple[Chunk, ...]:
    parsed = app.manifest.parsed(document.id, document.version)
    return chunk(document, parsed, app.ingestion.chunker) if parsed else ()


def _holder(span: Span, document: Document, pieces: Sequence[Chunk]) -> Passage | None:
    """The first passage that holds the whole quote."""
    for piece in pieces:
        if piece.start <= span.start and span.end <= piece.end:
            return Passage(1, ScoredChunk(piece, document, 1.0))
    return None
