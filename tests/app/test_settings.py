"""Settings come from the environment, are checked, and keep their secrets."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from app.settings import Settings


def test_secrets_are_in_no_representation() -> None:
    settings = Settings(_env_file=None, llm_api_key="sk-very-secret", qdrant_api_key="qd-secret")
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "secret" not in shown.replace("SecretStr", "")
    assert settings.llm_api_key.get_secret_value() == "sk-very-secret"


def test_a_secret_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "qdrant_api_key").write_text("from-a-file\n")
    settings = Settings(_env_file=None, _secrets_dir=tmp_path)
    assert settings.qdrant_api_key == SecretStr("from-a-file")
    monkeypatch.setenv("QDRANT_API_KEY", "from-the-environment")
    settings = Settings(_env_file=None, _secrets_dir=tmp_path)
    assert settings.qdrant_api_key == SecretStr("from-the-environment")


def test_names_are_split_and_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFAULT_GROUPS", "everyone, hr ,")
    monkeypatch.setenv("QDRANT_URL", "")
    settings = Settings(_env_file=None)
    assert settings.default_groups == ("everyone", "hr")
    assert settings.qdrant_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("TOP_K", "0"), ("EVIDENCE_THRESHOLD", "1.5"), ("GENERATOR", "magic"), ("PORT", "99999")],
)
def test_values_out_of_range_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings(_env_file=None)
