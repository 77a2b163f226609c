"""A run: every question of a set asked once, and what is written about it.

DIR/answers.jsonl    one answer object a line, with the question's `id` (or `{"id", "error"}`), as `ask --batch`
DIR/records.jsonl    what each answer reached and its metrics (`bot.evaluation.metrics.Record`)
DIR/summary.md       a table per kind, latencies
DIR/failures.md      every question that failed, what was expected, what came, why
DIR/unfinished.json  while a run lasts: what it measures, so that the same run can go on where it was interrupted

Apart from timings and the answers' words (answers.jsonl), files hold ids, titles and figures only.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from bot.answer import Answer, Question
from bot.evaluation.evidence import check_evidence
from bot.evaluation.metrics import Record, measure, with_pairs, with_passed
from bot.evaluation.questions import GoldQuestion
from bot.evaluation.report import failures, summary
from ingest.fiche import Fiche, FicheMetier
from ingest.library import LibraryError

logger = logging.getLogger(__name__)

Ask = Callable[[Question], Answer]
#: Called as (done, total) after each question.
Advance = Callable[[int, int], None]
#: The stage under which the whole trip of a question is timed, beside the stages that the answer times itself.
WHOLE = "whole"
ANSWERS, UNFINISHED = "answers.jsonl", "unfinished.json"

_NO_FICHES: Mapping[str, Fiche] = MappingProxyType({})


@dataclass(frozen=True)
class Answered:
    """A question and its answer, or the name of the error that took its place."""

    question: GoldQuestion
    answer: Answer | None
    error: str | None = None


@dataclass(frozen=True)
class Run:
    """What came of a run; `complete` is False when it was interrupted before the last question."""

    records: tuple[Record, ...]
    complete: bool
    answered: tuple[Answered, ...] = ()


@dataclass(frozen=True)
class Options:
    """How a run goes: questions asked at the same time, and what it measures where it may be resumed."""

    workers: int = 1
    resume_key: str | None = None


def run(
    questions: Sequence[GoldQuestion],
    ask: Ask,
    fiches: Mapping[str, FicheMetier],
    folder: Path,
    advance: Advance = lambda done, total: None,
    formations: Mapping[str, Fiche] = _NO_FICHES,
    options: Options | None = None,
) -> Run:
    """Ask every question and write the folder; Ctrl-C ends it early, and what was answered is written.

    :raises LibraryError: when there is no library to answer from, which no other question would change.
    :raises OSError: when the folder cannot be written.
    """
    options = options or Options()
    folder.mkdir(parents=True, exist_ok=True)
    answered = _resumed(questions, folder, options.resume_key)
    if options.resume_key:
        (folder / UNFINISHED).write_text(json.dumps({"key": options.resume_key}), encoding="utf-8")
    with (folder / ANSWERS).open("w", encoding="utf-8") as lines, suppress(KeyboardInterrupt):
        lines.writelines(_line(one) for one in answered)
        for one in ask_all(questions[len(answered) :], ask, options.workers):
            lines.write(_line(one))
            lines.flush()
            answered.append(one)
            advance(len(answered), len(questions))
    complete = len(answered) == len(questions)
    if complete:
        (folder / UNFINISHED).unlink(missing_ok=True)
    records = measure_all(answered, fiches, formations)
    write(records, questions, fiches, folder)
    return Run(records, complete, tuple(answered))


def ask_all(questions: Sequence[GoldQuestion], ask: Ask, workers: int = 1) -> Iterator[Answered]:
    """Ask in order; an error takes the place of its answer and the rest goes on.

    Several workers are threads, which pays where answers wait for something else than this machine's processor (a
    language model); they come in order all the same.
    """
    if workers == 1:
        for question in questions:
            yield _ask_one(question, ask)
        return
    pool = ThreadPoolExecutor(workers)
    try:
        yield from pool.map(lambda question: _ask_one(question, ask), questions)
    finally:
        pool.shutdown(cancel_futures=True)


def measure_all(
    answered: Sequence[Answered], fiches: Mapping[str, FicheMetier], formations: Mapping[str, Fiche]
) -> tuple[Record, ...]:
    """The record of every answer: its metrics, those of its evidence, pairs compared, and whether it passed."""
    sources: dict[str, Fiche] = {**fiches, **formations}
    records = [_with_evidence(measure(one.question, one.answer, fiches, one.error), one, sources) for one in answered]
    return tuple(map(with_passed, with_pairs(records, [one.question for one in answered])))


def write(
    records: Sequence[Record], questions: Sequence[GoldQuestion], fiches: Mapping[str, FicheMetier], folder: Path
) -> None:
    """Write records.jsonl, summary.md and failures.md."""
    lines = "".join(record.model_dump_json() + "\n" for record in records)
    (folder / "records.jsonl").write_text(lines, encoding="utf-8")
    (folder / "summary.md").write_text(summary(records, asked=len(questions)), encoding="utf-8")
    (folder / "failures.md").write_text(failures(records, questions, fiches), encoding="utf-8")


def _ask_one(question: GoldQuestion, ask: Ask) -> Answered:
    started = time.perf_counter()
    try:
        answer = ask(question.to_question())
    except LibraryError:
        raise
    except Exception as error:  # one question must not lose the figures of the others
        logger.exception("question %s could not be answered", question.id)
        return Answered(question, None, error.__class__.__name__)
    whole = round((time.perf_counter() - started) * 1000, 2)
    return Answered(question, answer.model_copy(update={"timings_ms": {**answer.timings_ms, WHOLE: whole}}))


def _with_evidence(record: Record, one: Answered, sources: Mapping[str, Fiche]) -> Record:
    if one.answer is None:
        return record
    checked = check_evidence(one.answer, sources)
    return record.model_copy(
        update={"metrics": {**record.metrics, **checked.metrics}, "faults": checked.faults},
    )


def _line(one: Answered) -> str:
    line = {"error": one.error} if one.answer is None else one.answer.to_json()
    return json.dumps({"id": one.question.id, **line}, ensure_ascii=False) + "\n"


def _resumed(questions: Sequence[GoldQuestion], folder: Path, key: str | None) -> list[Answered]:
    """What an interrupted run of the same questions, library and code answered already: none for any other run."""
    try:
        same = key is not None and json.loads((folder / UNFINISHED).read_text(encoding="utf-8"))["key"] == key
        lines = (folder / ANSWERS).read_text(encoding="utf-8").split("\n") if same else []
    except (OSError, ValueError, KeyError):
        return []
    return list(_answered_lines(questions, lines))


def _answered_lines(questions: Iterable[GoldQuestion], lines: Iterable[str]) -> Iterator[Answered]:
    """Lines as long as they go with the questions, in order; a half-written one and what follows is asked again."""
    for question, line in zip(questions, lines, strict=False):
        try:
            value = json.loads(line)
            if value.pop("id") != question.id or "error" in value:
                return
            yield Answered(question, Answer.model_validate(value))
        except (ValueError, KeyError, AttributeError, ValidationError):
            return
