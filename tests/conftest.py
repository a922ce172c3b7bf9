"""Shared fixtures: the real index stores, the real embedder, a wired application."""

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn
from hypothesis import settings as hypothesis_settings
from qdrant_client import QdrantClient

from app.bootstrap import Application, build
from app.main import create_app
from app.settings import Settings
from ingestion.encoder import BUNDLED_MODEL, SentenceTransformerEmbedder
from ingestion.index import Index
from ingestion.index.edge import EdgeIndex
from ingestion.index.server import ServerIndex

# No deadline: the first example loads libraries. Timings are measured in benchmarks/.
hypothesis_settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis_settings.load_profile("repeatable")

ROOT = Path(__file__).parents[1]
SAMPLE_DOCS = ROOT / "sample_docs"

STORES = ["edge", "client-memory", pytest.param("server", marks=pytest.mark.server)]


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    """The real default model, loaded once."""
    return SentenceTransformerEmbedder(BUNDLED_MODEL)


@pytest.fixture
def make_index(tmp_path: Path) -> Iterator[Callable[[str], Index]]:
    """Builds an empty index of a kind; a server's collection is dropped at the end."""
    made: list[Index] = []

    def make(kind: str) -> Index:
        if kind == "edge":
            index: Index = EdgeIndex(tmp_path / f"index{len(made)}")
        elif kind == "client-memory":
            index = ServerIndex(QdrantClient(":memory:"), "test")
        else:
            url = os.environ.get("QDRANT_URL")
            if not url:
                pytest.skip("QDRANT_URL is not set: no Qdrant server to test against")
            index = ServerIndex(
                QdrantClient(url=url, check_compatibility=False), f"test-{os.getpid()}"
            )
            index.reset()
        made.append(index)
        return index

    yield make
    for index in made:
        if not isinstance(index, EdgeIndex):
            index.reset()
        index.close()


@pytest.fixture(scope="session")
def sample_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The product over the sample documents: real embedder, embedded store. Read only."""
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path_factory.mktemp("data"),
        docs_root=ROOT,
        qdrant_url=None,
        # Tests ask faster than anybody.
        rate_per_minute=0,
    )
    app = build(settings)
    app.ingestion.open()
    report = app.ingestion.run([SAMPLE_DOCS], ROOT)
    assert not report.failed, report.failed
    yield app
    app.close()


@pytest.fixture(scope="session")
def scratch_app(
    sample_app: Application, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """The same documents in a copy of the data folder, for tests that upload and delete."""
    sample_app.index.close()
    folder = tmp_path_factory.mktemp("scratch") / "data"
    shutil.copytree(sample_app.settings.data_dir, folder)
    sample_app.ingestion.open()
    app = build(sample_app.settings.model_copy(update={"data_dir": folder}))
    app.ingestion.open()
    yield app
    app.close()


@pytest.fixture(scope="session")
def live_server(scratch_app: Application) -> Iterator[str]:
    """The base URL of the real service in a thread, over a scratch copy of the sample documents."""
    with serving(scratch_app) as url:
        yield url


@contextmanager
def serving(application: Application) -> Iterator[str]:
    """The base URL of the real service in a thread."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = create_app(application.settings, application)
    server = uvicorn.Server(uvicorn.Config(service, port=port, log_config=None))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            httpx.get(f"{url}/health", timeout=1).raise_for_status()
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield url
    server.should_exit = True
    thread.join(timeout=10)
