"""On every path: no key, no entry; and nobody sees, counts or touches another group's documents."""

import re
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from tests.app.access.conftest import House, bearer

OPEN = {"/health", "/ready", "/"}
SECRETS = ("61,250", "Salary bands", "18 percent", "Discount ladder")


def routes(house: House) -> list[tuple[str, str]]:
    """Every path and method that the service has, so that a new one is tested too."""
    service = house.client.app
    paths = service.openapi()["paths"]  # type: ignore[attr-defined]
    return [(m.upper(), re.sub(r"{\w+}", "x", p)) for p, methods in paths.items() for m in methods]


def test_every_route_wants_a_key(house: House) -> None:
    checked = 0
    for method, path in routes(house):
        if path in OPEN:
            continue
        for headers in ({}, bearer("fn_wrong_key"), {"Authorization": "Basic aGk6aGk="}):
            response = house.client.request(method, path, headers=headers)
            assert response.status_code == 401, (method, path, response.text)
            assert response.headers["WWW-Authenticate"] == "Bearer"
            assert response.headers["Content-Type"] == "application/problem+json"
        checked += 1
    assert checked >= 6


def test_no_route_is_without_a_schema(house: House) -> None:
    """What the schema leaves out is not in the test above: the page's own files only."""
    service: Any = house.client.app
    hidden = {r.path for r in service.routes if isinstance(r, APIRoute) and not r.include_in_schema}
    assert hidden == {"/"}


def test_what_needs_no_key_tells_nothing(house: House) -> None:
    ready = house.client.get("/ready").json()
    assert ready == {"status": "ready", "documents": None}
    for path in OPEN:
        text = house.client.get(path).text
        assert not any(secret in text for secret in SECRETS)


def test_answers_come_from_ones_own_documents_only(house: House) -> None:
    question = {"question": "How much is band 7 of the engineers paid a year?"}
    mine = house.client.post("/v1/ask", json=question, headers=house.hr)
    assert "61,250" in mine.json()["answer"]
    for path, more in (
        ("/v1/ask", {}),
        ("/v1/ask", {"mode": "agent"}),
        ("/v1/ask", {"all_versions": True}),
        ("/v1/search", {"limit": 20, "neighbours": 2}),
    ):
        theirs = house.client.post(path, json={**question, **more}, headers=house.sales)
        assert theirs.status_code == 200
        assert not any(secret in theirs.text for secret in SECRETS[:2]), (path, more)


def test_a_hidden_document_looks_like_none(house: House) -> None:
    listed = house.client.get("/v1/documents", headers=house.hr).json()["documents"]
    ids = {document["title"]: document["id"] for document in listed}
    assert set(ids) == {"Salary bands", "Canteen"}
    hidden, absent = ids["Salary bands"], "0" * len(ids["Salary bands"])
    for method in ("GET", "DELETE"):
        answers = [
            house.client.request(method, f"/v1/documents/{name}", headers=house.sales)
            for name in (hidden, absent)
        ]
        bodies = [a.text.replace(hidden, "X").replace(absent, "X") for a in answers]
        assert [a.status_code for a in answers] == [404, 404] and bodies[0] == bodies[1]
    assert house.client.get(f"/v1/documents/{hidden}", headers=house.hr).status_code == 200


def test_an_upload_neither_finds_out_nor_overwrites_anothers(house: House) -> None:
    def upload(headers: dict[str, str], text: str) -> dict[str, Any]:
        files = {"file": ("plan.md", text.encode())}
        response = house.client.post("/v1/documents", files=files, headers=headers)
        assert response.status_code == 201, response.text
        done: dict[str, Any] = response.json()
        return done

    first = upload(house.hr, "# Plan\n\nThe move to Porto is in May.\n")
    second = upload(house.sales, "# Plan\n\nThe fair in Lyon is in June.\n")
    assert (first["outcome"], second["outcome"]) == ("added", "added")
    mine = house.client.get(f"/v1/documents/{first['document']['id']}", headers=house.hr).json()
    assert "Porto" in mine["text"]
    assert upload(house.hr, "# Plan\n\nThe move is in July.\n")["outcome"] == "updated"
    assert house.client.delete(
        f"/v1/documents/{first['document']['id']}", headers=house.hr
    ).is_success
    kept = house.client.get(f"/v1/documents/{second['document']['id']}", headers=house.sales)
    assert "Lyon" in kept.json()["text"]
    assert not list(house.app.uploads.glob("hanna/plan.md"))
    assert list(house.app.uploads.glob("sam/plan.md"))


def test_a_key_that_only_reads_changes_nothing(house: House) -> None:
    listed = house.client.get("/v1/documents", headers=house.reader).json()["documents"]
    target = next(d for d in listed if d["title"] == "Discount ladder")
    deleted = house.client.delete(f"/v1/documents/{target['id']}", headers=house.reader)
    files = {"file": ("x.md", b"# X\n\nSome words here.\n")}
    uploaded = house.client.post("/v1/documents", files=files, headers=house.reader)
    assert [deleted.status_code, uploaded.status_code] == [403, 403]
    assert "--writes" in uploaded.json()["detail"]
    me = house.client.get("/v1/me", headers=house.reader).json()
    assert me == {
        "name": "rita",
        "groups": ["sales"],
        "writes": False,
        "operates": False,
        "rates": True,
        "uploads": "upload:rita/",
    }


def test_only_a_key_that_operates_sees_how_the_service_does(house: House) -> None:
    for path in ("/v1/operations", "/v1/evaluation"):
        for headers in (house.hr, house.sales, house.reader):
            refused = house.client.get(path, headers=headers)
            assert refused.status_code == 403 and "--operates" in refused.json()["detail"]
        seen = house.client.get(path, headers=house.operator)
        assert seen.status_code == 200, seen.text
        assert not any(secret in seen.text for secret in (*SECRETS, "hanna", "engineers"))
    assert house.client.get("/v1/me", headers=house.operator).json()["operates"]


def test_a_revoked_key_is_out_at_once(house: House) -> None:
    key, token = house.app.access.keys.create("guest", ("sales",), writes=False)
    assert house.client.get("/v1/me", headers=bearer(token)).status_code == 200
    house.app.access.keys.revoke(key.id)
    assert house.client.get("/v1/me", headers=bearer(token)).status_code == 401


def test_secrets_stay_out_of_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        house.client.post("/v1/ask", json={"question": "Zanzibar?"}, headers=house.hr)
        house.client.get("/v1/me", headers=bearer("fn_aaaa_supersecret"))
    text = caplog.text
    assert "/v1/ask" in text
    token = house.hr["Authorization"].split()[1]
    for secret in (token, token.split("_", 2)[2], "supersecret", "Zanzibar"):
        assert secret not in text


def test_without_keys_everybody_is_the_anonymous_caller(live_server: str) -> None:
    me = httpx.get(f"{live_server}/v1/me").json()
    assert me == {
        "name": "anonymous",
        "groups": ["everyone"],
        "writes": True,
        "operates": True,
        "rates": True,
        "uploads": "upload:anonymous/",
    }


def test_another_web_page_gets_nothing(live_server: str, house: House) -> None:
    file = {"file": ("x.md", b"# X\n\nPlanted by another page.\n")}
    for site in ("cross-site", "same-site"):
        headers = {"Sec-Fetch-Site": site}
        for post in (
            httpx.post(f"{live_server}/v1/documents", files=file, headers=headers),
            httpx.post(f"{live_server}/v1/ask", json={"question": "Hi?"}, headers=headers),
        ):
            assert post.status_code == 403 and "Another web page" in post.json()["detail"]
    rebound = {"Host": "docs.evil.example"}
    for path in ("/v1/documents", "/v1/me", "/", "/mcp/"):
        refused = httpx.get(f"{live_server}{path}", headers=rebound)
        assert refused.status_code == 403 and "localhost" in refused.json()["detail"]
    own = {"Sec-Fetch-Site": "same-origin"}
    assert httpx.get(f"{live_server}/v1/documents", headers=own).status_code == 200
    # With keys any name is fine: a page that has none gets nothing.
    named = house.client.get("/v1/me", headers={**house.hr, **rebound})
    assert named.status_code == 200
