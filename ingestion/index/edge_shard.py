"""Create and open a shard of the embedded engine."""

import shutil
from pathlib import Path

import qdrant_edge as qe

from ingestion.errors import IndexLockedError, IndexUnavailableError
from ingestion.index.payload import (
    DATE_FIELDS,
    DENSE,
    INTEGER_FIELDS,
    KEYWORD_FIELDS,
    SENTENCES,
    SPARSE,
)


def create_shard(shard: Path, dimension: int) -> None:
    """Create an empty shard with its payload indexes.

    It is built beside its place and renamed there: a kill leaves no half of one.
    """
    fresh = shard.with_name("shard.new")
    if fresh.exists():
        shutil.rmtree(fresh)
    config = qe.EdgeConfig(
        vectors={
            DENSE: qe.EdgeVectorParams(size=dimension, distance=qe.Distance.Cosine),
            SENTENCES: qe.EdgeVectorParams(
                size=dimension,
                distance=qe.Distance.Cosine,
                multivector_config=qe.MultiVectorConfig(qe.MultiVectorComparator.MaxSim),
            ),
        },
        sparse_vectors={SPARSE: qe.EdgeSparseVectorParams(modifier=qe.Modifier.Idf)},
    )
    created = qe.EdgeShard.create(str(fresh), config)
    kinds = {
        qe.PayloadSchemaType.Keyword: KEYWORD_FIELDS,
        qe.PayloadSchemaType.Datetime: DATE_FIELDS,
        qe.PayloadSchemaType.Integer: INTEGER_FIELDS,
    }
    for kind, names in kinds.items():
        for name in names:
            created.update(qe.UpdateOperation.create_field_index(name, kind))
    created.flush()
    created.close()
    fresh.rename(shard)


def load_shard(shard: Path) -> qe.EdgeShard:
    """Open a shard; raises IndexLockedError when another process has it open."""
    try:
        return qe.EdgeShard.load(str(shard))
    except Exception as error:
        if "WouldBlock" in str(error):
            raise IndexLockedError(
                f"The index in {shard.parent} is open in another process (a running "
                "`rag serve` or `rag ingest`?). Stop that one, add documents through its API, "
                "or use a Qdrant server (QDRANT_URL), which many processes can share."
            ) from error
        raise IndexUnavailableError(
            f"The index in {shard.parent} cannot be opened: {error}. "
            "Rebuild it: rag ingest --rebuild PATH"
        ) from error
