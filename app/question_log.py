"""What the service keeps of the questions it answered, so that drift is seen and answers are rated.

One SQLite file in the data folder, a row for each answer. It holds no answer, no document and not
who asked; of the question nothing, or a keyed hash or its masked wording with a few projected
numbers.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Literal

from app.disguise import Disguise
from app.redaction import redact
from ingestion.embed import Embedder
from retrieval.answers import Answer

LOG_NAME = "questions.sqlite"
KEY_NAME = "questions.key"

Wording = Literal["measures", "hashed", "redacted"]
Rating = Literal["up", "down"]

_log = logging.getLogger(__name__)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS questions (
    trace_id TEXT PRIMARY KEY, asked_at TEXT NOT NULL, mode TEXT NOT NULL,
    hash TEXT, wording TEXT, space TEXT NOT NULL, vector BLOB NOT NULL, words INTEGER NOT NULL,
    status TEXT NOT NULL, abstain_reason TEXT, confidence REAL NOT NULL, similarity REAL NOT NULL,
    coverage REAL NOT NULL, passages INTEGER NOT NULL, citations INTEGER NOT NULL,
    claims INTEGER NOT NULL, dropped INTEGER NOT NULL, repaired INTEGER NOT NULL,
    unknown_markers INTEGER NOT NULL, degraded INTEGER NOT NULL, milliseconds REAL NOT NULL,
    rating INTEGER);
CREATE INDEX IF NOT EXISTS questions_by_time ON questions (asked_at);
PRAGMA user_version = 1;
"""


class QuestionLogError(Exception):
    """The question log cannot be read or written."""


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """One answered question. `asked_at` is UTC, ISO 8601 to the second.

    `vector` are PROJECTED signed bytes, comparable within one `space` only; both are empty where
    the log keeps measures. `similarity` is the best sentence's cosine with the question: unlike
    rank scores it means the same in every search. `passages` counts what was found; `rating` is 1
    for up, -1 for down, None where nobody said.
    """

    trace_id: str
    asked_at: str
    mode: str
    hash: str | None
    wording: str | None
    space: str
    vector: bytes
    words: int
    status: str
    abstain_reason: str | None
    confidence: float
    similarity: float
    coverage: float
    passages: int
    citations: int
    claims: int
    dropped: int
    repaired: int
    unknown_markers: int
    degraded: int
    milliseconds: float
    rating: int | None = None


_COLUMNS = ", ".join(column.name for column in fields(LoggedQuestion))
_PLACES = ", ".join("?" for _ in fields(LoggedQuestion))


class QuestionLog:
    """Writes rows and ratings. Thread-safe; several processes may share the file.

    `wording` says what is kept of a question; measures: nothing, only how answering it went.
    """

    def __init__(
        self,
        folder: Path,
        wording: Wording,
        days: int,
        embedder: Embedder,
        is_content: Callable[[str], bool],
    ) -> None:
        self._folder, self._wording, self._days = folder, wording, days
        self._embedder, self._is_content = embedder, is_content
        self._lock = RLock()
        self._opened: sqlite3.Connection | None = None
        self._disguise: Disguise | None = None
        self._reported = False

    def write(self, answer: Answer, mode: str, now: datetime | None = None) -> None:
        """Keep a row, and delete those that are too old.

        Never raises for a log that cannot be written: the answer matters more. The service's log
        says so once, without the question.
        """
        asked = now or datetime.now(UTC)
        oldest = stamp(asked - timedelta(days=self._days))
        try:
            with self._lock:
                db = self._open()
                row = astuple(self._row(answer, mode, stamp(asked)))
                with db:
                    db.execute(f"INSERT INTO questions ({_COLUMNS}) VALUES ({_PLACES})", row)
                    db.execute("DELETE FROM questions WHERE asked_at < ?", (oldest,))
        except (sqlite3.Error, OSError, ValueError) as error:
            if not self._reported:
                _log.error("questions are answered but not logged: %s", error)
            self._reported = True

    def rate(self, trace_id: str, rating: Rating) -> bool:
        """Note what the asker thought; False when no row has this id. The last rating counts.

        Raises QuestionLogError when the log cannot be written.
        """
        value = 1 if rating == "up" else -1
        query = "UPDATE questions SET rating = ? WHERE trace_id = ?"
        try:
            with self._lock:
                db = self._open()
                with db:
                    return db.execute(query, (value, trace_id)).rowcount > 0
        except (sqlite3.Error, OSError, ValueError) as error:
            raise QuestionLogError(f"The question log cannot be written: {error}.") from error

    def close(self) -> None:
        """Close the file, if it was opened."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def since(self, moment: datetime) -> list[LoggedQuestion]:
        """The rows from `moment` on, oldest first; none where nothing was logged yet.

        Raises QuestionLogError when the log cannot be read.
        """
        path = self._folder / LOG_NAME
        return read_log(path, moment) if path.is_file() else []

    def _open(self) -> sqlite3.Connection:
        if self._opened is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._folder / LOG_NAME, check_same_thread=False)
            try:
                db.execute("PRAGMA journal_mode = WAL")
                # What is deleted for its age is overwritten, not only unlinked.
                db.execute("PRAGMA secure_delete = ON")
                db.executescript(_SCHEMA)
            except sqlite3.Error:
                db.close()
                raise
            self._opened = db
        return self._opened

    def _row(self, answer: Answer, mode: str, asked_at: str) -> LoggedQuestion:
        found, usage = answer.sufficiency, answer.usage
        hashed, wording, space, vector = self._disguised(answer.standalone)
        return LoggedQuestion(
            trace_id=answer.trace_id,
            asked_at=asked_at,
            mode=mode,
            hash=hashed,
            wording=wording,
            space=space,
            vector=vector,
            words=len(answer.standalone.split()),
            status=answer.status,
            abstain_reason=answer.abstain_reason,
            confidence=round(found.confidence, 4),
            similarity=round(found.similarity, 4),
            coverage=round(found.coverage, 4),
            passages=len(answer.ranked),
            citations=len(answer.citations),
            claims=len(answer.claims),
            dropped=usage.dropped_claims,
            repaired=usage.repaired_claims,
            unknown_markers=usage.unknown_markers,
            degraded=int(usage.degraded is not None),
            milliseconds=round(answer.timings["total"], 1),
        )

    def _disguised(self, asked: str) -> tuple[str | None, str | None, str, bytes]:
        """Hash, masked wording, space and vector of a question, as far as they are kept."""
        if self._wording == "measures":
            return None, None, "", b""
        if self._disguise is None:
            self._disguise = Disguise.load(self._folder / KEY_NAME)
        disguise = self._disguise
        hashed = self._wording == "hashed"
        (vector,) = self._embedder.embed([asked])
        return (
            disguise.hashed(asked) if hashed else None,
            None if hashed else redact(asked, self._is_content),
            disguise.space(self._embedder.fingerprint),
            disguise.projected(vector).tobytes(),
        )


def stamp(moment: datetime) -> str:
    """A moment as rows have it: UTC, to the second, ordered like time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_log(path: Path, since: datetime | None = None) -> list[LoggedQuestion]:
    """The rows of a log from `since` on, oldest first. Raises QuestionLogError without a log."""
    with _reading(path) as db:
        rows = db.execute(
            f"SELECT {_COLUMNS} FROM questions WHERE asked_at >= ? ORDER BY asked_at, trace_id",
            (stamp(since) if since else "",),
        )
        return [LoggedQuestion(*row) for row in rows]


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise QuestionLogError(
            f"There is no question log at {path}. The service keeps one unless QUESTION_LOG=off."
        )
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            yield db
    except sqlite3.Error as error:
        raise QuestionLogError(f"{path} is not a question log: {error}.") from error
