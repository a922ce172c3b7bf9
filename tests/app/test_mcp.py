"""The real MCP client against the tools: over HTTP with keys, and as a child process."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from app.bootstrap import Application, build
from app.settings import Settings
from tests.conftest import serving

TOOLS = ["ask_question", "get_document", "list_documents", "search_documents"]
Use = Callable[[Client], Awaitable[Any]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Two documents, of which hanna may read one."""
    root = tmp_path_factory.mktemp("mcp")
    docs = root / "docs"
    docs.mkdir()
    (docs / "hr.md").write_text("# Salary bands\n\nBand 7 is paid 61,250 EUR a year.\n")
    (docs / "sales.md").write_text("# Discounts\n\nFrom 50 gateways on it is 18 percent.\n")
    (docs / "manifest.yaml").write_text(
        "default_groups: [sales]\ndocuments:\n  - {path: hr.md, groups: [hr]}\n"
    )
    settings = Settings(_env_file=None, data_dir=root / "data", docs_root=root, qdrant_url=None)
    app = build(settings)
    app.ingestion.open()
    assert not app.ingestion.run([docs], root).failed
    yield app
    app.close()


@pytest.fixture(scope="module")
def hanna(house: Application) -> str:
    return house.access.keys.create("hanna", ("hr",), writes=False)[1]


def over_http(url: str, token: str | None, use: Use) -> Any:
    async def run() -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
            transport = streamable_http_client(f"{url}/mcp/", http_client=http)
            async with Client(transport) as client:
                return await use(client)

    return asyncio.run(run())


async def _tour(client: Client) -> dict[str, Any]:
    """Every tool once; what came back, structured."""
    listed = await client.list_tools()
    found: dict[str, Any] = {"tools": {tool.name: tool for tool in listed.tools}}
    question = {"question": "How much is band 7 paid a year?"}
    documents = await client.call_tool("list_documents", {})
    found["documents"] = (documents.structured_content or {})["documents"]
    found["answer"] = (await client.call_tool("ask_question", question)).structured_content
    searched = await client.call_tool("search_documents", {**question, "limit": 3})
    found["passages"] = (searched.structured_content or {})["results"]
    target = {"document_id": found["documents"][0]["id"]}
    found["text"] = (await client.call_tool("get_document", target)).structured_content
    return found


def test_the_tools_read_and_cite(house: Application, hanna: str) -> None:
    with serving(house) as url:
        found = over_http(url, hanna, _tour)
    assert sorted(found["tools"]) == TOOLS
    for tool in found["tools"].values():
        assert tool.annotations.read_only_hint and tool.description
    assert [document["title"] for document in found["documents"]] == ["Salary bands"]
    answer, text = found["answer"], found["text"]["text"]
    assert "61,250" in answer["answer"]
    for citation in answer["citations"]:
        span = citation["source_span"]
        assert text[span["start_char"] : span["end_char"]] == citation["cited_text"]
    assert found["passages"] and "61,250" in found["passages"][0]["text"]


def test_another_groups_documents_are_not_there(house: Application, hanna: str) -> None:
    (hidden,) = [r.document for r in house.manifest.records() if r.document.groups == ("sales",)]

    async def probe(client: Client) -> list[Any]:
        asked = {"question": "What is the discount from 50 gateways on?"}
        calls: list[tuple[str, dict[str, Any]]] = [
            ("ask_question", asked),
            ("ask_question", {**asked, "mode": "agent"}),
            ("search_documents", {**asked, "limit": 50}),
            ("list_documents", {}),
            ("get_document", {"document_id": hidden.id}),
            ("get_document", {"document_id": "0" * len(hidden.id)}),
        ]
        return [await client.call_tool(name, arguments) for name, arguments in calls]

    with serving(house) as url:
        results = over_http(url, hanna, probe)
    assert not any("18 percent" in r.model_dump_json() for r in results)
    assert not any("Discounts" in r.model_dump_json() for r in results)
    absent, other = results[-2:]
    assert absent.is_error and other.is_error
    assert absent.content == other.content


def test_without_a_key_nothing_is_read(house: Application, hanna: str) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    with serving(house) as url:
        for headers in ({}, {"Authorization": "Bearer fn_no_key"}, {"Authorization": "Basic x"}):
            response = httpx2.post(f"{url}/mcp/", json=message, headers={**accept, **headers})
            assert response.status_code == 401
            assert response.headers["WWW-Authenticate"] == "Bearer"
        signed = {**accept, "Authorization": f"Bearer {hanna}"}
        large = {**message, "params": {"x": "y" * 2_000_000}}
        assert httpx2.post(f"{url}/mcp/", json=large, headers=signed).status_code == 413


def test_a_child_process_reads_as_the_holder_of_its_key(house: Application, hanna: str) -> None:
    house.index.close()
    root = house.settings.docs_root
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(house.settings.data_dir),
        "DOCS_ROOT": str(root),
        "MCP_KEY": hanna,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    arguments = ["-c", "from app.cli import main; main()", "mcp"]
    server = StdioServerParameters(
        command=sys.executable, args=arguments, env=environment, cwd=str(root)
    )

    async def run() -> dict[str, Any]:
        async with Client(server) as client:
            return await _tour(client)

    try:
        found = asyncio.run(run())
    finally:
        house.ingestion.open()
    assert [document["title"] for document in found["documents"]] == ["Salary bands"]
    assert "61,250" in found["answer"]["answer"]
