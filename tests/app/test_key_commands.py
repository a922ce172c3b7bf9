"""rag keys, and what rag serve refuses."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.access.keys import KeyStore
from app.cli import cli

runner = CliRunner()


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ANONYMOUS", "auto")
    return tmp_path


def run(*words: str) -> str:
    result = runner.invoke(cli, ["keys", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_key_is_made_listed_replaced_and_revoked(data: Path) -> None:
    first = run("create", "hanna", "--groups", "hr, everyone", "--writes", "--days", "90")
    token = first.splitlines()[-1]
    store = KeyStore(data / "access.sqlite")
    caller = store.caller(token)
    assert caller is not None and caller.writes
    assert caller.principal.groups == ("hr", "everyone")
    key_id = token.split("_")[1]
    listed = run("list")
    assert key_id in listed and "read, write" in listed and "until" in listed
    assert token.split("_", 2)[2] not in listed
    new = run("rotate", key_id, "--grace-days", "0").splitlines()[-1]
    assert store.caller(token) is None and store.caller(new) is not None
    assert "Revoked" in run("revoke", new.split("_")[1])
    assert store.caller(new) is None
    assert len(re.findall(r"revoked|ended", run("list"))) == 2
    store.close()


def test_what_cannot_be_done_is_said() -> None:
    result = runner.invoke(cli, ["keys", "revoke", "absent"])
    assert result.exit_code == 1 and "rag keys list" in result.output
    result = runner.invoke(cli, ["keys", "create", "x/y", "--groups", "hr"])
    assert result.exit_code == 1 and "no name for a key" in result.output
    assert runner.invoke(cli, ["keys", "create", "hanna"]).exit_code == 2


def test_serving_beyond_this_machine_without_keys_is_refused() -> None:
    result = runner.invoke(cli, ["serve", "--host", "0.0.0.0"])
    assert result.exit_code == 1
    assert "rag keys create" in result.output and "127.0.0.1" in result.output
