"""Answers as server-sent events, over the real service."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from app import streaming
from app.problems import described
from app.streaming import problem_event, stream
from ingestion.errors import IndexUnavailableError

QUESTION = "What is the hotel cap in Germany, and how long is a password at least?"


@pytest.fixture
def client(live_server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_server, timeout=60) as client:
        yield client


def events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def asked(client: httpx.Client, **body: Any) -> list[tuple[str, Any]]:
    more = {"as_of": "2026-09-01", "stream": True, **body}
    response = client.post("/v1/ask", json={"question": QUESTION, **more})
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/event-stream")
    return events(response.text)


@pytest.mark.parametrize("mode", ["single", "agent"])
def test_the_pieces_are_the_answer(client: httpx.Client, mode: str) -> None:
    told = asked(client, mode=mode)
    assert told[0][0] == "search_results"
    assert [name for name, _ in told[-2:]] == ["final_answer", "done"]
    final, done = told[-2][1], told[-1][1]
    assert "".join(data["text"] for name, data in told if name == "message") == final["answer"]
    assert [data for name, data in told if name == "citation"] == final["citations"]
    assert done["trace_id"] == final["trace_id"]
    results = told[0][1]["results"]
    assert 1 <= len(results) <= 10
    plain = client.post("/v1/ask", json={"question": QUESTION, "as_of": "2026-09-01", "mode": mode})
    assert plain.json()["answer"] == final["answer"]


def test_a_footnote_follows_the_first_piece_that_names_it(client: httpx.Client) -> None:
    said = ""
    for name, data in asked(client):
        said += data["text"] if name == "message" else ""
        if name == "citation":
            assert f"【{data['index']}】" in said


def test_an_abstention_is_one_piece(client: httpx.Client) -> None:
    told = asked(client, question="Who won the chess world championship in 1972?")
    assert [name for name, _ in told] == ["search_results", "message", "final_answer", "done"]
    assert told[2][1]["status"] == "abstained" and told[1][1]["text"] == told[2][1]["answer"]


def test_a_bad_question_is_refused_before_the_stream_begins(client: httpx.Client) -> None:
    response = client.post("/v1/ask", json={"question": "", "stream": True})
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"


def collected(response: Any) -> list[bytes]:
    async def collect(body: AsyncIterator[bytes]) -> list[bytes]:
        return [item async for item in body]

    return asyncio.run(collect(response.body_iterator))


def test_an_error_is_the_last_event() -> None:
    def work(emit: streaming.Emit) -> None:
        emit(b"one")
        raise IndexUnavailableError("The store does not answer. Start it.")

    one, error = collected(stream(work, "/v1/ask"))
    problem = described(IndexUnavailableError("The store does not answer. Start it."), "/v1/ask")
    assert one == b"one" and error == problem_event(problem)
    assert problem.status == 503


def test_an_unexpected_error_keeps_its_secrets() -> None:
    def work(_: streaming.Emit) -> None:
        raise ValueError("password=hunter2")

    (error,) = collected(stream(work, "/v1/ask"))
    assert b"hunter2" not in error and b"Unexpected error" in error
