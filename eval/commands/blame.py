"""python -m eval blame: one case, stage by stage, with what would have made it right."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.blame import Inquest, inquire
from eval.dataset import CASES, CaseError, GoldFinder, load_cases
from eval.models import CaseResult, EvalCase, Span
from eval.runner import Mode, measure, query_of, span_of
from eval.session import application
from eval.trace import Trace, trace
from ingestion.models import ScoredChunk
from retrieval.models import PartEvidence

_WIDTH = 90


def blame(
    case_id: Annotated[str, typer.Argument(help="A case's id, such as dev-006.")],
    cases: Annotated[Path, typer.Option(help="A JSONL file of cases, or a folder.")] = CASES,
    docs: Annotated[
        Path, typer.Option(help="The documents that the cases are about; ingested first.")
    ] = Path("sample_docs"),
    mode: Annotated[Mode, typer.Option(help="One pass, or the agent.")] = "single",
    rows: Annotated[int, typer.Option(min=1, help="Candidates and sentences to show.")] = 8,
) -> None:
    """Show a case stage by stage, what was tried in a stage's place, and which one is to blame."""
    console = Console(highlight=False)
    with application(docs, console) as app:
        case = _named(load_cases(cases), case_id)
        gold = GoldFinder(app).found(case)
        found = trace(app, query_of(case), mode)
        result = measure(app, case, gold, found.answer)
        show_trace(console, result, found, app.settings.evidence_threshold, rows)
        show_inquest(console, inquire(app, result, found, mode))


def show_trace(
    console: Console, result: CaseResult, found: Trace, threshold: float, rows: int
) -> None:
    """What every stage gave to the next; gold is marked with a star."""
    case = result.case
    _heading(console, f"{case.id}: {case.category}, {case.split}")
    _line(console, "asked", case.question)
    _line(console, "expected", case.ground_truth)
    _line(console, "must state", str(case.must_include))
    if case.must_not_include:
        _line(console, "must not state", str(case.must_not_include))
    for span, quote in zip(result.gold, case.gold_spans, strict=True):
        where = f"{span.start}-{span.end}" if span.end > span.start else "not in the parsed text"
        _line(console, f"gold * {span.document} {where}", quote.quote)
    _heading(console, "condense, normalise")
    _line(console, "searched for", found.asked.text)
    groups = ", ".join(found.asked.principal.groups)
    _line(console, "seen by", f"{groups}, as of {found.evidence.as_of or 'any day'}")
    _candidates(console, result.gold, found, rows)
    for part in found.evidence.parts:
        _part(console, result.gold, part, threshold, rows)
    _written(console, found)


def show_inquest(console: Console, inquest: Inquest | None) -> None:
    """The trials with their outcome, and the verdict."""
    _heading(console, "blame")
    if inquest is None:
        console.print("The case is right: there is nothing to blame.")
        return
    for trial in inquest.trials:
        outcome = "right" if trial.right else "still not right"
        _line(console, f"{trial.stage}: {trial.given}", f"{outcome}: {_cut(trial.text)}")
    then = f" (then {inquest.blame.then})" if inquest.blame.then else ""
    console.print(f"[bold]{inquest.blame.stage}[/bold]{then}: {inquest.blame.reason}", style="red")


def _named(cases: list[EvalCase], name: str) -> EvalCase:
    found = next((case for case in cases if case.id == name), None)
    if found is None:
        raise CaseError(f"There is no case {name!r} among {len(cases)}.")
    return found


def _candidates(console: Console, gold: tuple[Span, ...], found: Trace, rows: int) -> None:
    evidence = found.evidence
    numbers = {passage.hit.chunk.id: passage.number for passage in evidence.passages}
    ranked = {hit.chunk.id: hit for hit in evidence.ranked}
    listed = ranked | {passage.hit.chunk.id: passage.hit for passage in evidence.passages}
    _heading(console, f"retrieve, rerank: {len(ranked)} candidates, {len(numbers)} passages")
    table = Table("rank", "passage", "", "document", "text", box=None)
    for rank, hit in enumerate(listed.values(), start=1):
        mine = _is_gold(gold, hit)
        if rank <= rows or mine or hit.chunk.id in numbers:
            number = str(numbers.get(hit.chunk.id, "-"))
            star = "[green]*[/green]" if mine else ""
            table.add_row(str(rank), number, star, hit.document.uri, _cut(hit.chunk.text))
    console.print(table)
    if not any(_is_gold(gold, hit) for hit in listed.values()) and gold:
        console.print("No candidate holds any of the gold.")


def _part(
    console: Console, gold: tuple[Span, ...], part: PartEvidence, threshold: float, rows: int
) -> None:
    enough = part.sufficiency
    verdict = "enough" if enough.enough else f"not enough ({enough.shortfall})"
    _heading(console, f"evidence for {part.question!r}")
    _line(console, "decision", f"{verdict}: confidence {enough.confidence:.2f} of {threshold:.2f}")
    table = Table("score", "late", "meaning", "terms", "fits", "passage", "", "sentence", box=None)
    for place, unit in enumerate(part.units):
        span = Span(unit.passage.hit.document.uri, unit.start, unit.end)
        mine = any(_overlap(span, other) for other in gold)
        if place < rows or mine:
            numbers = (unit.score, unit.late, unit.similarity, unit.coverage)
            cells = [f"{number:.2f}" for number in numbers]
            star = "[green]*[/green]" if mine else ""
            fits = "yes" if unit.fits else "no"
            table.add_row(*cells, fits, str(unit.passage.number), star, _cut(unit.text))
    console.print(table)


def _written(console: Console, found: Trace) -> None:
    answer = found.answer
    _heading(console, "generate")
    if found.draft is None:
        console.print("Not asked: there was not enough to answer from.")
    for statement in found.draft.statements if found.draft else ():
        _line(console, f"draft, from {', '.join(map(str, statement.passages))}", statement.text)
    _heading(console, "check, cite")
    for claim in answer.claims:
        checked = claim.verification
        faults = f", {', '.join(checked.faults)}" if checked.faults else ""
        state = f"{checked.status} by {checked.method} {checked.score:.2f}{faults}"
        _line(console, f"claim: {state}", claim.text)
    usage = answer.usage
    if usage.dropped_claims or usage.repaired_claims:
        _line(console, "dropped, replaced", f"{usage.dropped_claims}, {usage.repaired_claims}")
    for citation in answer.citations:
        where = f"{citation.document_uri} {citation.source_start}-{citation.source_end}"
        _line(console, f"【{citation.index}】 {where}", citation.cited_text)
    _heading(console, f"answer: {answer.status} {answer.abstain_reason or ''}")
    console.print(answer.text, markup=False)


def _is_gold(gold: tuple[Span, ...], hit: ScoredChunk) -> bool:
    return any(_overlap(span_of(hit), span) for span in gold)


def _overlap(one: Span, other: Span) -> bool:
    return one.document == other.document and one.start < other.end and other.start < one.end


def _heading(console: Console, text: str) -> None:
    console.print()
    console.rule(text, align="left", style="dim")


def _line(console: Console, label: str, text: str) -> None:
    console.print(Text.assemble((f"{label}: ", "bold"), " ".join(text.split())))


def _cut(text: str) -> str:
    whole = " ".join(text.split()).replace("[", "\\[")
    return whole if len(whole) <= _WIDTH else f"{whole[: _WIDTH - 1]}…"
