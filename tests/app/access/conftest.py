"""A small service with two groups that must not see each other's documents."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from app.bootstrap import Application, build
from app.main import create_app
from app.settings import Settings

MANIFEST = """default_groups: [hr]
documents:
  - path: hr.md
    groups: [hr]
    title: Salary bands
  - path: sales.md
    groups: [sales]
    title: Discount ladder
  - path: all.md
    groups: [hr, sales]
    title: Canteen
"""
HR = "# Salary bands\n\nBand 7 of the engineers is paid 61,250 EUR a year.\n"
SALES = "# Discount ladder\n\nFrom 50 gateways on the discount is 18 percent.\n"
ALL = "# Canteen\n\nThe canteen opens at 11:30 and closes at 14:00.\n"


@dataclass(frozen=True, slots=True)
class House:
    """The service with a key for each group, one that only reads, and one that operates."""

    app: Application
    client: TestClient
    hr: dict[str, str]
    sales: dict[str, str]
    reader: dict[str, str]
    operator: dict[str, str]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    root = tmp_path_factory.mktemp("house")
    docs = root / "docs"
    docs.mkdir()
    files = {"manifest.yaml": MANIFEST, "hr.md": HR, "sales.md": SALES, "all.md": ALL}
    for name, text in files.items():
        (docs / name).write_text(text)
    settings = Settings(_env_file=None, data_dir=root / "data", docs_root=root, qdrant_url=None)
    app = build(settings)
    app.ingestion.open()
    report = app.ingestion.run([docs], root)
    assert not report.failed
    made = app.access.keys.create
    tokens = [
        made("hanna", ("hr",), writes=True)[1],
        made("sam", ("sales",), writes=True)[1],
        made("rita", ("sales",), writes=False)[1],
        made("olga", ("sales",), writes=False, operates=True)[1],
    ]
    with TestClient(create_app(settings, app)) as client:
        yield House(app, client, *map(bearer, tokens))
    app.close()
