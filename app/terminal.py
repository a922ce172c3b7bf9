"""What the command line prints."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.doctor import Finding
from ingestion import pipeline
from ingestion.models import Document, IngestReport, ScoredChunk
from retrieval.answers import Answer, Citation

_NEAREST = 3
_REASONS = {
    "no_documents": "No document that you can read matches at all.",
    "nothing_supported": "No sentence about it could be supported by its passage.",
    "model_declined": "The model found no answer in the passages.",
}


@contextmanager
def ingest_progress(console: Console) -> Iterator[Callable[[pipeline.Progress], None]]:
    """A progress bar over documents."""
    columns = (
        TextColumn("Ingesting"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=None)

        def show(step: pipeline.Progress) -> None:
            progress.update(
                task, total=step.total, completed=step.done, description=escape(step.uri)
            )

        yield show
        progress.update(task, description="")


def print_report(console: Console, report: IngestReport) -> None:
    """Counts, then every failure and every loss by name."""
    counts = {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "relabelled": report.relabelled,
        "deleted": report.deleted,
        "failed": report.failed,
    }
    shown = ", ".join(f"{len(uris)} {name}" for name, uris in counts.items() if uris)
    console.print(
        f"{shown or 'nothing to do'}; {report.chunks_embedded} chunks embedded "
        f"in {report.seconds:.1f} s"
    )
    if report.skipped:
        console.print(f"[dim]{len(report.skipped)} files of other formats skipped[/dim]")
    for loss in report.losses:
        console.print(f"[yellow]note[/yellow]   {escape(loss.uri)}: {escape(loss.reason)}")
    for uri in report.absent:
        console.print(
            f"[yellow]note[/yellow]   {escape(uri)}: described in a manifest.yaml, but not there. "
            "Check the spelling: the file that was meant has the default groups.",
            soft_wrap=True,
        )
    for failure in report.failed:
        console.print(
            f"[bold red]failed[/bold red] {escape(failure.uri)}: {escape(failure.reason)}"
        )


def print_answer(console: Console, answer: Answer) -> None:
    """The question, the answer, and its footnotes or the nearest passages."""
    console.print()
    console.print(f"[bold cyan]Q[/bold cyan] [bold]{escape(answer.question)}[/bold]")
    console.print(f"[bold cyan]A[/bold cyan] {escape(answer.text)}")
    if answer.usage.degraded:
        console.print(f"  [yellow]{escape(answer.usage.degraded)}[/yellow]")
    if answer.status == "abstained":
        # For what came near or is not about it, the answer's own text says why.
        if answer.abstain_reason in _REASONS:
            console.print(f"  [yellow]{_REASONS[answer.abstain_reason]}[/yellow]")
        if answer.nearest:
            console.print("  [dim]Nearest passages:[/dim]")
        for hit in answer.nearest[:_NEAREST]:
            console.print(f"  [dim]- {escape(_place(hit))}[/dim]")
    else:
        for part in answer.unanswered:
            console.print(f"  [yellow]Not in these documents:[/yellow] {escape(part)}")
        for note in answer.notes:
            where = "".join(f"【{index}】" for index in note.citations)
            console.print(f"  [yellow]Note:[/yellow] {escape(note.text)} [cyan]{where}[/cyan]")
        for citation in answer.citations:
            _print_citation(console, citation)
    for number, step in enumerate(answer.trajectory, start=1):
        console.print(
            f"  [dim]{number}. {step.tool}: {escape(step.input)} -> {escape(step.decision)} "
            f"({step.milliseconds:.0f} ms)[/dim]",
            soft_wrap=True,
        )
    console.print(f"  [dim]{answer.status} in {answer.timings['total']:.0f} ms[/dim]")


def print_passages(console: Console, hits: Sequence[ScoredChunk]) -> None:
    """Passages with where they stand."""
    if not hits:
        console.print("No document that these groups can see matches. See: rag docs list")
    for number, hit in enumerate(hits, start=1):
        console.print(f"[bold]{number}. {escape(_place(hit))}[/bold] [dim]{hit.score:.4f}[/dim]")
        console.print(Padding(escape(hit.chunk.text), (0, 0, 1, 3)))


def print_documents(console: Console, documents: Sequence[Document]) -> None:
    """A table of documents."""
    table = Table("URI", "Title", "In force", "Groups")
    for document in documents:
        ends = (document.effective_from, document.effective_to)
        validity = " to ".join(str(day or "...") for day in ends) if any(ends) else ""
        table.add_row(
            escape(document.uri), escape(document.title), validity, ", ".join(document.groups)
        )
    console.print(table)


def print_findings(console: Console, findings: Sequence[Finding]) -> None:
    """What the doctor found, with the repair of what is broken."""
    for finding in findings:
        mark = "[green]ok[/green]    " if finding.ok else "[bold red]broken[/bold red]"
        console.print(f"{mark} {escape(finding.name)}: {escape(finding.detail)}", soft_wrap=True)
        if finding.repair:
            console.print(f"       -> {escape(finding.repair)}", soft_wrap=True)


def _print_citation(console: Console, citation: Citation) -> None:
    pages = ", ".join(str(page) for page in citation.page_numbers)
    place = [citation.document_title, *citation.headings, *([f"p. {pages}"] if pages else [])]
    console.print(f"  [cyan]【{citation.index}】[/cyan] {escape(' > '.join(place))}")
    console.print(f"     [dim]{escape(citation.document_uri)}[/dim]")
    if citation.flags:
        console.print("     [yellow]Contains instructions; treated as text.[/yellow]")
    console.print(Padding(f'[italic]"{escape(citation.cited_text)}"[/italic]', (0, 0, 0, 5)))


def _place(hit: ScoredChunk) -> str:
    return " > ".join((hit.document.title, *hit.chunk.headings))
