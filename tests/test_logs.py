"""What the server writes about itself: JSON lines, with the request's id, and not a word of a question."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.web import logs
from ingest.library import LibraryError

SECRET = "je m'appelle Zoé Dupont, 06 12 34 56 78"


@pytest.fixture
def written() -> Iterator[Any]:
    """Configure as the server does; gives a function that reads the lines written so far, and puts all back."""
    loggers = [logging.getLogger(name) for name in (None, "bot", "ingest")]
    before = loggers[0].handlers[:], [logger.level for logger in loggers]
    stream = io.StringIO()
    logs.configure("info", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().split("\n")[:-1]]
    logging.captureWarnings(False)
    logging.raiseExceptions = True
    loggers[0].handlers[:] = before[0]
    for logger, level in zip(loggers, before[1], strict=True):
        logger.setLevel(level)


def test_a_record_is_one_line_of_json(written: Any) -> None:
    logging.getLogger("ingest.pipeline").info("version %s\nis out", "v1")
    [line] = written()
    assert (line["level"], line["logger"], line["event"]) == ("info", "ingest.pipeline", "version v1\nis out")
    assert line["time"].endswith("+00:00")
    assert "request_id" not in line


def test_the_level_is_that_of_our_own_records(written: Any) -> None:
    logging.getLogger("bot.chain").debug("quiet")
    logging.getLogger("chromadb").info("quiet")
    chatty = logging.getLogger("chatty")
    chatty.setLevel("DEBUG")  # as bm25s does
    chatty.debug("quiet")
    assert written() == []


def test_an_error_is_its_kind_and_its_place_and_never_its_message(written: Any) -> None:
    try:
        TypeAdapter(int).validate_python(SECRET)
    except ValidationError as refused:
        try:
            raise RuntimeError(SECRET) from refused
        except RuntimeError:
            logging.getLogger("bot.web.chat").exception("A question could not be answered.")
    [line] = written()
    assert line["error"] == "RuntimeError < ValidationError"
    assert line["trace"][-1].startswith("tests/test_logs.py:")
    assert "Zo" not in json.dumps(line, ensure_ascii=False)


def test_what_is_said_to_operators_is_written(written: Any) -> None:
    try:
        raise LibraryError("lancer « oriane ingest »")
    except LibraryError:
        logging.getLogger("ingest.live_version").exception("cannot be opened")
    assert written()[0]["detail"] == "lancer « oriane ingest »"


def test_of_another_library_only_the_place_is_written(written: Any) -> None:
    logging.getLogger("openai._base_client").warning("retrying %s", SECRET)
    [line] = written()
    assert line["event"].startswith("test_logs:")
    assert "Zo" not in json.dumps(line, ensure_ascii=False)


def test_only_known_fields_are_written(written: Any) -> None:
    logging.getLogger("bot.web.gate").info("request", extra={"status": 200, "question": SECRET})
    [line] = written()
    assert line["status"] == 200
    assert "question" not in line


def test_every_line_of_a_request_bears_its_id(written: Any) -> None:
    logger = logging.getLogger("bot.chain")
    with logs.request_named("a1"):
        logger.info("within")
    logger.info("after")

    def steps() -> Iterator[int]:
        for step in range(2):
            logger.info("step")
            yield step

    assert list(logs.steps_named(steps(), "b2")) == [0, 1]
    assert [line.get("request_id") for line in written()] == ["a1", None, "b2", "b2"]
