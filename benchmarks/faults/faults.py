"""The faults by name, with what is expected of the product."""

from benchmarks.faults.kills import killed_ingest, two_ingests
from benchmarks.faults.outcome import Fault
from benchmarks.faults.state import FILES, damaged

FAULTS = (
    Fault(
        "kill -9 of rag ingest",
        "every document whole, old or new, and the next run completes",
        50,
        killed_ingest,
    ),
    Fault("two ingests at once", "one wins, the other is told why not", 5, two_ingests),
    *(
        Fault(f"damaged {name}", "a sentence, or no harm; back once restored", 12, damaged(name))
        for name in FILES
    ),
)
