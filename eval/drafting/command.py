"""`python -m eval generate`: draft cases from a folder of documents, for review."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from app.bootstrap import Application
from app.bootstrap.clients import build_llm
from app.settings import split_names
from eval.dataset import CaseError, GoldFinder
from eval.drafting.assemble import cases_of, drafts
from eval.drafting.models import KINDS
from eval.drafting.rephrase import rephrase, rephrase_prompt
from eval.models import EvalCase
from eval.session import application


def generate(
    docs: Annotated[Path, typer.Argument(help="A folder of documents, or one.")],
    out: Annotated[Path, typer.Option(help="The JSONL file to write.")] = Path("cases.jsonl"),
    limit: Annotated[int, typer.Option(min=1, help="At most so many drafts.")] = 50,
    groups: Annotated[
        str | None, typer.Option(help="Who asks: groups with commas; DEFAULT_GROUPS.")
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data", help="The index; without it the standing one, or one of their own."),
    ] = None,
    with_model: Annotated[
        bool, typer.Option("--with-model", help="Let LLM_MODEL rephrase the questions.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Draft cases from documents by patterns, without a model; for review."""
    console = Console(highlight=False)
    with application(docs, console, data_dir) as app:
        if out.exists() and not force:
            raise CaseError(f"{out} is there already, perhaps reviewed; --force replaces it.")
        asking = split_names(groups) if groups else app.settings.default_groups
        day = datetime.now(UTC).date()
        made = cases_of(drafts(app, asking, limit, day), asking, day)
        if not made:
            raise CaseError(
                f"Nothing could be drafted from {docs}: no readable English sentence or table of "
                f"a known kind for the groups {', '.join(asking)}."
            )
        gold = GoldFinder(app)
        for case in made:
            gold.spans(case)
        if with_model:
            made = _rephrased(app, made, console)
        out.parent.mkdir(parents=True, exist_ok=True)
        lines = [case.model_dump_json() for case in made]
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")
        _show(console, made, docs, out)


def _rephrased(app: Application, made: Sequence[EvalCase], console: Console) -> list[EvalCase]:
    """The cases in the model's words, and why some are not."""
    llm, prompt = build_llm(app.settings), rephrase_prompt()
    deadline = app.settings.llm_timeout_s
    done = [rephrase(case, llm, prompt, deadline) for case in tqdm(made, desc="Rephrasing")]
    faults = Counter(each.fault for each in done if each.fault is not None)
    console.print(f"Rephrased: {len(done) - faults.total()} of {len(done)}")
    for fault, count in faults.most_common():
        console.print(f"  {count} kept as drafted: {fault}", markup=False, soft_wrap=True)
    return [each.case for each in done]


def _show(console: Console, made: Sequence[EvalCase], docs: Path, out: Path) -> None:
    table = Table("kind", "drafts", "dev", "test", "documents", title="Drafted cases")
    for kind in KINDS:
        members = [case for case in made if f"({kind})" in case.notes]
        splits = Counter(case.split for case in members)
        sources = {gold.document for case in members for gold in case.gold_spans}
        table.add_row(
            kind, *map(str, (len(members), splits["dev"], splits["test"], len(sources) or "-"))
        )
    console.print(table)
    console.print(f"{len(made)} drafts in {out}. They are not reviewed: read each one, mend or")
    console.print("delete it (docs/own_documents.md), and only then believe what they measure:")
    console.print(f"  python -m eval run --cases {out} --docs {docs}", soft_wrap=True)
