"""A run: every question of a set asked once, in order, and what is written about it.

DIR/answers.jsonl    one answer object a line, with the question's `id` (or `{"id", "error"}`), as `ask --batch`
DIR/records.jsonl    what each answer reached and its metrics (`bot.evaluation.metrics.Record`)
DIR/summary.md       a table per kind, latencies
DIR/failures.md      every question that failed, what was expected, what came, why

Apart from timings and the answers' words (answers.jsonl), files hold ids, titles and figures only.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.answer import Answer, Question
from bot.evaluation.metrics import Record, measure, with_pairs
from bot.evaluation.questions import GoldQuestion
from bot.evaluation.report import failures, summary
from ingest.fiche import FicheMetier
from ingest.library import LibraryError

logger = logging.getLogger(__name__)

Ask = Callable[[Question], Answer]
#: Called as (done, total) after each question.
Advance = Callable[[int, int], None]
#: The stage under which the whole trip of a question is timed, beside the stages that the answer times itself.
WHOLE = "whole"


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


def run(
    questions: Sequence[GoldQuestion],
    ask: Ask,
    fiches: Mapping[str, FicheMetier],
    folder: Path,
    advance: Advance = lambda done, total: None,
) -> Run:
    """Ask every question and write the folder; Ctrl-C ends it early, and what was answered is written.

    :raises LibraryError: when there is no library to answer from, which no other question would change.
    :raises OSError: when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    answered: list[Answered] = []
    with (folder / "answers.jsonl").open("w", encoding="utf-8") as lines, suppress(KeyboardInterrupt):
        for one in ask_all(questions, ask):
            lines.write(json.dumps(_line(one), ensure_ascii=False) + "\n")
            lines.flush()
            answered.append(one)
            advance(len(answered), len(questions))
    records = measure_all(answered, fiches)
    write(records, questions, fiches, folder)
    return Run(records, complete=len(answered) == len(questions))


def ask_all(questions: Sequence[GoldQuestion], ask: Ask) -> Iterator[Answered]:
    """Ask in order; an error takes the place of its answer and the rest goes on."""
    for question in questions:
        started = time.perf_counter()
        try:
            answer = ask(question.to_question())
        except LibraryError:
            raise
        except Exception as error:  # one question must not lose the figures of the others
            logger.exception("question %s could not be answered", question.id)
            yield Answered(question, None, error.__class__.__name__)
            continue
        whole = round((time.perf_counter() - started) * 1000, 2)
        yield Answered(question, answer.model_copy(update={"timings_ms": {**answer.timings_ms, WHOLE: whole}}))


def measure_all(answered: Sequence[Answered], fiches: Mapping[str, FicheMetier]) -> tuple[Record, ...]:
    """The record of every answer, pairs compared."""
    records = [measure(one.question, one.answer, fiches, one.error) for one in answered]
    return with_pairs(records, [one.question for one in answered])


def write(
    records: Sequence[Record], questions: Sequence[GoldQuestion], fiches: Mapping[str, FicheMetier], folder: Path
) -> None:
    """Write records.jsonl, summary.md and failures.md."""
    lines = "".join(record.model_dump_json() + "\n" for record in records)
    (folder / "records.jsonl").write_text(lines, encoding="utf-8")
    (folder / "summary.md").write_text(summary(records, asked=len(questions)), encoding="utf-8")
    (folder / "failures.md").write_text(failures(records, questions, fiches), encoding="utf-8")


def _line(one: Answered) -> dict[str, object]:
    if one.answer is None:
        return {"id": one.question.id, "error": one.error}
    return {"id": one.question.id, **one.answer.to_json()}
