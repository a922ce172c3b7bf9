"""The faults of benchmarks/faults, a few times each."""

from pathlib import Path
from random import Random

import pytest

from benchmarks.faults.faults import FAULTS
from benchmarks.faults.outcome import Fault


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_nothing_is_lost_doubled_or_wrong(fault: Fault, tmp_path: Path) -> None:
    done = fault.trial(tmp_path, Random(1))
    assert (done.lost, done.doubled, done.wrong) == (0, 0, 0)
    assert done.recovered and done.said
