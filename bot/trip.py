"""One question on its way through the chain, and the answer at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from bot.answer import Answer, Question, RankedPassage
from bot.answering.sentences import split_sentences
from bot.answering.written import Written
from bot.retrieval import Found
from bot.understanding.reader import QuestionReader
from bot.understanding.reading import Reading
from ingest.library import Version


@dataclass(frozen=True)
class Trip:
    """One question on its way, and everything learnt about it so far. It reads a single version from end to end."""

    question: Question
    reader: QuestionReader
    reading: Reading = field(default_factory=lambda: Reading(""))
    found: Found = field(default_factory=Found)
    written: Written | None = None
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def version(self) -> Version:
        """The version of the library that this trip reads."""
        return self.reader.tables.version


@dataclass(frozen=True)
class Told:
    """An answer, and the trip that led to it; help in distress takes none."""

    answer: Answer
    trip: Trip | None = None


def timed_step(stage: str, step: Callable[[Trip], Trip]) -> Callable[[Trip], Trip]:
    """A step of the trip that also notes how long it took."""

    def timed(trip: Trip) -> Trip:
        started = time.perf_counter()
        after = step(trip)
        return replace(after, timings={**after.timings, stage: milliseconds_since(started)})

    timed.__name__ = stage
    return timed


def milliseconds_since(started: float) -> float:
    """The time since a reading of `time.perf_counter`."""
    return round((time.perf_counter() - started) * 1000, 2)


def growing(whole: Answer) -> Iterator[Answer]:
    """A finished answer sentence by sentence."""
    end = 0
    for sentence in split_sentences(whole.answer)[:-1]:
        end = whole.answer.index(sentence, end) + len(sentence)
        yield whole.model_copy(update={"answer": whole.answer[:end]})
    yield whole


def finish(trip: Trip) -> Told:
    """The answer at the end of a trip."""
    written = trip.written
    if written is None:
        raise RuntimeError("the answering step did not run")
    answer = Answer(
        question=trip.question.text,
        standalone_question=trip.reading.standalone,
        outcome=written.outcome,
        answer=written.text,
        library_version=trip.version.name,
        understood=trip.reading.to_json(),
        citations=written.citations,
        passages=tuple(
            RankedPassage(id=passage.id, fiche_id=passage.fiche_id, section=passage.section, score=score)
            for passage, score in trip.found.ranked
        ),
        table=written.table,
        total=written.total,
        computed=written.computed,
        path=written.path,
        suggestions=written.suggestions,
        grounding=written.grounding,
        timings_ms=trip.timings,
    )
    return Told(answer, trip)
