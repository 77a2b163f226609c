"""What the server writes about itself: one JSON object a line on the error output, and never a word of a question.

A question can hide in the message of an error (pydantic quotes what it refuses) and in what a library says. So of an
error only its kind and its place are written, of another library's record only where it comes from. The messages of
`bot` and `ingest` are written whole: they name versions and files, and a test holds that they name nothing else.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, TypeVar

from ingest.embedder import EmbedderError
from ingest.library import LibraryError

#: The keys of `extra=` that are written; any other is dropped.
FIELDS = ("method", "route", "status", "ms", "refused")
_OWN = ("bot", "ingest")
#: Written for operators: their messages say what to run, and know nothing of questions.
_FOR_OPERATORS = (LibraryError, EmbedderError)
_PACKAGES = Path(__file__).parents[2]
_request_id: ContextVar[str] = ContextVar("request_id", default="")
_Step = TypeVar("_Step")


@contextmanager
def request_named(request_id: str) -> Iterator[None]:
    """Write this request's id on every line of the block."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def steps_named(steps: Iterator[_Step], request_id: str) -> Iterator[_Step]:
    """The same for what is computed step by step: Gradio takes each step in a context of its own."""
    while True:
        with request_named(request_id):
            try:
                step = next(steps)
            except StopIteration:
                return
        yield step


def configure(level: str, stream: TextIO | None = None) -> None:
    """Write records of `bot` and `ingest` from `level` on, and warnings of all others, to `stream` or standard error.

    To be called once, by whoever serves.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(_worth_a_line)
    logging.getLogger().addHandler(handler)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be written is lost: printed raw, it could hold anything
    for name in _OWN:
        logging.getLogger(name).setLevel(level.upper())


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """`time`, `level`, `logger` and `event`; then what is known of the request and of the error."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if record.name.split(".")[0] in _OWN else _place(record),
        }
        if request_id := _request_id.get():
            said["request_id"] = request_id
        said |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info and record.exc_info[1]:
            said |= _error(record.exc_info[1])
        return json.dumps(said, ensure_ascii=False)


def _worth_a_line(record: logging.LogRecord) -> bool:
    """Of other libraries only warnings: some set a level of their own."""
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in _OWN


def _place(record: logging.LogRecord) -> str:
    return f"{record.module}:{record.lineno}"


def _error(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    said: dict[str, Any] = {
        "error": " < ".join(type(cause).__name__ for cause in _causes(error)),
        "trace": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, _FOR_OPERATORS):
        said["detail"] = str(error)
    return said


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_PACKAGES)) if path.is_relative_to(_PACKAGES) else f"{path.parent.name}/{path.name}"
