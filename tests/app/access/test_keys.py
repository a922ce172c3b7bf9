"""Keys: kept as hashes, with an end; replaced and revoked."""

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.access import Access, AccessDeniedError
from app.access.keys import KeyStore
from app.access.models import IdentityUnavailableError, InvalidKeyError


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "access.sqlite")


def test_a_key_stands_for_its_name_and_groups(store: KeyStore) -> None:
    key, token = store.create("hanna", ("hr", "everyone"), writes=False)
    caller = store.caller(token)
    assert caller is not None
    assert (caller.principal.name, caller.principal.groups) == ("hanna", ("hr", "everyone"))
    assert not caller.writes and store.all() == [key]


def test_the_file_holds_no_secret_and_is_the_owners(store: KeyStore, tmp_path: Path) -> None:
    _, token = store.create("hanna", ("hr",), writes=True)
    secret = token.split("_", 2)[2]
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"hanna" in held and secret.encode() not in held
    assert (tmp_path / "access.sqlite").stat().st_mode & 0o077 == 0


def test_a_file_of_before_operating_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "access.sqlite"
    with closing(KeyStore(path)) as before, closing(sqlite3.connect(path)) as db:
        _, token = before.create("hanna", ("hr",), writes=True)
        db.execute("ALTER TABLE keys DROP COLUMN operates")
        db.execute("PRAGMA user_version = 1")
    for _ in range(2):
        with closing(KeyStore(path)) as store:
            caller = store.caller(token)
            assert caller is not None and caller.writes and not caller.operates
    with closing(KeyStore(path)) as store:
        old, _ = store.create("olga", ("hr",), writes=False, operates=True)
        fresh, new = store.rotate(old.id, timedelta(0))
        caller = store.caller(new)
        assert fresh.operates and caller is not None and caller.operates


def test_what_is_nearly_a_key_is_none(store: KeyStore) -> None:
    key, token = store.create("hanna", ("hr",), writes=True)
    secret = token.split("_", 2)[2]
    wrong = ["", "fn", "fn_", token[:-1], token + "x", f"xx_{key.id}_{secret}", f"fn__{secret}"]
    wrong += [f"fn_{key.id}_", f"fn_{key.id}' OR '1'='1_{secret}", secret, token.upper(), "é" * 9]
    assert [store.caller(text) for text in wrong] == [None] * len(wrong)


def test_a_revoked_and_an_ended_key_hold_no_more(store: KeyStore) -> None:
    first, token = store.create("hanna", ("hr",), writes=True)
    _, ended = store.create("sam", ("hr",), writes=True, lifetime=timedelta(seconds=-1))
    assert store.caller(token) is not None and store.caller(ended) is None
    assert store.revoke(first.id).revoked is not None
    assert store.caller(token) is None
    assert store.revoke(first.id).revoked == store.all()[0].revoked


def test_a_replaced_key_holds_for_its_grace(store: KeyStore) -> None:
    old, token = store.create("hanna", ("hr",), writes=True)
    fresh, new = store.rotate(old.id, timedelta(days=1))
    assert (fresh.name, fresh.groups, fresh.writes) == ("hanna", ("hr",), True)
    assert store.caller(token) is not None and store.caller(new) is not None
    later, newest = store.rotate(fresh.id, timedelta(0))
    assert store.caller(new) is None and store.caller(newest) is not None
    with pytest.raises(InvalidKeyError, match="create a new one"):
        store.rotate(fresh.id, timedelta(0))
    assert later.expires is None


def test_a_grace_does_not_lengthen_a_life(store: KeyStore) -> None:
    old, _ = store.create("hanna", ("hr",), writes=True, lifetime=timedelta(hours=1))
    store.rotate(old.id, timedelta(days=30))
    assert store.all()[0].expires == old.expires


@pytest.mark.parametrize("name", ["", "jwt:someone", "a/b", "x" * 65, "line\nbreak", "-x"])
def test_a_name_that_could_be_taken_for_another_is_refused(store: KeyStore, name: str) -> None:
    with pytest.raises(InvalidKeyError, match="no name for a key"):
        store.create(name, ("hr",), writes=False)
    with pytest.raises(InvalidKeyError, match="--groups"):
        store.create("hanna", (), writes=False)
    with pytest.raises(InvalidKeyError, match="rag keys list"):
        store.revoke("absent")


def test_the_last_revoked_key_leaves_the_doors_shut(store: KeyStore) -> None:
    access = Access(store, None, "auto", ("everyone",))
    assert access.open and access.caller(None).principal.name == "anonymous"
    assert access.caller("sk-whatever").principal.name == "anonymous"
    key, _ = store.create("hanna", ("hr",), writes=True)
    store.revoke(key.id)
    assert not access.open
    with pytest.raises(AccessDeniedError, match="rag keys create"):
        access.caller(None)


def test_who_is_let_in_without_a_key_is_a_setting(store: KeyStore) -> None:
    assert not Access(store, None, "never", ("everyone",)).open
    store.create("hanna", ("hr",), writes=True)
    always = Access(store, None, "always", ("everyone",))
    assert always.caller(None).principal.groups == ("everyone",)
    with pytest.raises(AccessDeniedError):
        always.caller("fn_wrong_key")


@pytest.mark.parametrize(
    ("host", "safe"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.5", False),
        ("docs.example", False),
    ],
)
def test_only_the_loopback_is_safe_without_keys(store: KeyStore, host: str, safe: bool) -> None:
    unsafe = Access(store, None, "auto", ("everyone",)).exposure(host)
    assert (unsafe is None) == safe
    assert safe or "rag keys create" in (unsafe or "")
    assert Access(store, None, "always", ("everyone",)).exposure(host) is None
    store.create("hanna", ("hr",), writes=True)
    assert Access(store, None, "auto", ("everyone",)).exposure(host) is None


def test_nothing_is_logged(store: KeyStore, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        _, token = store.create("hanna", ("hr",), writes=True)
        store.caller(token)
        store.caller(token + "x")
    assert not caplog.records


@pytest.mark.parametrize("damage", [b"", b"no database at all"])
def test_a_damaged_file_opens_no_door(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "access.sqlite"
    made = KeyStore(file)
    made.create("hanna", ("hr",), writes=True)
    made.close()
    file.write_bytes(damage)
    with pytest.raises(IdentityUnavailableError, match=r"access\.sqlite"):
        KeyStore(file)
    assert file.read_bytes() == damage
