"""The whole trip from a question to an answer, as one LCEL chain: read `build_chain` from top to bottom."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from langchain_core.runnables import Runnable, RunnableBranch, RunnableLambda
from langsmith import tracing_context

from bot.answer import Answer, Citation, Outcome, Question, StudyPath, Understood
from bot.answering.lists import Listing
from bot.answering.paths import ways_as_data
from bot.answering.studies import write_study
from bot.answering.write import write_answer
from bot.answering.written import Voice, load_voice
from bot.listing import list_metiers
from bot.phrases import Phrases, load_phrases
from bot.retrieval import FicheRetriever
from bot.safety import bounded, masked, needs_support
from bot.trip import Told, Trip, finish, growing, milliseconds_since, timed_step
from bot.understanding.constraints import load_constraints
from bot.understanding.lookup import Tables
from bot.understanding.reader import QuestionReader
from bot.weights import DEFAULT_WEIGHTS, Weights
from ingest.embedder import Embedder
from ingest.lexicon import Lexicon, load_lexicon
from ingest.library import Library, LibraryError, Manifest, Version
from ingest.live_version import LiveVersion
from ingest.open_library import open_library
from ingest.settings import Settings

if TYPE_CHECKING:
    from bot.answering.generate import Rewriter


class Oriane:
    """Answers questions from the current version of a library, in the fiches' words or, checked, in a model's.

    `lexicon` is the packaged one unless given; `weights` are those of retrieval.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        rewriter: Rewriter | None = None,
        lexicon: Lexicon | None = None,
        weights: Weights = DEFAULT_WEIGHTS,
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._rewriter = rewriter
        self._live = LiveVersion(library, self._reader_over)
        self._voice = load_voice()
        self._constraints = load_constraints()
        self._lexicon = load_lexicon() if lexicon is None else lexicon
        self._warmed = False
        self._chain = build_chain(
            self._set_out, embedder, self._voice, load_phrases("support"), library.current, weights
        )

    def ask(self, question: Question) -> Answer:
        """The answer to one question.

        :raises QuestionTooLongError: when it is too long to be read.
        :raises NoLibraryError: when nothing was ever published.
        :raises LibraryError: when the library is damaged, or was built with another model.
        """
        told = self._tell(question)
        return next(iter(deque(self._rewritten(told), maxlen=1)), told.answer)

    def stream(self, question: Question) -> Iterator[Answer]:
        """The answer as it grows, sentence by sentence; every one carries its citations, the last one is whole.

        A model's sentence is shown once it is checked; when too few stood, the last answer is in the fiche's words.
        """
        told = self._tell(question)
        rewritten = False
        for answer in self._rewritten(told):
            rewritten = True
            yield answer
        if not rewritten:
            yield from growing(told.answer)

    def _tell(self, question: Question) -> Told:
        with tracing_context(enabled=False):  # whatever the environment says: no question leaves the machine
            return self._chain.invoke(question)

    def _rewritten(self, told: Told) -> Iterator[Answer]:
        """The answer in the words of the model, where one is configured and there is something for it to say."""
        trip = told.trip
        if self._rewriter is None or trip is None or trip.written is None or not self._rewriter.rewrites(trip.written):
            return
        started = time.perf_counter()
        for written in self._rewriter.drafts(trip.reading, trip.written, trip.version):
            timings = {**trip.timings, "generate": milliseconds_since(started)}
            yield finish(replace(trip, written=written, timings=timings)).answer

    def path(self, metier: Question, start: str) -> tuple[StudyPath, tuple[Citation, ...]]:
        """The ways to the métier that a question names, from a class or a diploma named by itself, and their sources.

        :raises LookupError: with a French sentence, when it names no métier or the start is no class or diploma.
        :raises LibraryError: when the library is damaged, or was built with another model.
        """
        trip = self._set_out(metier)
        fiches = trip.reader.read(metier).fiches
        if not fiches:
            raise LookupError(self._voice.studies.say("no_such_metier", name=metier.text))
        place = trip.reader.place_named(start)
        if place is None:
            raise LookupError(self._voice.studies.say("no_such_start", name=start))
        return ways_as_data(fiches[0], place, trip.version, trip.reader.tables.graph, self._voice)

    def warm(self) -> None:
        """Open the library, load the embedding model, then build the tables that misspelt names need: seconds, once.

        Questions that name their métier wait for the first alone, which therefore comes first.
        """
        with suppress(LibraryError):  # the model is of use as soon as there is a library
            self.tables()
        self._embedder.load()
        self.tables().warm()
        self._warmed = True

    @property
    def model_ready(self) -> bool:
        """Whether described métiers can be searched without waiting."""
        return self._embedder.ready

    def manifest(self) -> Manifest:
        """What the current version is made of.

        :raises NoLibraryError: when nothing was ever published.
        """
        return self.tables().version.manifest

    def tables(self) -> Tables:
        """The current version and the tables that questions are looked up in, for who shows fiches without a question.

        :raises LibraryError: when there is no readable library.
        """
        return self._live.get().tables

    def _set_out(self, question: Question) -> Trip:
        """A trip holds the version that it began with, to its end."""
        return Trip(question, self._live.get())

    def _reader_over(self, version: Version) -> QuestionReader:
        """Prepared before the first question reads the version: nobody waits for tables in the middle of an answer."""
        version.require_model(self._embedder.name)
        tables = Tables.of(version, self._lexicon)
        if self._warmed:
            tables.warm()
        return QuestionReader(tables, self._voice.intents, self._constraints)


def build_chain(
    set_out: Callable[[Question], Trip],
    embedder: Embedder,
    voice: Voice,
    support: Phrases,
    current_version: Callable[[], str | None],
    weights: Weights = DEFAULT_WEIGHTS,
) -> Runnable[Question, Told]:
    """What is too long is cut, personal data masked, distress met first of all; then understand, retrieve, answer."""

    def is_distress(question: Question) -> bool:
        return needs_support(question.text)

    def give_support(question: Question) -> Told:
        return Told(
            Answer(
                question=question.text,
                standalone_question=question.text,
                outcome=Outcome.SUPPORT,
                answer=support.say("support"),
                library_version=_version_if_readable(current_version),
                understood=Understood(kind="support"),
            )
        )

    def read(trip: Trip) -> Trip:
        return replace(trip, reading=trip.reader.read(trip.question))

    def retrieve(trip: Trip) -> Trip:
        if trip.reading.needs_no_search:
            return trip
        return replace(trip, found=_retriever(trip, embedder, weights).find(trip.reading))

    def answer(trip: Trip) -> Trip:
        def listing() -> Listing:
            tables = trip.reader.tables
            return list_metiers(trip.reading, trip.found.ranked, trip.version, tables.formations, tables.lexical)

        if trip.reading.study:
            return replace(
                trip, written=write_study(trip.reading, trip.found, trip.version, trip.reader.tables.graph, voice)
            )
        return replace(trip, written=write_answer(trip.reading, trip.found, trip.version, voice, listing))

    informed = (
        RunnableLambda(set_out)
        | RunnableLambda(timed_step("understand", read))
        | RunnableLambda(timed_step("retrieve", retrieve))
        | RunnableLambda(timed_step("answer", answer))
        | RunnableLambda(finish)
    )
    return RunnableLambda(bounded) | RunnableLambda(masked) | RunnableBranch((is_distress, give_support), informed)


def _retriever(trip: Trip, embedder: Embedder, weights: Weights) -> FicheRetriever:
    lexical = trip.reader.tables.lexical
    return FicheRetriever(version=trip.version, embedder=embedder, lexical=lexical, weights=weights)


def _version_if_readable(current_version: Callable[[], str | None]) -> str | None:
    """Help does not depend on a library: a broken one is no reason to give none."""
    try:
        return current_version()
    except LibraryError:
        return None


def open_oriane(settings: Settings) -> Oriane:
    """Oriane over the library and the models that the settings name.

    :raises SettingError: when a language model is named that cannot be opened.
    """
    embedder = Embedder(settings.embedder)
    rewriter = None
    if settings.llm:
        from bot.answering.generate import open_rewriter  # no provider is imported where none is configured

        rewriter = open_rewriter(settings, embedder)
    return Oriane(open_library(settings), embedder, rewriter)
