"""What each step is worth: the same cases, with one step more from row to row.

Rows that differ only after the search share what was found, so that nothing is read twice.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.bootstrap import Application
from eval.dataset import GoldFinder
from eval.measures import COLUMNS, summarise
from eval.models import CaseResult, EvalCase, Measure
from eval.results_table import cell
from eval.runner import measure, query_of
from retrieval.answers import Answer
from retrieval.generate.extractive import ExtractiveGenerator, ExtractiveOptions
from retrieval.generate.windows import WindowOptions
from retrieval.models import Evidence, Query
from retrieval.pipeline import RagPipeline
from retrieval.search import Lists


@dataclass(frozen=True, slots=True)
class Row:
    """A pipeline under a name. Rows with the same `search` find the same."""

    name: str
    search: str
    pipeline: Callable[[RagPipeline], RagPipeline]
    agent: bool = False


def rows() -> tuple[Row, ...]:
    """From one list of BM25 to the whole pipeline; then the whole one with a change."""

    def searching(lists: Lists, *, rerank: bool = False) -> Callable[[RagPipeline], RagPipeline]:
        def change(rag: RagPipeline) -> RagPipeline:
            ranker = rag.ranker if rerank else replace(rag.ranker, reranker=None)
            searcher = replace(rag.searcher, lists=lists)
            return replace(rag, searcher=searcher, ranker=ranker, normaliser=None, decomposes=False)

        return change

    return (
        Row("BM25", "bm25", searching("sparse")),
        Row("vectors", "vectors", searching("dense")),
        Row("both, fused", "fused", searching("hybrid")),
        Row("+ reranker", "reranked", searching("hybrid", rerank=True)),
        Row("+ typing errors, abbreviations", "mended", lambda r: replace(r, decomposes=False)),
        Row("+ parts of a question = all", "all", lambda rag: rag),
        Row("all, without abstention", "all", _never_abstaining),
        Row("all, quoting single sentences", "all", _single_sentences),
        Row("all, without calculations", "all", lambda r: _quoting(r, ExtractiveGenerator())),
        Row("all, without notes", "all", lambda r: replace(r, reader=None)),
        Row("all, as an agent", "agent", lambda rag: rag, agent=True),
    )


def ablate(
    app: Application, cases: Sequence[EvalCase], on_case: Callable[[EvalCase], object]
) -> dict[str, list[CaseResult]]:
    """The results of every row, in the order of the cases. For the extractive generator."""
    gold = GoldFinder(app)
    table = [(row, row.pipeline(app.rag)) for row in rows()]
    results: dict[str, list[CaseResult]] = {row.name: [] for row, _ in table}
    for case in cases:
        found: dict[str, Evidence] = {}
        for row, pipeline in table:
            answer = _ask(app, row, pipeline, query_of(case), found)
            results[row.name].append(measure(app, case, gold.spans(case), answer))
        on_case(case)
    return results


def _ask(
    app: Application, row: Row, pipeline: RagPipeline, query: Query, found: dict[str, Evidence]
) -> Answer:
    if row.agent:
        return app.agent.ask(query)

    def gather(asked: Query) -> Evidence:
        if row.search not in found:
            found[row.search] = pipeline.gather(asked)
        return _weighed(pipeline, found[row.search])

    return pipeline.answer(query, gather)


def _weighed(pipeline: RagPipeline, evidence: Evidence) -> Evidence:
    """The evidence under the pipeline's own threshold, which the finder's may differ from."""
    parts = [pipeline.ranker.weigh(part.question, part.units) for part in evidence.parts]
    return replace(evidence, parts=tuple(parts))


def _never_abstaining(rag: RagPipeline) -> RagPipeline:
    options = replace(rag.ranker.options, threshold=0.0)
    return replace(rag, ranker=replace(rag.ranker, options=options))


def _single_sentences(rag: RagPipeline) -> RagPipeline:
    alone = ExtractiveOptions(window=WindowOptions(max_chars=0))
    assert isinstance(rag.fallback, ExtractiveGenerator)
    return _quoting(rag, replace(rag.fallback, options=alone))


def _quoting(rag: RagPipeline, generator: ExtractiveGenerator) -> RagPipeline:
    return replace(rag, generator=generator, fallback=generator)


def ablation_json(results: Mapping[str, Sequence[CaseResult]]) -> str:
    """By row and measure, means with their intervals."""
    content = {}
    for name, found in results.items():
        measures = summarise(found)
        content[name] = {key: asdict(measures[key]) for key in COLUMNS}
    return json.dumps(content, indent=1) + "\n"


def show_ablation(console: Console, results: Mapping[str, Sequence[CaseResult]]) -> None:
    """A line for each row; means only, the file has the intervals."""
    table = Table(title=f"{len(next(iter(results.values())))} cases")
    table.add_column("Pipeline", min_width=16)
    for heading in COLUMNS.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for name, found in results.items():
        measures = summarise(found)
        table.add_row(name, *(cell(measures[key].mean) for key in COLUMNS))
    console.print(table)


def render_ablation(summary: Path) -> str:
    """A Markdown table from a committed file: means, with the interval of right answers."""
    content = json.loads(summary.read_text(encoding="utf-8"))
    lines = [f"| Pipeline | {' | '.join(COLUMNS.values())} |", f"|---|{'---|' * len(COLUMNS)}"]
    for name, measures in content.items():
        cells = [_with_interval(Measure(**measures[key])) for key in COLUMNS]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _with_interval(measure: Measure) -> str:
    if measure.mean is None:
        return "-"
    return f"{measure.mean:.2f} [{measure.low:.2f}, {measure.high:.2f}]"
