"""Uploads that are indexed later, over the real service."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.bootstrap import Application, build
from app.main import create_app
from app.settings import Settings
from app.tasks import IdempotencyError, TaskStore

LATER = {"Prefer": "respond-async"}
ENDED = ("done", "failed", "cancelled")

Send = Callable[..., dict[str, Any]]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", qdrant_url=None)
    built = build(settings)
    built.ingestion.open()
    yield built
    built.close()


@pytest.fixture
def client(app: Application) -> Iterator[TestClient]:
    with TestClient(create_app(app.settings, app), "http://localhost") as client:
        yield client


@pytest.fixture
def send(client: TestClient) -> Send:
    def send(name: str, text: str, **headers: str) -> dict[str, Any]:
        response = client.post(
            "/v1/documents",
            files={"file": (name, text.encode())},
            headers={**LATER, **headers},
        )
        assert response.status_code == 202, response.text
        assert response.headers["Preference-Applied"] == "respond-async"
        task: dict[str, Any] = response.json()
        assert response.headers["Location"] == f"/v1/tasks/{task['id']}"
        return task

    return send


def ended(client: TestClient, task: dict[str, Any]) -> dict[str, Any]:
    for _ in range(600):
        found: dict[str, Any] = client.get(f"/v1/tasks/{task['id']}").json()
        if found["state"] in ENDED:
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def long_text(sections: int) -> str:
    """A document of as many chunks, at least."""
    return "\n\n".join(f"# Part {n}\n\nValue {n} is {n * 7} kilograms." for n in range(sections))


def test_an_upload_is_done_later_and_then_answers(client: TestClient, send: Send) -> None:
    task = send("kites.md", "# Kites\n\nKites may be flown on the roof until 17:45.\n")
    assert task["state"] in ("queued", "running", "done")
    done = ended(client, task)
    assert (done["state"], done["outcome"], done["error"]) == ("done", "added", None)
    assert done["done"] == done["total"] == 1
    asked = client.post("/v1/ask", json={"question": "Until when may kites be flown?"}).json()
    assert "17:45" in asked["answer"]
    assert client.get(f"/v1/documents/{done['document_id']}").status_code == 200


def test_a_file_that_cannot_be_read_fails_alone(client: TestClient, send: Send) -> None:
    bad, good = send("broken.pdf", "not a pdf"), send("good.md", "# Good\n\nAll is well here.\n")
    failed = ended(client, bad)
    assert (failed["state"], failed["name"]) == ("failed", "broken.pdf")
    assert "not a PDF" in failed["error"]
    assert ended(client, good)["state"] == "done"


def test_a_key_makes_one_task(client: TestClient, send: Send, app: Application) -> None:
    text = "# One\n\nOnly one of these.\n"
    keyed = {"Idempotency-Key": "abc"}
    first, second = send("one.md", text, **keyed), send("one.md", text, **keyed)
    assert first["id"] == second["id"]
    response = client.post(
        "/v1/documents", files={"file": ("two.md", b"# Two\n\nOther.\n")}, headers=LATER | keyed
    )
    assert response.status_code == 422 and "Idempotency-Key" in response.json()["detail"]
    ended(client, first)
    assert not list((app.settings.data_dir / "incoming").iterdir())


def test_a_running_upload_is_stopped_and_leaves_nothing(client: TestClient, send: Send) -> None:
    task = send("long.md", long_text(900))
    for _ in range(600):
        if client.get(f"/v1/tasks/{task['id']}").json()["done"] > 0:
            break
        time.sleep(0.02)
    assert client.delete(f"/v1/tasks/{task['id']}").json()["cancelling"]
    stopped = ended(client, task)
    assert stopped["state"] == "cancelled" and 0 < stopped["done"] < stopped["total"]
    assert client.get("/v1/documents").json()["documents"] == []
    again = ended(client, send("short.md", "# Short\n\nStill works.\n"))
    assert again["state"] == "done"


def test_uploads_are_listed_by_pages(client: TestClient, send: Send) -> None:
    made = [send(f"{n}.md", f"# N{n}\n\nNumber {n} is here.\n")["id"] for n in range(5)]
    first = client.get("/v1/tasks", params={"limit": 3}).json()
    second = client.get("/v1/tasks", params={"limit": 3, "after": first["next"]}).json()
    listed = [task["id"] for page in (first, second) for task in page["tasks"]]
    assert listed == made[::-1] and second["next"] is None
    ended(client, {"id": made[-1]})


def test_what_ran_when_the_service_died_is_done_by_the_next(app: Application) -> None:
    app.tasks.submit("anonymous", ("everyone",), "a.md", b"# A\n\nAlpha is 5.\n", "d", None)
    running = app.tasks.claim()
    assert running is not None and running.state == "running"
    with TestClient(create_app(app.settings, app), "http://localhost") as client:
        assert ended(client, {"id": running.id})["state"] == "done"


def test_a_service_that_stops_leaves_the_task_for_the_next(app: Application) -> None:
    data = long_text(900).encode()
    task = app.tasks.submit("anonymous", ("everyone",), "l.md", data, "d", None)
    with TestClient(create_app(app.settings, app), "http://localhost"):
        time.sleep(0.3)
    found = app.tasks.get(task.id)
    assert found is not None and found.state in ("queued", "done")
    assert found.state == "done" or app.tasks.file(task.id).is_file()


def test_anothers_task_is_not_there(client: TestClient, app: Application) -> None:
    theirs = app.tasks.submit("hanna", ("hr",), "x.md", b"# X\n", "d", None)
    for method in ("GET", "DELETE"):
        answers = [client.request(method, f"/v1/tasks/{name}") for name in (theirs.id, "0" * 32)]
        assert [a.status_code for a in answers] == [404, 404]
        assert answers[0].json()["detail"] == answers[1].json()["detail"]
    assert theirs.id not in client.get("/v1/tasks").text
    after = client.get("/v1/tasks", params={"after": theirs.id}).json()
    assert after["tasks"] == []


def test_the_store_keeps_order_keys_and_files(tmp_path: Path) -> None:
    store = TaskStore(tmp_path / "other")
    one = store.submit("a", ("g",), "1.md", b"1", "d1", None)
    two = store.submit("a", ("g",), "2.md", b"2", "d2", "key")
    assert (claimed := store.claim()) is not None and claimed.id == one.id
    store.requeue(one.id)
    assert (claimed := store.claim()) is not None and claimed.id == one.id
    with pytest.raises(IdempotencyError):
        store.submit("a", ("g",), "3.md", b"3", "d3", "key")
    assert store.submit("b", ("g",), "2.md", b"2", "d2", "key").id != two.id
    cancelled = store.cancel(two.id)
    assert cancelled is not None and cancelled.state == "cancelled"
    assert not store.file(two.id).exists() and store.file(one.id).exists()
    store.close()
