"""What the doctor finds, and the repair that it names."""

from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import build
from app.doctor import Finding, examine
from app.settings import Settings


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(
        _env_file=None, data_dir=folder / "data", docs_root=folder, qdrant_url=None, **more
    )


def broken(found: list[Finding]) -> dict[str, Finding]:
    bad = {finding.name: finding for finding in found if not finding.ok}
    assert all(finding.repair for finding in bad.values())
    return bad


def ingest(wanted: Settings) -> None:
    (wanted.docs_root / "a.md").write_text("# Parking\n\nVisitors park on level 3.\n")
    app = build(wanted)
    app.ingestion.open()
    app.ingestion.run([wanted.docs_root / "a.md"], wanted.docs_root)
    app.close()


def test_all_is_well(tmp_path: Path) -> None:
    wanted = settings(tmp_path)
    ingest(wanted)
    found = examine(wanted)
    assert not broken(found)
    assert {finding.name for finding in found} > {"Python", "data folder", "embedding model"}


def test_an_empty_index_says_what_to_run(tmp_path: Path) -> None:
    assert "rag ingest" in broken(examine(settings(tmp_path)))["documents"].repair


def test_missing_weights(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    found = broken(examine(settings(tmp_path, embedding_model=str(tmp_path / "model"))))
    assert "EMBEDDING_MODEL" in found["models and prompt"].detail


def test_wrong_weights(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"other")
    wanted = settings(tmp_path, embedding_model=str(tmp_path / "model"), embedding_sha256="0" * 64)
    assert "EMBEDDING_SHA256" in broken(examine(wanted))["models and prompt"].detail


def test_a_prompt_that_is_not_there(tmp_path: Path) -> None:
    wanted = settings(tmp_path, generator="openai-like", prompt="no-such-prompt")
    assert "no-such-prompt" in broken(examine(wanted))["models and prompt"].detail


def test_an_index_that_was_built_otherwise(tmp_path: Path) -> None:
    ingest(settings(tmp_path))
    found = broken(examine(settings(tmp_path, chunk_max_chars=300)))
    assert "--rebuild" in found["embedded index"].detail


def test_a_data_folder_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    assert "DATA_DIR" in broken(examine(settings(tmp_path)))["data folder"].repair


def test_a_server_and_an_endpoint_that_do_not_answer(tmp_path: Path) -> None:
    wanted = settings(tmp_path, generator="openai-like", llm_base_url="http://127.0.0.1:9/v1")
    wanted = wanted.model_copy(update={"qdrant_url": "http://127.0.0.1:9"})
    found = broken(examine(wanted))
    assert "QDRANT_URL" in found["Qdrant server"].detail
    assert "LLM_BASE_URL" in found["model endpoint"].repair


@pytest.mark.parametrize("name", ["tasks.sqlite", "access.sqlite"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    wanted = settings(tmp_path)
    ingest(wanted)
    (wanted.data_dir / name).write_bytes(b"no database at all")
    assert any(name in finding.detail for finding in broken(examine(wanted)).values())
