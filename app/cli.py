"""The command line: rag ingest, search, ask, demo, serve, mcp, doctor, docs, keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.command import console, current_settings, errors, explained
from app.key_commands import keys
from app.settings import Settings, split_names
from ingestion.language import code
from retrieval.clock import today
from retrieval.models import Filters, Principal, Query

if TYPE_CHECKING:
    from app.bootstrap import Application

cli = typer.Typer(
    help="Footnote: cited answers from your documents. Settings: see .env.example.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
docs = typer.Typer(help="List and delete documents of the index.", no_args_is_help=True)
cli.add_typer(docs, name="docs")
cli.add_typer(keys, name="keys")

Groups = Annotated[
    str | None,
    typer.Option(help="Ask as a member of these groups, comma-separated; DEFAULT_GROUPS."),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only documents in force on this day; today."),
]
AllVersions = Annotated[bool, typer.Option(help="Also documents that are not in force.")]
Languages = Annotated[
    str | None,
    typer.Option(
        "--language", help="Only documents in these languages (ISO 639-1), comma-separated; any."
    ),
]

DEMO_QUESTIONS = (
    "What is the hotel cap in Germany, and how long is a password at least?",
    "What is the price of an Otter gateway in GBP?",
    "What is the dress code for client visits?",
)
"""One from two documents, one table look-up, one that the documents do not answer."""


def main() -> None:
    """Entry point of `rag`."""
    cli()


@cli.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.")],
    root: Annotated[
        Path | None, typer.Option(help="Allow only files below this folder; DOCS_ROOT.")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option(help="Drop the index first; needed when model or chunker change.")
    ] = False,
) -> None:
    """Bring the index up to date with files and folders; exit code 1 if a file failed."""
    with _application(rebuild=rebuild) as app:
        _ingest(app, paths, root)


@cli.command()
def search(
    question: str,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
    groups: Groups = None,
    as_of: AsOf = None,
    all_versions: AllVersions = False,
    language: Languages = None,
) -> None:
    """Show the passages that speak to a question."""
    from app.terminal import print_passages

    with _application() as app:
        query = _query(app, question, groups, as_of, all_versions, language)
        print_passages(console, app.rag.search(query, limit))


@cli.command()
def ask(
    questions: Annotated[list[str], typer.Argument(help="One or more questions.")],
    groups: Groups = None,
    as_of: AsOf = None,
    all_versions: AllVersions = False,
    language: Languages = None,
    agent: Annotated[
        bool, typer.Option("--agent", help="Search in several steps and show them.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The API's answer format.")] = False,
) -> None:
    """Answer with numbered footnotes, or say that the documents do not."""
    from app.schemas.answers import AnswerOut
    from app.terminal import print_answer

    with _application() as app:
        ask_by = app.agent.ask if agent else app.rag.ask
        for question in questions:
            answer = ask_by(_query(app, question, groups, as_of, all_versions, language))
            if json:
                typer.echo(AnswerOut.of(answer).model_dump_json(indent=1))
            else:
                print_answer(console, answer)


@cli.command()
def demo() -> None:
    """Ingest sample_docs and ask three questions: two documents, a table, no answer."""
    from app.terminal import print_answer

    console.print("Footnote demo: loading the embedding model ...")
    with _application() as app:
        _ingest(app, [Path("sample_docs")], None)
        for question in DEMO_QUESTIONS:
            print_answer(console, app.rag.ask(_query(app, question, None, None, False)))
    console.print('Your turn: [bold]rag ask "..."[/bold], or [bold]make serve[/bold] for the page.')


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="HOST")] = None,
    port: Annotated[int | None, typer.Option(help="PORT")] = None,
) -> None:
    """Start the API and the page. SIGTERM and Ctrl-C let running questions finish."""
    import uvicorn

    from app.main import create_app

    settings = current_settings()
    address, number = host or settings.host, port or settings.port
    with explained():
        unsafe = _exposure(settings, address)
    if unsafe:
        errors.print(f"[bold red]Error:[/bold red] {unsafe}", soft_wrap=True)
        raise typer.Exit(1)
    console.print(f"Footnote on http://{address}:{number}  (API: /docs, stop: Ctrl-C)")
    with explained():
        uvicorn.run(
            create_app(settings),
            host=address,
            port=number,
            log_config=None,
            forwarded_allow_ips=settings.forwarded_allow_ips,
            timeout_graceful_shutdown=settings.shutdown_s,
        )


@cli.command()
def mcp(groups: Groups = None) -> None:
    """Serve the documents as MCP tools on standard input and output, reading only.

    Reads as a member of the groups, as the holder of MCP_KEY, or with DEFAULT_GROUPS.
    """
    from app.mcp_stdio import serve as serve_tools

    with _application() as app:
        serve_tools(app, split_names(groups) if groups else None)


@cli.command()
def doctor() -> None:
    """Check the environment and say how to repair it; exit code 1 if something is broken."""
    from app.doctor import examine
    from app.terminal import print_findings

    with explained():
        findings = examine(current_settings())
    print_findings(console, findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@docs.command("list")
def list_documents(groups: Groups = None) -> None:
    """The documents that the groups can see."""
    from app.terminal import print_documents
    from ingestion.models import SearchScope

    with _application() as app:
        print_documents(console, app.index.documents(SearchScope(_groups(app, groups))))


@docs.command("delete")
def delete_document(
    uri: Annotated[str, typer.Argument(help="As `rag docs list` shows it.")],
) -> None:
    """Take a document out of the index; its file stays."""
    from app.uploads import delete_upload

    with _application() as app:
        known = {record.document.uri: record.document for record in app.manifest.records()}
        if uri not in known:
            errors.print(f"There is no document {uri}; see: rag docs list")
            raise typer.Exit(1)
        app.ingestion.remove_exclusively(known[uri].id)
        delete_upload(app.uploads, uri)
    console.print(f"Deleted {uri}.")


def _exposure(settings: Settings, address: str) -> str | None:
    from app.bootstrap.access import build_access

    access = build_access(settings)
    try:
        return access.exposure(address)
    finally:
        access.close()


def _ingest(app: "Application", paths: list[Path], root: Path | None) -> None:
    from app.terminal import ingest_progress, print_report

    allowed = (root or app.settings.docs_root).resolve()
    with ingest_progress(console) as on_progress:
        report = app.ingestion.run(paths, allowed, on_progress)
    print_report(console, report)
    if report.failed:
        raise typer.Exit(1)


@contextmanager
def _application(*, rebuild: bool = False) -> "Iterator[Application]":
    from app.bootstrap import build
    from app.uploads import stored_uploads

    with explained():
        app = build(current_settings())
        try:
            app.ingestion.open(rebuild=rebuild)
            if rebuild:
                for uri, data, labels in stored_uploads(app.uploads):
                    app.ingestion.add_exclusively(uri, data, labels)
            yield app
        finally:
            app.close()


def _query(
    app: "Application",
    question: str,
    groups: str | None,
    as_of: datetime | None,
    all_versions: bool,
    languages: str | None = None,
) -> Query:
    day: date | None = as_of.date() if as_of else today()
    principal = Principal("command line", _groups(app, groups))
    chosen = Filters(tuple(code(label) for label in split_names(languages or "")))
    return Query(question, principal, None if all_versions else day, filters=chosen)


def _groups(app: "Application", groups: str | None) -> tuple[str, ...]:
    if groups is None:
        return app.settings.default_groups
    return split_names(groups)
