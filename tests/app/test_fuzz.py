"""Requests that nobody would think of, made from the service's own description: never a 5xx."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance

from app.bootstrap import build
from app.main import create_app
from app.settings import Settings
from tests.conftest import serving

DESCRIBED = schemathesis.openapi.from_dict(create_app(Settings(_env_file=None)).openapi())
OPERATIONS = [found.ok() for found in DESCRIBED.get_all_operations() if isinstance(found, Ok)]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small service that a caller may do everything with."""
    root = tmp_path_factory.mktemp("fuzz")
    docs = root / "docs"
    docs.mkdir()
    (docs / "roof.md").write_text("# Roof\n\nKites may be flown on the roof until 17:45.\n")
    own: dict[str, Any] = {"data_dir": root / "data", "docs_root": root, "qdrant_url": None}
    app = build(Settings(_env_file=None, rate_per_minute=0, question_log="hashed", **own))
    app.ingestion.open()
    app.ingestion.run([docs], root)
    with serving(app) as url:
        yield url
    app.close()


def test_every_route_is_tried() -> None:
    assert len(OPERATIONS) >= 15


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.label)
def test_nothing_makes_it_fail(url: str, operation: Any) -> None:
    @given(operation.as_strategy())
    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    def tried(case: Any) -> None:
        response = case.call(base_url=url, timeout=60)
        checks = [not_a_server_error, content_type_conformance]
        case.validate_response(response, checks=checks)
        if response.status_code >= 400:
            assert response.headers["content-type"] == ["application/problem+json"]

    tried()
