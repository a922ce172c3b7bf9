"""A pipeline over the embedded store with a fast embedder, and a folder to ingest."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingestion.chunk import ChunkerOptions
from ingestion.embed import Bm25Encoder, Embedder
from ingestion.index import Index
from ingestion.index.edge import EdgeIndex
from ingestion.manifest import Manifest
from ingestion.pipeline import IngestionPipeline
from tests.fakes import HashEmbedder

MakePipeline = Callable[..., IngestionPipeline]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """An empty folder of documents."""
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


@pytest.fixture
def make_pipeline(tmp_path: Path) -> Iterator[MakePipeline]:
    """Opens the pipeline of a data folder, closing the one that was open before."""
    opened: list[IngestionPipeline] = []

    def make(
        name: str = "data",
        *,
        embedder: Embedder | None = None,
        chunker: ChunkerOptions | None = None,
        wrap: Callable[[Index], Index] = lambda index: index,
        rebuild: bool = False,
    ) -> IngestionPipeline:
        while opened:
            close(opened.pop())
        folder = tmp_path / name
        pipeline = IngestionPipeline(
            embedder=embedder or HashEmbedder(),
            sparse=Bm25Encoder(),
            index=wrap(EdgeIndex(folder / "index")),
            manifest=Manifest(folder / "manifest.sqlite"),
            chunker=chunker or ChunkerOptions(200, 40),
            lock=folder / "ingest.lock",
            max_bytes=1_000_000,
            default_groups=("everyone",),
        )
        opened.append(pipeline)
        pipeline.open(rebuild=rebuild)
        return pipeline

    yield make
    while opened:
        close(opened.pop())


def close(pipeline: IngestionPipeline) -> None:
    pipeline.index.close()
    pipeline.manifest.close()
