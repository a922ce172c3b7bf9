"""Make every fault happen many times and write what is left to benchmarks/results/faults.json."""

import json
import os
import subprocess
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.progress import track

from benchmarks.faults.faults import FAULTS
from benchmarks.faults.outcome import Fault, row
from benchmarks.faults.product import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "faults.json"


def main(
    only: Annotated[str | None, typer.Option(help="Faults whose name contains this.")] = None,
    trials: Annotated[int | None, typer.Option(min=1, help="Trials of each; its own.")] = None,
    seed: Annotated[int, typer.Option(help="For the moments and the damages.")] = 7,
) -> None:
    """Run the faults; the rows of those that ran replace the ones in the file."""
    chosen = [fault for fault in FAULTS if only is None or only in fault.name]
    if not chosen:
        raise typer.BadParameter(f"one of: {', '.join(fault.name for fault in FAULTS)}")
    known = json.loads(RESULTS.read_text())["rows"] if RESULTS.is_file() else []
    rows: dict[str, Any] = {entry["fault"]: entry for entry in known}
    for fault in chosen:
        rows[fault.name] = _run(fault, trials or fault.trials, Random(seed))
        typer.echo(json.dumps(rows[fault.name]))
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(
            json.dumps(
                {"ran_on": _machine(), "commit": _commit(), "rows": [*rows.values()]}, indent=1
            )
            + "\n"
        )


def _run(fault: Fault, trials: int, moments: Random) -> dict[str, Any]:
    outcomes = []
    for _ in track(range(trials), fault.name):
        with TemporaryDirectory(prefix="fault-") as folder:
            outcomes.append(fault.trial(Path(folder), moments))
    return row(fault, outcomes)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB"


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout[:-1]


if __name__ == "__main__":
    typer.run(main)
