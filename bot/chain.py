"""The whole trip from a question to an answer, as one LCEL chain: read `build_chain` from top to bottom."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from langchain_core.runnables import Runnable, RunnableBranch, RunnableLambda
from langsmith import tracing_context

from bot.answer import Answer, Outcome, Question, RankedPassage, Understood
from bot.answering.lists import Listing
from bot.answering.sentences import split_sentences
from bot.answering.write import write_answer
from bot.answering.written import Voice, Written, load_voice
from bot.listing import list_metiers
from bot.phrases import Phrases, load_phrases
from bot.retrieval import FicheRetriever, Found
from bot.safety import needs_support
from bot.understanding.constraints import load_constraints
from bot.understanding.lookup import Tables
from bot.understanding.reader import QuestionReader
from bot.understanding.reading import Reading
from ingest.embedder import Embedder
from ingest.lexicon import load_lexicon
from ingest.library import Library, LibraryError, Manifest, Version
from ingest.live_version import LiveVersion
from ingest.local_library import LocalLibrary
from ingest.settings import Settings


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


class Oriane:
    """Answers questions from the current version of a library."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        self._library = library
        self._embedder = embedder
        self._live = LiveVersion(library)
        self._voice = load_voice()
        self._constraints, self._lexicon = load_constraints(), load_lexicon()
        self._reader: QuestionReader | None = None
        self._chain = build_chain(self._set_out, embedder, self._voice, load_phrases("support"), library.current)

    def ask(self, question: Question) -> Answer:
        """The answer to one question.

        :raises NoLibraryError: when nothing was ever published.
        :raises LibraryError: when the library is damaged, or was built with another model.
        """
        with tracing_context(enabled=False):  # whatever the environment says: no question leaves the machine
            return self._chain.invoke(question)

    def stream(self, question: Question) -> Iterator[Answer]:
        """The answer as it grows, sentence by sentence; every one carries the citations, the last one is whole."""
        whole = self.ask(question)
        end = 0
        for sentence in split_sentences(whole.answer):
            end = whole.answer.index(sentence, end) + len(sentence)
            yield whole.model_copy(update={"answer": whole.answer[:end]})
        yield whole

    def warm(self) -> None:
        """Load the embedding model, then build the tables that misspelt names need: seconds, once.

        Questions that name their métier wait for neither.
        """
        self._embedder.load()
        self.tables().warm()

    @property
    def model_ready(self) -> bool:
        """Whether described métiers can be searched without waiting."""
        return self._embedder.ready

    def manifest(self) -> Manifest:
        """What the current version is made of.

        :raises NoLibraryError: when nothing was ever published.
        """
        return self._live.get().manifest

    def tables(self) -> Tables:
        """The current version and the tables that questions are looked up in, for who shows fiches without a question.

        :raises LibraryError: when there is no readable library.
        """
        return self._set_out(Question(text="")).reader.tables

    def _set_out(self, question: Question) -> Trip:
        version = self._live.get()
        version.require_model(self._embedder.name)
        reader = self._reader
        if reader is None or reader.tables.version is not version:
            tables = Tables.of(version, self._lexicon)
            reader = self._reader = QuestionReader(tables, self._voice.intents, self._constraints)
        return Trip(question, reader)


def build_chain(
    set_out: Callable[[Question], Trip],
    embedder: Embedder,
    voice: Voice,
    support: Phrases,
    current_version: Callable[[], str | None],
) -> Runnable[Question, Answer]:
    """Distress is met first, without library or model; then understand, retrieve, answer."""

    def is_distress(question: Question) -> bool:
        return needs_support(question.text)

    def give_support(question: Question) -> Answer:
        return Answer(
            question=question.text,
            standalone_question=question.text,
            outcome=Outcome.SUPPORT,
            answer=support.say("support"),
            library_version=_version_if_readable(current_version),
            understood=Understood(kind="support"),
        )

    def read(trip: Trip) -> Trip:
        return replace(trip, reading=trip.reader.read(trip.question))

    def retrieve(trip: Trip) -> Trip:
        if trip.reading.needs_no_search:
            return trip
        return replace(trip, found=_retriever(trip, embedder).find(trip.reading))

    def answer(trip: Trip) -> Trip:
        def listing() -> Listing:
            tables = trip.reader.tables
            return list_metiers(trip.reading, trip.found.ranked, trip.version, tables.formations, tables.lexical)

        return replace(trip, written=write_answer(trip.reading, trip.found, trip.version, voice, listing))

    informed = (
        RunnableLambda(set_out)
        | RunnableLambda(_timed("understand", read))
        | RunnableLambda(_timed("retrieve", retrieve))
        | RunnableLambda(_timed("answer", answer))
        | RunnableLambda(_finish)
    )
    return RunnableBranch((is_distress, give_support), informed)


def _retriever(trip: Trip, embedder: Embedder) -> FicheRetriever:
    return FicheRetriever(version=trip.version, embedder=embedder, lexical=trip.reader.tables.lexical)


def _version_if_readable(current_version: Callable[[], str | None]) -> str | None:
    """Help does not depend on a library: a broken one is no reason to give none."""
    try:
        return current_version()
    except LibraryError:
        return None


def _timed(stage: str, step: Callable[[Trip], Trip]) -> Callable[[Trip], Trip]:
    def timed(trip: Trip) -> Trip:
        started = time.perf_counter()
        after = step(trip)
        elapsed = round((time.perf_counter() - started) * 1000, 2)
        return replace(after, timings={**after.timings, stage: elapsed})

    timed.__name__ = stage
    return timed


def _finish(trip: Trip) -> Answer:
    written = trip.written
    if written is None:
        raise RuntimeError("the answering step did not run")
    return Answer(
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
        suggestions=written.suggestions,
        timings_ms=trip.timings,
    )


def open_oriane(settings: Settings) -> Oriane:
    """Oriane over the library and the model that the settings name."""
    return Oriane(LocalLibrary(settings.library), Embedder(settings.embedder))
