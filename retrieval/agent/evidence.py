"""From the agent's findings to the evidence that the single pass answers from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingestion.models import ScoredChunk
from retrieval.agent.notebook import Finding, Notebook, SearchAction, best_bridge
from retrieval.models import Evidence, PartEvidence
from retrieval.numbering import Numbering
from retrieval.pipeline import RagPipeline
from retrieval.rerank import by_turns

_WORD = re.compile(r"\w+")

PARALLEL = 0.5
"""Two sides of a comparison share so many of their words where they stand side by side."""


def join(notebook: Notebook, pipeline: RagPipeline) -> Evidence:
    """Passages of all steps, numbered once, and the parts that may be quoted."""
    numbers = Numbering()
    found = _chosen(notebook)
    read = next((finding for finding in notebook.reads() if finding.units), None)
    if notebook.of("model"):
        return _of_model(notebook, pipeline, numbers)
    bridge = best_bridge(notebook)
    if read is not None:
        parts = _listed(read, numbers)
        ranked = _in_order([read.ranking, *(finding.ranking for finding in found)])
    else:
        parts = [_part(finding, pipeline, numbers) for finding in found]
        rankings = [list(finding.ranking) for finding in found]
        if bridge is not None:
            parts = _hop(parts, bridge, pipeline, numbers)
            rankings = [_with_sources(found[0].ranking, bridge), _bridged(bridge)]
        ranked = tuple(by_turns(rankings))
    if not parts:
        parts = [pipeline.ranker.weigh(notebook.query.text, ())]
    return _evidence(notebook, numbers, parts, ranked)


def _of_model(notebook: Notebook, pipeline: RagPipeline, numbers: Numbering) -> Evidence:
    """One part: the model's searches serve the question, they are not questions of the user."""
    for finding in notebook.findings:
        numbers.add(finding.ranking[: pipeline.passages])
    surest = max(notebook.findings, key=lambda finding: finding.sufficiency.confidence)
    units = sorted(
        (unit for finding in notebook.findings for unit in finding.units),
        key=lambda unit: -unit.score,
    )
    part = PartEvidence(notebook.query.text, numbers.units(units), surest.sufficiency)
    ranked = tuple(by_turns([finding.ranking for finding in notebook.findings]))
    return _evidence(notebook, numbers, [part], ranked)


def _evidence(
    notebook: Notebook,
    numbers: Numbering,
    parts: Sequence[PartEvidence],
    ranked: tuple[ScoredChunk, ...],
) -> Evidence:
    asked, passages = notebook.query, numbers.passages
    return Evidence(asked.text, passages, tuple(parts), ranked, asked.as_of)


def _chosen(notebook: Notebook) -> list[Finding]:
    """A finding for each part; a counterpart takes its part's place when it is surer."""
    found = notebook.of("part") or notebook.of("model")
    for other in notebook.of("counterpart"):
        if isinstance(other.action, SearchAction):
            side = other.action.side
            if found[side].sufficiency.enough and _is_parallel(other, other.action):
                found[side] = other
    return found


def _is_parallel(found: Finding, action: SearchAction) -> bool:
    """True when the other side is told in the words of the first one."""
    best = next((unit for unit in found.units if unit.fits), None)
    if best is None or not found.sufficiency.enough:
        return False
    asked, said = (set(_WORD.findall(u.text.lower())) for u in (action.sources[0], best))
    words = {word for word in asked if word.isalpha()}
    return len(words & said) >= PARALLEL * len(words)


def _part(finding: Finding, pipeline: RagPipeline, numbers: Numbering) -> PartEvidence:
    numbers.add(finding.ranking[: pipeline.passages])
    action = finding.action
    question = action.question if isinstance(action, SearchAction) else ""
    return PartEvidence(question, numbers.units(finding.units), finding.sufficiency)


def _listed(read: Finding, numbers: Numbering) -> list[PartEvidence]:
    """Each row is a part of its own, so that every one is quoted, whatever its rank."""
    return [
        PartEvidence(unit.text, numbers.units((unit,)), read.sufficiency) for unit in read.units
    ]


def _hop(
    parts: list[PartEvidence], bridge: Finding, pipeline: RagPipeline, numbers: Numbering
) -> list[PartEvidence]:
    """What the first search found, the units that gave the bridge, and the answer behind it.

    Where the first search was not enough by itself, only the bridge is left of it.
    """
    action = bridge.action
    assert isinstance(action, SearchAction)
    first = [part for part in parts if part.sufficiency.enough]
    sources = [replace(unit, fits=True) for unit in action.sources]
    source = PartEvidence(action.question, numbers.units(sources), bridge.sufficiency)
    return [*first, source, _part(bridge, pipeline, numbers)]


def _with_sources(ranking: tuple[ScoredChunk, ...], bridge: Finding) -> list[ScoredChunk]:
    """A ranking that begins with the passages that gave the bridge."""
    action = bridge.action
    sources = action.sources if isinstance(action, SearchAction) else ()
    return _unique([*(unit.passage.hit for unit in sources), *ranking])


def _bridged(bridge: Finding) -> list[ScoredChunk]:
    """The bridge's passages: those of its units first, for they alone name it."""
    return _unique([*(unit.passage.hit for unit in bridge.units), *bridge.ranking])


def _in_order(rankings: Iterable[Iterable[ScoredChunk]]) -> tuple[ScoredChunk, ...]:
    return tuple(_unique([hit for ranking in rankings for hit in ranking]))


def _unique(hits: Iterable[ScoredChunk]) -> list[ScoredChunk]:
    return list({hit.chunk.id: hit for hit in hits}.values())
