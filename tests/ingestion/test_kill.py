"""kill -9 at any moment of an ingestion, run again: the collection of one clean run."""

import random
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.ingestion.conftest import MakePipeline
from tests.ingestion.test_pipeline import LONG, collection

_KILLS = 12


def start(data: Path, docs: Path) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("ingest_once.py")
    process = subprocess.Popen(
        [sys.executable, script, data, docs],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "start\n"
    return process


def write(docs: Path, generation: int) -> None:
    for number in range(12):
        (docs / f"{number}.txt").write_text(f"Generation {generation}.\n\n{LONG}")


def finish(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=120)
    return output


def test_killed_at_random_moments_then_run_again(
    docs: Path, make_pipeline: MakePipeline, tmp_path: Path
) -> None:
    moments = random.Random(7)
    data = tmp_path / "killed"
    write(docs, 0)
    begun = time.perf_counter()
    assert finish(start(data, docs)) == "done 0\n"
    length = time.perf_counter() - begun
    interrupted = 0
    for generation in range(1, _KILLS + 1):
        write(docs, generation)
        process = start(data, docs)
        time.sleep(moments.uniform(0, 0.6 * length))
        process.kill()
        interrupted += "done" not in finish(process)
    assert finish(start(data, docs)) == "done 0\n"
    assert interrupted >= _KILLS // 3
    survivor = make_pipeline("killed")
    after, count = collection(survivor), survivor.index.count()
    assert survivor.manifest.pending() == []
    clean = make_pipeline("clean")
    clean.run([docs], docs)
    assert (after, count) == (collection(clean), clean.index.count())
