"""Opinions on answers, in a small SQLite file: a verdict, perhaps a reason, and the question only when it was joined.

Nothing says who gave an opinion: no address, no session, the day and not the hour. What is older than the retention is
overwritten with zeros when the page starts, each day while it runs, and whenever something is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bot.answer import Outcome
from bot.masking import Use, mask

Verdict = Literal["up", "down"]
Reason = Literal["mauvaise source", "incomplet", "faux", "autre"]

_MOST_OPINIONS = 100_000
#: What SQLite may leave beside its file.
_COMPANIONS = ("", "-journal", "-wal", "-shm")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS opinion (
    id TEXT PRIMARY KEY, day TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT, outcome TEXT NOT NULL,
    library_version TEXT, fiches TEXT NOT NULL, question TEXT
)"""
_WRITE = """
INSERT INTO opinion VALUES (:id, :day, :verdict, :reason, :outcome, :library_version, :fiches, :question)
ON CONFLICT (id) DO UPDATE SET verdict = :verdict, reason = :reason, question = :question
"""
_SUMMARY = "SELECT count(*), count(question), min(day), max(day) FROM opinion"


def _today() -> date:
    return datetime.now(UTC).date()


class Opinion(BaseModel):
    """What a person says of one answer. The page draws an `id` for each: saying more replaces what was said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    verdict: Verdict
    reason: Reason | None = None
    outcome: Outcome | Literal[""] = ""
    library_version: str | None = Field(default=None, pattern=r"^[\w.-]{0,80}$")
    fiches: tuple[Annotated[str, Field(pattern=r"^(MET|FOR)\.\d{1,9}$")], ...] = Field(default=(), max_length=20)
    question: str | None = Field(default=None, max_length=1000)


@dataclass(frozen=True)
class Summary:
    """How many opinions are kept, how many with a question, and the days of the first and the last."""

    opinions: int
    with_question: int
    first: date | None
    last: date | None


class FeedbackStore:
    """Keeps opinions for `retention_days`. Safe from any thread: each call has its own connection.

    `today` is the day in UTC, for tests another. Every method raises `OSError` when the file cannot be used.
    """

    def __init__(self, path: Path, retention_days: int, today: Callable[[], date] = _today) -> None:
        self.path = path
        self._retention = timedelta(days=retention_days)
        self._today = today

    def add(self, opinion: Opinion) -> None:
        """Keep an opinion, its question masked, and forget those that are too old."""
        row = opinion.model_dump(mode="json") | {
            "day": self._today().isoformat(),
            "fiches": " ".join(opinion.fiches),
            "question": mask(opinion.question, Use.HAND_ON) if opinion.question else None,
        }
        with self._open() as database:
            self._forget(database)
            (kept,) = database.execute("SELECT count(*) FROM opinion").fetchone()
            if kept < _MOST_OPINIONS:
                database.execute(_WRITE, row)

    def forget(self) -> int:
        """Delete the opinions that are too old; how many there were."""
        if not self.path.exists():
            return 0
        with self._open() as database:
            return self._forget(database)

    def all(self) -> list[dict[str, str | None]]:
        """Every opinion kept, oldest day first."""
        with self._open() as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute("SELECT * FROM opinion ORDER BY day, id")]

    def summary(self) -> Summary:
        """What there is, without reading any of it."""
        if not self.path.exists():
            return Summary(0, 0, None, None)
        with self._open() as database:
            opinions, questions, *days = database.execute(_SUMMARY).fetchone()
        first, last = (date.fromisoformat(day) if day else None for day in days)
        return Summary(opinions, questions, first, last)

    def files(self) -> list[Path]:
        """The files of the store that are there."""
        return [path for end in _COMPANIONS if (path := self.path.with_name(self.path.name + end)).exists()]

    def _forget(self, database: sqlite3.Connection) -> int:
        oldest = (self._today() - self._retention).isoformat()
        return database.execute("DELETE FROM opinion WHERE day < ?", (oldest,)).rowcount

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)  # opinions are for who runs the page, not for everyone on the machine
            with closing(sqlite3.connect(self.path, timeout=5)) as database, database:
                database.execute("PRAGMA secure_delete = ON")  # what is deleted does not lie on in free pages
                database.execute(_SCHEMA)
                yield database
        except sqlite3.Error as error:
            raise OSError(f"{self.path} : {error}") from error
