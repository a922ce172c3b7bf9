"""Kill a writer of the embedded engine at random moments and count what it had promised.

    python benchmarks/edge_durability.py [--rounds 20] [--seed 1]

A child process upserts batches of points and deletes older ones. After each operation that
returned it writes one line to a pipe; the parent kills it (SIGKILL), reads the pipe to its end,
opens the shard and looks for every batch. What was acknowledged must hold: a batch that is
missing is a lost upsert, one that is still there a lost delete. What the child was about to do
next may have happened or not, so that one operation is counted neither way.

Rounds with a flush before each acknowledgement and without take turns. Nothing here cuts the
power: a killed process leaves the page cache to the kernel.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import numpy as np
import qdrant_edge as qe
from rich.console import Console
from rich.table import Table

from ingestion.errors import IndexLockedError
from ingestion.index.edge_shard import create_shard, load_shard
from ingestion.index.payload import DENSE, SPARSE

DIMENSION = 32
BATCH = 20
DELAY = 4
"""Every second batch is deleted again when this many newer ones are there."""

DEADLINE_S = 50.0


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The numbers of the batches that the killed child said were written and deleted."""

    upserts: frozenset[int]
    deletes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the acknowledged operations, over some rounds."""

    rounds: int = 0
    upserts: int = 0
    lost_upserts: int = 0
    deletes: int = 0
    lost_deletes: int = 0
    torn: int = 0

    def plus(self, other: "Tally") -> "Tally":
        return Tally(
            self.rounds + other.rounds,
            self.upserts + other.upserts,
            self.lost_upserts + other.lost_upserts,
            self.deletes + other.deletes,
            self.lost_deletes + other.lost_deletes,
            self.torn + other.torn,
        )


def main() -> None:
    options = _options()
    if options.write is not None:
        write(options.write, flush=options.flush)
        return
    if options.open is not None:
        sys.exit(0 if _opens(options.open) else 1)
    moments = random.Random(options.seed)
    started = time.perf_counter()
    tallies = {False: Tally(), True: Tally()}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(2 * options.rounds):
            if time.perf_counter() - started > DEADLINE_S:
                break
            flush = number % 2 == 1
            shard = Path(folder) / f"round{number}" / "shard"
            lost = kill_and_count(shard, flush=flush, seconds=moments.uniform(0.02, 0.6))
            tallies[flush] = tallies[flush].plus(lost)
        opened = open_twice(Path(folder) / "twice" / "shard")
    report(tallies, opened, time.perf_counter() - started)


def write(shard: Path, *, flush: bool) -> None:
    """The child: upsert and delete until killed, acknowledging each operation."""
    engine = load_shard(shard)
    vectors = np.random.default_rng(0).normal(size=(BATCH, DIMENSION)).tolist()
    number = 0
    while True:
        operations = [("upsert", number, _upsert(number, vectors))]
        old = number - DELAY
        if _is_deleted(old):
            operations.append(("delete", old, qe.UpdateOperation.delete_points_by_filter(_in(old))))
        for name, batch, operation in operations:
            engine.update(operation)
            if flush:
                engine.flush()
            sys.stdout.write(f"{name} {batch}\n")
            sys.stdout.flush()
        number += 1


def kill_and_count(shard: Path, *, flush: bool, seconds: float) -> Tally:
    """One round: let a child write for a while, kill it, open the shard and compare."""
    shard.parent.mkdir()
    create_shard(shard, DIMENSION)
    command = [sys.executable, __file__, "--write", str(shard), *(["--flush"] if flush else [])]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    lines = [child.stdout.readline()]
    # Read while the child runs: a full pipe would hold it up, always at the same point.
    reader = Thread(target=lines.extend, args=(child.stdout,))
    reader.start()
    time.sleep(seconds)
    child.kill()
    reader.join()
    child.wait()
    return compare(shard, _acknowledged(lines))


def compare(shard: Path, promised: Acknowledged) -> Tally:
    """Look for every acknowledged batch. The delete that may have been under way is left out."""
    engine = load_shard(shard)
    found = {
        batch: int(engine.count(qe.CountRequest(exact=True, filter=_in(batch))))
        for batch in promised.upserts
    }
    engine.close()
    under_way = max(promised.upserts) - DELAY
    kept = promised.upserts - promised.deletes - {under_way}
    return Tally(
        rounds=1,
        upserts=len(kept),
        lost_upserts=sum(found[batch] == 0 for batch in kept),
        deletes=len(promised.deletes),
        lost_deletes=sum(found[batch] > 0 for batch in promised.deletes),
        torn=sum(0 < count < BATCH for count in found.values()),
    )


def open_twice(shard: Path) -> list[tuple[str, str]]:
    """What a second opener gets: in this process, in another one, and after `close`."""
    shard.parent.mkdir()
    create_shard(shard, DIMENSION)
    command = [sys.executable, __file__, "--open", str(shard)]
    engine = load_shard(shard)
    same = _opens(shard)
    other = subprocess.run(command, check=False).returncode == 0
    engine.close()
    after = subprocess.run(command, check=False).returncode == 0
    found = {"same process": same, "other process": other, "other process, after close": after}
    return [(place, "opened" if ok else "refused: locked") for place, ok in found.items()]


def report(tallies: dict[bool, Tally], opened: Iterable[tuple[str, str]], seconds: float) -> None:
    """Print two small tables."""
    console = Console()
    table = Table(title=f"kill -9, batches of {BATCH} points, {seconds:.0f} s")
    headings = ("", "rounds", "upserts", "lost", "deletes", "lost", "torn batches")
    for heading in headings:
        table.add_column(heading, justify="right" if heading else "left")
    for flush, tally in tallies.items():
        counts = (
            tally.rounds,
            tally.upserts,
            tally.lost_upserts,
            tally.deletes,
            tally.lost_deletes,
            tally.torn,
        )
        name = "flush before each acknowledgement" if flush else "no flush"
        table.add_row(name, *(f"{count:,}" for count in counts))
    console.print(table)
    second = Table("a second opener", "result", title="Opened twice")
    for place, result in opened:
        second.add_row(place, result)
    console.print(second)


def _opens(shard: Path) -> bool:
    try:
        load_shard(shard).close()
    except IndexLockedError:
        return False
    return True


def _is_deleted(number: int) -> bool:
    return number >= 0 and number % 2 == 0


def _upsert(number: int, vectors: list[list[float]]) -> qe.UpdateOperation:
    terms = qe.SparseVector([1, 2 + number % 50], [1.0, 0.5])
    payload = {"document_id": str(number), "state": "live", "groups": ["everyone"]}
    return qe.UpdateOperation.upsert_points(
        [
            qe.Point(
                id=number * BATCH + place, vector={DENSE: vector, SPARSE: terms}, payload=payload
            )
            for place, vector in enumerate(vectors)
        ]
    )


def _in(batch: int) -> qe.Filter:
    return qe.Filter(must=[qe.FieldCondition(key="document_id", match=qe.MatchValue(str(batch)))])


def _acknowledged(lines: list[str]) -> Acknowledged:
    """A line that the kill cut short acknowledges nothing."""
    words = [line.split() for line in lines if line.endswith("\n")]
    return Acknowledged(
        upserts=frozenset(int(number) for name, number in words if name == "upsert"),
        deletes=frozenset(int(number) for name, number in words if name == "delete"),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Kill a writer of the embedded engine and count what it had promised."
    )
    parser.add_argument("--rounds", type=int, default=20, help="kills for each way to write")
    parser.add_argument("--seed", type=int, default=1, help="for the moments of the kills")
    # What the children are started with.
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--flush", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
