"""Answers in a language model's words: it rewrites the extractive answer, and only checked sentences are shown."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langsmith import tracing_context

from bot.answer import Fallback, Grounding, Outcome
from bot.answering.deadline import until
from bot.answering.models import open_model
from bot.answering.rewriting import Sentence, Sources, compose, sources_of
from bot.answering.written import Written
from bot.grounding.cleaning import Marked, SentenceReader
from bot.grounding.ground import Grounder
from bot.grounding.similarity import Nearness
from bot.masking import Use, mask
from bot.phrases import Phrases, load_phrases
from bot.understanding.reading import Reading
from ingest.library import Version
from ingest.settings import Settings
from ingest.text import fold

logger = logging.getLogger(__name__)

_MOST_SENTENCES = 8
#: A model that repeats itself so often will not stop by itself.
_MOST_REPEATS = 3
_ATTEMPTS, _PAUSE_SECONDS = 2, 1.0
_LONGEST_QUESTION = 500
_INERT = str.maketrans("<>[]{}|", "‹›()()/")


class _Draft:
    """What was kept of a model's sentences so far."""

    def __init__(self, grounder: Grounder) -> None:
        self._grounder = grounder
        self._seen: set[str] = set()
        self.sentences: list[Sentence] = []
        self.checked = self.repeated = 0

    @property
    def removed(self) -> int:
        return self.checked - len(self.sentences)

    @property
    def is_enough(self) -> bool:
        return bool(self.sentences) and len(self.sentences) >= self.removed - self.repeated

    @property
    def is_full(self) -> bool:
        return len(self.sentences) >= _MOST_SENTENCES or self.repeated >= _MOST_REPEATS

    def take(self, sentence: Marked) -> bool:
        """Check a sentence; whether it is kept."""
        self.checked += 1
        if fold(sentence.text) in self._seen:
            self.repeated += 1
            return False
        self._seen.add(fold(sentence.text))
        verdict = self._grounder.check(sentence)
        if verdict.stands:
            self.sentences.append(Sentence(sentence.text, verdict.marks))
        return verdict.stands


@dataclass(frozen=True)
class Rewriter:
    """Has a model say an extractive answer in its own words; `timeout` is in seconds, for the whole of it."""

    model: BaseChatModel
    embedder: Embeddings
    phrases: Phrases
    timeout: float

    def rewrites(self, written: Written) -> bool:
        """Lists, tables, silences, clarifications stay as they are: only prose with citations is rewritten."""
        return written.outcome is Outcome.ANSWER and written.table is None and bool(written.citations)

    def drafts(self, reading: Reading, written: Written, version: Version) -> Iterator[Written]:
        """The answer as it grows by checked sentences; the last one is whole.

        It is the extractive answer when the model fails, or when more of what it says falls than stands.
        """
        sources = sources_of(reading, written, version)
        draft = _Draft(Grounder(sources.passages, Nearness(self.embedder)))
        messages, failed = self._messages(reading, sources), False
        try:
            for sentence in self._sentences(messages):
                if draft.take(sentence):
                    yield compose(written, sources, draft.sentences, whole=False)
                if draft.is_full:
                    break
        except Exception as error:  # whatever a provider raises, the fiches still answer
            logger.warning("the language model failed: %s", type(error).__name__)
            failed = True
        grounding = Grounding(checked=draft.checked, removed=draft.removed)
        if draft.is_enough:
            yield replace(compose(written, sources, draft.sentences, whole=True), grounding=grounding)
        else:
            fallback = Fallback.UNAVAILABLE if failed else Fallback.UNSUPPORTED
            yield replace(written, grounding=grounding.model_copy(update={"fallback": fallback}))

    def _messages(self, reading: Reading, sources: Sources) -> list[BaseMessage]:
        passages = "\n".join(
            self.phrases.say(
                "passage",
                n=n,
                title=_inert(fiche.title),
                place=_inert(", ".join(filter(None, (passage.section, passage.heading)))),
                text=_inert(passage.text),
            )
            for n, (passage, fiche) in sources.passages.items()
        )
        question = _inert(mask(reading.standalone, Use.HAND_ON)[:_LONGEST_QUESTION])
        request = self.phrases.say("request", passages=passages, question=question)
        return [SystemMessage(self.phrases.say("system")), HumanMessage(request)]

    def _sentences(self, messages: Sequence[BaseMessage]) -> Iterator[Marked]:
        reader = SentenceReader()
        for text in self._text(messages):
            yield from reader.feed(text)
            if reader.overflows:
                return
        yield from reader.close()

    def _text(self, messages: Sequence[BaseMessage]) -> Iterator[str]:
        """The model's text as it comes; tried again when it fails before its first word."""

        def ask() -> Iterator[str]:
            with tracing_context(enabled=False):  # whatever the environment says: no question leaves for a third party
                yield from (str(chunk.text) for chunk in self.model.stream(list(messages)))

        deadline = time.monotonic() + self.timeout
        for attempt in range(1, _ATTEMPTS + 1):
            begun = False
            try:
                for text in until(deadline, ask):
                    begun = True
                    yield text
                return
            except TimeoutError:
                raise
            except Exception:
                if begun or attempt == _ATTEMPTS or time.monotonic() + _PAUSE_SECONDS > deadline:
                    raise
                time.sleep(_PAUSE_SECONDS)


def _inert(text: str) -> str:
    """Text as data: one line, in which nothing opens a passage, a role or a tag."""
    return " ".join(text.split()).translate(_INERT)


def open_rewriter(settings: Settings, embedder: Embeddings) -> Rewriter:
    """The rewriter that the settings ask for.

    :raises SettingError: when its model cannot be opened, saying what to do.
    """
    return Rewriter(open_model(settings), embedder, load_phrases("generation"), settings.llm_timeout)
