"""API keys: made once, kept as a hash, with a name, groups, an end, and a way to replace them."""

import hashlib
import hmac
import json
import re
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from app.access.models import Caller, IdentityUnavailableError, InvalidKeyError
from ingestion.database import DamagedFileError, open_database
from retrieval.models import Principal

_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, digest BLOB NOT NULL, groups TEXT NOT NULL,
    writes INTEGER NOT NULL, created TEXT NOT NULL, expires TEXT, revoked TEXT,
    operates INTEGER NOT NULL DEFAULT 0);
"""
_VERSION = 2
"""1: without `operates`."""

_PREFIX = "fn"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@ -]{0,63}")
_COLUMNS = "id, name, groups, writes, created, expires, revoked, operates"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. `name` is the principal's; several keys may share it."""

    id: str
    name: str
    groups: tuple[str, ...]
    writes: bool
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    operates: bool = False

    def holds(self, now: datetime) -> bool:
        """Neither revoked nor past its end."""
        return self.revoked is None and (self.expires is None or now < self.expires)


class KeyStore:
    """Thread-safe access to one SQLite file.

    A secret has 256 random bits, so a plain SHA-256 keeps it as safe as a slow hash would; slow
    hashes are for what people choose. Raises IdentityUnavailableError when the file is damaged.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        # SQLite takes an empty file for a new one: without keys the doors would be open.
        if path.exists() and path.stat().st_size == 0:
            raise _damaged(path, "it is empty")
        try:
            self._db = open_database(path, _SCHEMA)
            self._upgrade()
        except (DamagedFileError, sqlite3.Error) as error:
            raise _damaged(path, str(error)) from error
        path.chmod(0o600)

    def create(
        self,
        name: str,
        groups: tuple[str, ...],
        *,
        writes: bool,
        operates: bool = False,
        lifetime: timedelta | None = None,
    ) -> tuple[ApiKey, str]:
        """A new key and its token, which is shown this once. Raises InvalidKeyError."""
        if not _NAME.fullmatch(name):
            raise InvalidKeyError(
                f"{name!r} is no name for a key: letters, digits, spaces and . _ @ -, 64 at most."
            )
        if not groups:
            raise InvalidKeyError("A key without groups could read nothing; give --groups.")
        now = _now()
        expires = now + lifetime if lifetime else None
        key = ApiKey(secrets.token_hex(6), name, groups, writes, now, expires, None, operates)
        secret = secrets.token_urlsafe(32)
        row = (key.id, name, _digest(secret), json.dumps(groups), int(writes), now.isoformat())
        with self._lock:
            self._db.execute(
                "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",
                (*row, expires.isoformat() if expires else None, int(operates)),
            )
        return key, f"{_PREFIX}_{key.id}_{secret}"

    def rotate(self, key_id: str, grace: timedelta) -> tuple[ApiKey, str]:
        """A new key in the place of another, which holds for `grace` longer.

        Raises InvalidKeyError when the old one does not hold any more.
        """
        old = self._get(key_id)
        now = _now()
        if not old.holds(now):
            raise InvalidKeyError(f"The key {key_id} does not hold any more; create a new one.")
        lifetime = old.expires - old.created if old.expires else None
        may = {"writes": old.writes, "operates": old.operates}
        fresh = self.create(old.name, old.groups, **may, lifetime=lifetime)
        end = now + grace if old.expires is None else min(old.expires, now + grace)
        with self._lock:
            self._db.execute("UPDATE keys SET expires = ? WHERE id = ?", (end.isoformat(), key_id))
        return fresh

    def revoke(self, key_id: str) -> ApiKey:
        """End a key at once. Raises InvalidKeyError when there is none with this id."""
        self._get(key_id)
        with self._lock:
            self._db.execute(
                "UPDATE keys SET revoked = coalesce(revoked, ?) WHERE id = ?",
                (_now().isoformat(), key_id),
            )
        return self._get(key_id)

    def all(self) -> list[ApiKey]:
        """Every key that was ever made, oldest first."""
        with self._lock:
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM keys ORDER BY created").fetchall()
        return [_key(row) for row in rows]

    def any(self) -> bool:
        """Whether a key was ever made: revoking the last one must not open the doors."""
        with self._lock:
            return self._db.execute("SELECT 1 FROM keys LIMIT 1").fetchone() is not None

    def caller(self, token: str) -> Caller | None:
        """Whose token it is; None when it is nobody's or holds no more."""
        prefix, key_id, secret = (*token.split("_", 2), "", "", "")[:3]
        with self._lock:
            row = self._db.execute(
                f"SELECT digest, {_COLUMNS} FROM keys WHERE id = ?", (key_id,)
            ).fetchone()
        # Compared even where there is no such key, so that the time does not tell which ids exist.
        same = hmac.compare_digest(_digest(secret), row[0] if row else bytes(32))
        if prefix != _PREFIX or row is None or not same:
            return None
        key = _key(row[1:])
        if not key.holds(_now()):
            return None
        return Caller(Principal(key.name, key.groups), key.writes, key.operates)

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()

    def _upgrade(self) -> None:
        """Bring a file of an older version up to date; several processes may open it at once."""
        self._db.execute("BEGIN IMMEDIATE")
        known = {column[1] for column in self._db.execute("PRAGMA table_info(keys)")}
        if "operates" not in known:
            self._db.execute("ALTER TABLE keys ADD COLUMN operates INTEGER NOT NULL DEFAULT 0")
        self._db.execute(f"PRAGMA user_version = {_VERSION}")
        self._db.execute("COMMIT")

    def _get(self, key_id: str) -> ApiKey:
        with self._lock:
            row = self._db.execute(
                f"SELECT {_COLUMNS} FROM keys WHERE id = ?", (key_id,)
            ).fetchone()
        if row is None:
            raise InvalidKeyError(f"There is no key {key_id}; see: rag keys list")
        return _key(row)


def _key(row: tuple[str, str, str, int, str, str | None, str | None, int]) -> ApiKey:
    key_id, name, groups, writes, *days, operates = row
    created, expires, revoked = (datetime.fromisoformat(str(day)) if day else None for day in days)
    assert created is not None
    may_read = tuple(json.loads(groups))
    return ApiKey(key_id, name, may_read, bool(writes), created, expires, revoked, bool(operates))


def _damaged(path: Path, why: str) -> IdentityUnavailableError:
    return IdentityUnavailableError(
        f"The file of keys {path} cannot be used: {why}. Nobody is let in. Restore it from a "
        "backup, or move it away, and make new keys before anybody can reach the service."
    )


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _now() -> datetime:
    return datetime.now(UTC)
