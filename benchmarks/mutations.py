"""Does the evaluation's gate see a bug? Thirteen are put into the code, one at a time.

    python -m benchmarks.mutations [--only NAME ...] [--write docs/mutations.md]

For each bug the source is copied, one place of it is changed, and in that copy
`python -m eval run --gate` runs by itself: documents are ingested again where the bug is on their
way in. The baseline is a run of the unchanged copy. A second unchanged run must pass the gate,
every bug must fail it but those that say why they cannot. Documents and `dev` cases are few, so
that all of it takes minutes.

The bugs were chosen before they were tried; one that is not seen stays in the table.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from app.settings import Settings
from benchmarks.mutants import CONTROL, MUTANTS, Mutant
from eval.baseline import CASES_FILE, of_run, read_baseline, write_baseline
from eval.dataset import load_cases
from eval.gate import Verdict, judge
from eval.measures import MEASURES
from eval.models import EvalCase
from eval.records import newest, read

ROOT = Path(__file__).parents[1]
CODE = ("app", "retrieval", "ingestion", "eval")
UNANSWERABLE = 12
"""Questions without an answer that are asked as well: the first ones of the split."""

DOCUMENTS = (
    "company/organisation-chart-2026.csv",
    "company/press-and-social-media-rules.md",
    "company/public-holidays-2026-2027.csv",
    "finance/approval-limits.xlsx",
    "finance/approved-suppliers.csv",
    "finance/corporate-card-guide-2025.md",
    "finance/corporate-card-guide.md",
    "finance/vat-and-invoicing-notes.txt",
    "hr/travel-policy-2025.md",
    "hr/travel-policy-2026.md",
    "it/access-and-password-standard.html",
    "it/asset-register.csv",
    "it/incident-2026-0314-postmortem.md",
    "it/incident-runbook.md",
    "it/laptop-and-phone-standard-2025.html",
    "it/laptop-and-phone-standard-2026.html",
    "legal/hardware-warranty-2024.html",
    "legal/hardware-warranty-2026.html",
    "legal/litigation-register-2026.csv",
    "legal/terms-of-sale-germany.md",
    "legal/terms-of-sale-uk.md",
    "product/heron-h2-installation-manual.pdf",
    "product/rookery-api-reference.md",
    "quality/fire-and-evacuation-zaragoza.md",
    "quality/forklift-and-loading-dock-rules.txt",
    "rookery/api-v1-reference.md",
    "sales/price-list-2025.xlsx",
    "sales/price-list-2026.xlsx",
    "support/knowledge-base-gateway-offline.html",
    "support/tickets-2026-q2.json",
)
"""Small ones that many `dev` cases are about, what they replaced, and some that few may read."""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one bug: the command's exit code, its verdict if it came to one, its words."""

    mutant: Mutant
    code: int
    verdict: Verdict | None
    said: str
    seconds: float

    @property
    def seen(self) -> bool:
        """Whether the command failed."""
        return self.code != 0

    @property
    def expected(self) -> bool:
        """The unchanged code passes, and bugs are seen, unless there is a reason why not."""
        return not self.seen if self.mutant is CONTROL else self.seen or bool(self.mutant.blind)


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder with the unchanged copy, its index and its baseline; one copy more for each bug."""

    folder: Path
    cases: int

    @property
    def clean(self) -> Path:
        """The unchanged copy."""
        return self.folder / "clean"

    def try_out(self, mutant: Mutant) -> Found:
        """Put a bug into a copy and run the gate there. Raises ValueError for a stale bug."""
        begun = time.perf_counter()
        copy = self.folder / mutant.name
        shutil.copytree(self.clean, copy, ignore=shutil.ignore_patterns("results", "__pycache__"))
        if mutant.reingests:
            shutil.rmtree(copy / "data")
        mutant.apply(copy)
        done = _run(copy, "--gate", "--baseline", str(self.folder / "baseline" / CASES_FILE))
        verdict = None
        if (copy / "results").exists():
            known = read_baseline(self.folder / "baseline" / CASES_FILE)
            verdict = judge(known, of_run(read(newest(copy / "results"))))
        shutil.rmtree(copy)
        seconds = time.perf_counter() - begun
        return Found(mutant, done.returncode, verdict, done.stderr.strip(), seconds)


def prepare(folder: Path, documents: Sequence[str], unanswerable: int = UNANSWERABLE) -> Bench:
    """Copy code and documents, ingest them, and make the baseline. Raises RuntimeError."""
    bench = Bench(folder, 0)
    for name in CODE:
        leave = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, bench.clean / name, ignore=leave)
    for name in ("manifest.yaml", *documents):
        target = bench.clean / "sample_docs" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "sample_docs" / name, target)
    chosen = choose(documents, unanswerable)
    lines = [case.model_dump_json() for case in chosen]
    (bench.clean / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = _run(bench.clean)
    if done.returncode != 0:
        raise RuntimeError(f"The unchanged code does not run: {done.stderr}")
    run = read(newest(bench.clean / "results"))
    write_baseline(run, "unchanged code", folder / "baseline", datetime.now(UTC).date())
    return Bench(folder, len(chosen))


def choose(documents: Sequence[str], unanswerable: int) -> list[EvalCase]:
    """The `dev` cases whose documents are all there, and so many that have none."""
    there = {f"sample_docs/{name}" for name in documents}
    chosen, without = [], 0
    for case in load_cases():
        named = {gold.document for gold in case.gold_spans} | set(case.forbidden_documents)
        if case.split != "dev" or not named <= there:
            continue
        without += not named
        if named or without <= unanswerable:
            chosen.append(case)
    return chosen


def _run(copy: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The evaluation in a copy, on one core and with the default settings."""
    ours = {name.upper() for name in Settings.model_fields}
    environment = {key: value for key, value in os.environ.items() if key not in ours}
    environment |= {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(copy), "COLUMNS": "150"}
    command = [sys.executable, "-m", "eval", "run", "--cases", "cases.jsonl", *more]
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )


def report(found: Sequence[Found], cases: int, documents: int) -> str:
    """The page: a line for each bug."""
    seen = [item for item in found if item.mutant is not CONTROL and item.seen]
    bugs = [item for item in found if item.mutant is not CONTROL]
    lines = [
        "# Does the gate see a bug?",
        "",
        "Written by `make mutations` (`benchmarks/mutations.py`), which says how it is done:",
        f"{cases} `dev` cases over {documents} documents, each bug in a copy of the source, judged",
        f"by `python -m eval run --gate` there. {len(seen)} of {len(bugs)} bugs are seen.",
        "",
        "| Bug | Change | Gate | What it says |",
        "|---|---|---|---|",
    ]
    for item in found:
        verdict = "fails" if item.seen else "passes"
        place = f"`{item.mutant.file}`: {item.mutant.what}" if item.mutant.file else "nothing"
        lines.append(f"| {item.mutant.name} | {place} | {verdict} | {_says(item)} |")
    unseen = [item.mutant for item in bugs if not item.seen]
    lines += ["", "Not seen:", ""] if unseen else []
    lines += [f"- {mutant.name}: {mutant.blind or 'it should be.'}" for mutant in unseen]
    return "\n".join(lines) + "\n"


def _says(item: Found) -> str:
    """The verdict in few words; what the command printed where it came to none."""
    if item.verdict is None:
        last = item.said.splitlines()[-1] if item.said else "nothing"
        return f"the run stops: {last[:160]}".replace("|", "\\|")
    told = [
        f"{MEASURES[change.measure].label} {change.before:.2f} to {change.after:.2f}"
        + (f" in {change.category}" if change.category else "")
        for change in item.verdict.drops
        if change.category is None or not item.verdict.overall()[change.measure].dropped
    ]
    for measure in dict.fromkeys(breach.measure for breach in item.verdict.breaches):
        count = sum(breach.measure == measure for breach in item.verdict.breaches)
        told.append(f"{MEASURES[measure].label}: {count} cases newly unsafe")
    if not told:
        moved = max(item.verdict.overall().values(), key=lambda change: len(change.worse))
        label = MEASURES[moved.measure].label
        return f"most moved: {label}, {len(moved.worse)} worse, {len(moved.better)} better"
    return "; ".join(told)


def main() -> int:
    """Try all bugs; exit code 1 when the unchanged code fails, or a bug that should does not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--write", type=Path, help="Also write the table to this file.")
    parser.add_argument("--workers", type=int, default=2, help="So many copies at a time.")
    arguments = parser.parse_args()
    mutants = [m for m in MUTANTS if not arguments.only or m.name in arguments.only]
    with tempfile.TemporaryDirectory() as folder:
        bench = prepare(Path(folder), DOCUMENTS)
        with ThreadPoolExecutor(arguments.workers) as pool:
            tried = pool.map(bench.try_out, (CONTROL, *mutants))
            found = []
            for item in tqdm(tried, total=len(mutants) + 1, desc="Trying", unit="bug"):
                tqdm.write(f"{item.mutant.name}: exit code {item.code}, {item.seconds:.0f} s")
                found.append(item)
    text = report(found, bench.cases, len(DOCUMENTS))
    print(text)
    print(f"{sum(item.seconds for item in found):.0f} s of work")
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    wrong = [item.mutant.name for item in found if not item.expected]
    print(f"Not as expected: {', '.join(wrong) or 'none'}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
