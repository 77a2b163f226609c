"""Opinions on answers, in a small SQLite file: a verdict, perhaps a reason, and the question only when it was joined.

Nothing says who gave an opinion: no address, no session, the day and not the hour. What is older than the retention is
deleted whenever something is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bot.masking import Use, mask

Verdict = Literal["up", "down"]
Reason = Literal["mauvaise source", "incomplet", "faux", "autre"]

_MOST_OPINIONS = 100_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS opinion (
    id TEXT PRIMARY KEY, day TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT, outcome TEXT NOT NULL,
    library_version TEXT, fiches TEXT NOT NULL, question TEXT
)"""
_WRITE = """
INSERT INTO opinion VALUES (:id, :day, :verdict, :reason, :outcome, :library_version, :fiches, :question)
ON CONFLICT (id) DO UPDATE SET verdict = :verdict, reason = :reason, question = :question
"""


class Opinion(BaseModel):
    """What a person says of one answer. The page draws an `id` for each: saying more replaces what was said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    verdict: Verdict
    reason: Reason | None = None
    outcome: str = Field(default="", max_length=20)
    library_version: str | None = Field(default=None, max_length=80)
    fiches: tuple[str, ...] = Field(default=(), max_length=20)
    question: str | None = Field(default=None, max_length=1000)


class FeedbackStore:
    """Keeps opinions for `retention_days`. Safe from any thread: each call has its own connection."""

    def __init__(self, path: Path, retention_days: int) -> None:
        self._path = path
        self._retention = timedelta(days=retention_days)

    def add(self, opinion: Opinion, today: date | None = None) -> None:
        """Keep an opinion, its question masked, and forget those that are too old.

        :raises OSError: when the file cannot be written.
        """
        day = today or datetime.now(UTC).date()
        row = opinion.model_dump(mode="json") | {
            "day": day.isoformat(),
            "fiches": " ".join(fiche_id[:16] for fiche_id in opinion.fiches),
            "question": mask(opinion.question, Use.HAND_ON) if opinion.question else None,
        }
        with self._open() as database:
            database.execute("DELETE FROM opinion WHERE day < ?", ((day - self._retention).isoformat(),))
            (kept,) = database.execute("SELECT count(*) FROM opinion").fetchone()
            if kept < _MOST_OPINIONS:
                database.execute(_WRITE, row)

    def all(self) -> list[dict[str, str | None]]:
        """Every opinion kept, oldest day first."""
        with self._open() as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute("SELECT * FROM opinion ORDER BY day, id")]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=5)) as database, database:
                database.execute(_SCHEMA)
                yield database
        except sqlite3.Error as error:
            raise OSError(f"{self._path} : {error}") from error
