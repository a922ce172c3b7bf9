"""Opening one of the SQLite files of the data folder."""

import sqlite3
from pathlib import Path


class DamagedFileError(Exception):
    """A file is no database, or cannot be used as one; the message is SQLite's."""


def open_database(path: Path, schema: str) -> sqlite3.Connection:
    """A connection in autocommit, for any thread, durable at each commit, with these tables.

    The folder must be there. Raises DamagedFileError.
    """
    db = None
    try:
        db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(schema)
    # Damage may reach the wording of SQLite's own error.
    except (sqlite3.Error, UnicodeError) as error:
        if db is not None:
            db.close()
        raise DamagedFileError(str(error)) from error
    return db
