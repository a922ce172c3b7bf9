"""kill -9 at a random moment of `rag ingest`, and two ingestions at once."""

import shutil
import time
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp

from benchmarks.faults.outcome import Outcome
from benchmarks.faults.product import indexed, ingest, rag, write

Chunks = Counter[tuple[str, str, str]]


def killed_ingest(folder: Path, moments: Random) -> Outcome:
    """Changed, new and deleted files; killed; looked at; run again; looked at."""
    before, after, length, data = _undisturbed()
    shutil.copytree(data, folder / "data")
    docs = write(folder, 1)
    process = rag(folder, "ingest", docs)
    # The first third is spent on loading libraries.
    time.sleep(moments.uniform(length / 3, length))
    process.kill()
    process.communicate()
    between = indexed(folder)
    began = time.perf_counter()
    ingest(folder)
    seconds = time.perf_counter() - began
    final = indexed(folder)
    return Outcome(
        recovered=final == after,
        lost=(after - final).total(),
        doubled=sum(count - 1 for count in final.values()) + (final - after).total(),
        wrong=_halves(between, before, after),
        recovery_s=seconds,
    )


def two_ingests(folder: Path, _: Random) -> Outcome:
    """Both at once: one wins, the other gets the sentence; together they leave one clean index."""
    docs = write(folder, 1)
    both = [rag(folder, "ingest", docs) for _ in range(2)]
    told = [process.communicate(timeout=120)[1] for process in both]
    codes = [process.returncode for process in both]
    refused = [text for code, text in zip(codes, told, strict=True) if code]
    after = _undisturbed()[1]
    final = indexed(folder)
    return Outcome(
        recovered=0 in codes and final == after,
        lost=(after - final).total(),
        doubled=(final - after).total(),
        # Where one was over before the other began, nobody is refused.
        said=all("Error:" in text and "Traceback" not in text for text in refused),
    )


@cache
def _undisturbed() -> tuple[Chunks, Chunks, float, Path]:
    """What both generations hold, the seconds of the second's run, and the first one's data."""
    folder = Path(mkdtemp(prefix="faults-"))
    ingest_of = write(folder, 0)
    rag(folder, "ingest", ingest_of).communicate()
    before = indexed(folder)
    first = folder / "first"
    shutil.copytree(folder / "data", first)
    docs = write(folder, 1)
    began = time.perf_counter()
    rag(folder, "ingest", docs).communicate()
    length = time.perf_counter() - began
    return before, indexed(folder), length, first


def _halves(between: Chunks, before: Chunks, after: Chunks) -> int:
    """Documents that are neither the old version, whole, nor the new one."""
    paths = {path for path, _, _ in between}
    return sum(
        _of(between, path) not in (_of(before, path), _of(after, path)) for path in paths
    ) + sum(path not in paths for path, _, _ in before if _of(after, path))


def _of(chunks: Chunks, path: str) -> Chunks:
    return Counter({key: count for key, count in chunks.items() if key[0] == path})
