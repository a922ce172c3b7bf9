"""Faults on a document's way in."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap import Application
from eval.dataset import load_cases
from eval.labs.bench import Bench, ingest
from eval.labs.lab import Lab, Move
from ingestion.models import Block, ParsedDocument
from ingestion.parse import parse

Broken = Callable[[Bench, Application], AbstractContextManager[Application]]


def _chunked(**sizes: int) -> Broken:
    return lambda bench, _: bench.rebuilt(dict(sizes))


def _without_headers(name: str, data: bytes) -> ParsedDocument:
    """A reader that gives a table's rows as bare values."""
    parsed = parse(name, data)
    text, blocks = "", []
    for block in parsed.blocks:
        piece = parsed.text[block.start : block.end]
        if block.kind == "table_row":
            piece = " | ".join(cell.split(": ", 1)[-1] for cell in piece.split(" | "))
        text += "\n" if text else ""
        blocks.append(replace(block, start=len(text), end=len(text) + len(piece)))
        text += piece
    return replace(parsed, text=text, blocks=tuple(blocks))


def _without_headings(name: str, data: bytes) -> ParsedDocument:
    """A reader that takes headings for paragraphs."""

    def flat(block: Block) -> Block:
        return replace(block, kind="paragraph", level=0) if block.kind == "heading" else block

    parsed = parse(name, data)
    return replace(parsed, blocks=tuple(flat(block) for block in parsed.blocks))


@contextmanager
def _lost_headers(bench: Bench, _: Application) -> Iterator[Application]:
    with bench.copied() as app:
        app = replace(app, ingestion=replace(app.ingestion, reader=_without_headers))
        for record in app.manifest.records():
            parsed = app.manifest.parsed(record.document.id, record.document.version)
            if parsed and any(block.kind == "table_row" for block in parsed.blocks):
                app.ingestion.remove_exclusively(record.document.id)
        ingest(app, bench.files, bench.root)
        yield app


def _lost_headings(bench: Bench, _: Application) -> AbstractContextManager[Application]:
    return bench.rebuilt(ingestion=lambda healthy: replace(healthy, reader=_without_headings))


@contextmanager
def _stale(bench: Bench, _: Application) -> Iterator[Application]:
    """The index has an older edition, in which every number that a case asks for was another."""
    with TemporaryDirectory(prefix="footnote-lab-") as folder:
        root = Path(folder).resolve()
        shutil.copytree(bench.root / "sample_docs", root / "sample_docs")
        older = list(_older_editions(root))
        with bench.copied(root) as app:
            ingest(app, older, root)
            for path in older:
                shutil.copy(bench.root / path.relative_to(root), path)
            yield app


def _older_editions(root: Path) -> Iterator[Path]:
    quotes: dict[str, list[str]] = {}
    for case in load_cases():
        for gold in case.gold_spans if case.split == "dev" else ():
            quotes.setdefault(gold.document, []).append(gold.quote)
    for uri, wanted in quotes.items():
        path = root / uri
        if path.suffix in (".md", ".txt"):
            text = path.read_text(encoding="utf-8")
            older = text
            for quote in wanted:
                older = older.replace(quote, re.sub(r"\d", _next_digit, quote))
            if older != text:
                path.write_text(older, encoding="utf-8")
                yield path


def _next_digit(digit: re.Match[str]) -> str:
    return str((int(digit[0]) + 1) % 10)


LABS = (
    Lab(
        "lost-table-headers",
        "Table rows are read without their headers",
        _lost_headers,
        moves=(Move("recall_at_5", -1, 0.2), Move("correctness", -1, 0.1)),
        holds=("verbatim_quotes", "leaks"),
        blamed="parse",
        categories=("table_lookup", "list_all", "exact_identifier", "superseded", "negation"),
    ),
    Lab(
        "lost-heading-path",
        "Headings are read as paragraphs",
        _lost_headings,
        moves=(Move("ndcg_at_10", -1, 0.03), Move("correctness", -1, 0.05)),
        holds=("over_refusal", "verbatim_quotes", "leaks"),
        blamed=None,
    ),
    Lab(
        "tiny-chunks",
        "Chunks of 80 characters",
        _chunked(chunk_max_chars=80, chunk_overlap_chars=0),
        moves=(
            Move("recall_at_5", -1, 0.3),
            Move("correctness", -1, 0.15),
            Move("over_refusal", 1, 0.05),
        ),
        holds=("verbatim_quotes", "leaks"),
        blamed="chunk",
    ),
    Lab(
        "huge-chunks",
        "Chunks of 4,000 characters",
        _chunked(chunk_max_chars=4000, chunk_overlap_chars=0),
        moves=(Move("citation_recall", -1, 0.05),),
        holds=("over_refusal", "leaks"),
        blamed=None,
    ),
    Lab(
        "chunk-overlap",
        "Chunks without overlap",
        _chunked(chunk_overlap_chars=0),
        moves=(),
        holds=("recall_at_5", "correctness", "over_refusal", "leaks"),
        blamed=None,
    ),
    Lab(
        "stale-index",
        "The documents changed, the index did not",
        _stale,
        moves=(Move("correctness", -1, 0.1), Move("recall_at_5", -1, 0.1)),
        holds=("over_refusal", "verbatim_quotes", "leaks"),
        blamed="index",
    ),
)
