"""Stopping the service: what runs is finished first."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.conftest import ROOT
from tests.retrieval.chat_server import served, stream

SENTENCE = "The hotel cap in Spain is EUR 120 a night."
BODY = {"question": "What is the hotel cap in Spain?"}


def test_a_running_question_is_answered_before_the_service_ends(tmp_path: Path) -> None:
    asked, released = Event(), Event()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        released.wait(60)
        stream(f"{SENTENCE} [1]")(handler)

    with socket.socket() as probe, served(respond) as (model, _):
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        (tmp_path / "travel.md").write_text(f"# Travel\n\n{SENTENCE}\n")
        settings = {
            "DATA_DIR": str(tmp_path / "data"),
            "DOCS_ROOT": str(tmp_path),
            "QDRANT_URL": "",
            "GENERATOR": "openai-like",
            "LLM_BASE_URL": str(model.api_base),
            "PORT": str(port),
        }
        environment = {**os.environ, **settings}
        rag = [sys.executable, "-c", "from app.cli import main; main()"]
        subprocess.run(
            [*rag, "ingest", str(tmp_path / "travel.md")], cwd=ROOT, env=environment, check=True
        )
        service = subprocess.Popen([*rag, "serve"], cwd=ROOT, env=environment)
        try:
            _until_up(f"http://127.0.0.1:{port}/health", service)
            with ThreadPoolExecutor() as pool:
                answer = pool.submit(
                    httpx.post, f"http://127.0.0.1:{port}/v1/ask", json=BODY, timeout=90
                )
                assert asked.wait(60)
                service.send_signal(signal.SIGTERM)
                with pytest.raises(httpx.HTTPError):
                    while True:
                        httpx.get(f"http://127.0.0.1:{port}/health", timeout=5)
                        time.sleep(0.05)
                assert service.poll() is None and not answer.done()
                released.set()
                done = answer.result()
            assert done.status_code == 200 and "120" in done.json()["answer"]
            assert service.wait(60) in (0, -signal.SIGTERM)
        finally:
            released.set()
            service.kill()
            service.wait()


def _until_up(url: str, service: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        try:
            httpx.get(url, timeout=1).raise_for_status()
            return
        except httpx.HTTPError:
            assert service.poll() is None, "the service ended"
            time.sleep(0.1)
    pytest.fail("the service did not start")
