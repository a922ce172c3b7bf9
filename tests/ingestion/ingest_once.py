"""One ingestion in a process of its own, to be killed: ingest_once.py DATA DOCS."""

import sys
from pathlib import Path

from ingestion.chunk import ChunkerOptions
from ingestion.embed import Bm25Encoder
from ingestion.index.edge import EdgeIndex
from ingestion.manifest import Manifest
from ingestion.pipeline import IngestionPipeline
from tests.fakes import HashEmbedder

data, docs = Path(sys.argv[1]), Path(sys.argv[2])
pipeline = IngestionPipeline(
    embedder=HashEmbedder(),
    sparse=Bm25Encoder(),
    index=EdgeIndex(data / "index"),
    manifest=Manifest(data / "manifest.sqlite"),
    chunker=ChunkerOptions(200, 40),
    lock=data / "ingest.lock",
    max_bytes=1_000_000,
    default_groups=("everyone",),
)
print("start", flush=True)
pipeline.open()
report = pipeline.run([docs], docs)
pipeline.index.close()
print("done", len(report.failed), flush=True)
