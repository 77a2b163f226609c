"""One exchange of the chat, from a typed question to what the page shows. Knows nothing of Gradio's components."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.answer import Answer, Question
from bot.discreet import anonymous
from bot.phrases import Phrases
from bot.safety import needs_support
from bot.web.about import About
from bot.web.guide import Guide
from bot.web.messages import (
    Exchange,
    Message,
    answers_in,
    greeting,
    message,
    messages_of,
    plain_text,
    shown_answer,
    shown_question,
    text_of,
    turns_of,
)
from bot.web.notices import trouble
from bot.web.sources import SourcesPanel
from bot.web.templates import typeset
from ingest.library import LibraryError, Version

logger = logging.getLogger(__name__)

#: Longer than any question about a métier; a pasted essay is refused rather than half read.
MAX_QUESTION_LENGTH = 1000

#: Buttons under the chat: examples at first, then what can be asked next.
MAX_IDEAS = 4

_EXCHANGES = TypeAdapter(list[Exchange])
#: A conversation that a browser hands back is read no further.
_MOST_EXCHANGES = 100


@dataclass(frozen=True)
class View:
    """What the page shows at one moment. Without `sources` or `ideas`, those shown stay."""

    messages: list[Message]
    busy: bool
    sources: str | None = None
    ideas: tuple[str, ...] | None = None


class Chat:
    """Turns questions into views. Keeps nothing between two questions: the conversation comes with each."""

    def __init__(self, guide: Guide, phrases: Phrases, panel: SourcesPanel, about: About) -> None:
        self._guide = guide
        self._phrases = phrases
        self._panel = panel
        self._about = about

    def opening(self) -> View:
        """The page before the first question, and after « Effacer »."""
        return View([self._greeting()], busy=False, sources=self._panel.empty(), ideas=self._examples())

    def ask(self, text: str, history: Sequence[Message], about: str = "") -> Iterator[View]:
        """Answer a question, on the métier `about` where one is given: views follow one another as the answer grows."""
        before = list(history)
        if not text.strip():
            yield View(messages=before, busy=False)
            return
        question = self._about.question(text, about)
        if len(question.text) > MAX_QUESTION_LENGTH and not needs_support(question.text):
            yield self._notice(before, self._phrases.say("too_long", limit=MAX_QUESTION_LENGTH))
            return
        yield from self._answer(question, before)

    def again(self, history: Sequence[Message]) -> Iterator[View]:
        """Ask the last question once more: its answer gives way to the new one."""
        places = [place for place, item in enumerate(history) if item["role"] == "user"]
        if not places:
            yield View(messages=list(history), busy=False)
            return
        before = list(history[: places[-1]])
        yield from self.ask(plain_text(text_of(history[places[-1]])), before)

    def refused(self, history: Sequence[Message], sentence: str) -> View:
        """The page when a question may not be asked yet: its text is left where it was typed."""
        notice = message("assistant", shown_answer(sentence, (), self._phrases))
        return View([*history, notice], busy=False)

    def stopped(self, history: Sequence[Message]) -> View:
        """The page after « Arrêter »: what was written stays, a question left without an answer says why."""
        messages = list(history)
        if messages and messages[-1]["role"] == "user":
            messages.append(message("assistant", self._phrases.say("stopped")))
        return View(messages=messages, busy=False)

    def restored(self, kept: Any) -> View:
        """The conversation that the browser kept; the opening when it kept none, or nothing that can be read."""
        try:
            exchanges = _EXCHANGES.validate_python(kept or [])[-_MOST_EXCHANGES:]
        except ValidationError:
            exchanges = []
        if not exchanges:
            return self.opening()
        last = exchanges[-1].answer
        messages = [self._greeting(), *messages_of(exchanges, self._phrases)]
        sources = self._panel.show(last, len(exchanges) - 1, self._version())
        return View(messages, busy=False, sources=sources, ideas=self._next(last))

    def sources_at(self, place: int, history: Sequence[Message]) -> str:
        """The sources of one answer of the conversation, counted from 0."""
        answers = answers_in(history)
        if not 0 <= place < len(answers):
            return self._panel.empty()
        return self._panel.show(answers[place], place, self._version())

    def _answer(self, question: Question, before: list[Message]) -> Iterator[View]:
        asked = [*before, message("user", shown_question(question.text))]
        yield View(messages=asked, busy=True, sources="", ideas=())
        place = len(answers_in(before))
        try:
            answer = cited = version = None
            for answer in self._guide.stream(question.model_copy(update={"history": turns_of(before)})):
                version = version or self._version()  # the one that the answer was begun with, unless it just changed
                sources = None if cited == answer.citations else self._panel.show(answer, place, version)
                cited = answer.citations
                yield View([*asked, self._said(answer, place)], busy=True, sources=sources, ideas=())
            if answer is None:
                raise RuntimeError("The chain gave no answer at all.")
            sources = self._panel.show(answer, place, version)
            yield View([*asked, self._said(answer, place)], busy=False, sources=sources, ideas=self._next(answer))
        except LibraryError as error:
            yield self._notice(asked, trouble(error, self._phrases))
        except Exception as error:
            logger.error("A question could not be answered: %s", anonymous(error))
            yield self._notice(asked, self._phrases.say("unexpected_error"))

    def _said(self, answer: Answer, place: int) -> Message:
        return message("assistant", shown_answer(answer.answer, answer.citations, self._phrases, place), answer)

    def _next(self, answer: Answer) -> tuple[str, ...]:
        return answer.suggestions[:MAX_IDEAS]

    def _greeting(self) -> Message:
        return greeting(typeset(self._phrases.say("greeting")))

    def _examples(self) -> tuple[str, ...]:
        return tuple(self._phrases.say(f"example_{n}") for n in range(1, MAX_IDEAS + 1))

    def _version(self) -> Version | None:
        """The sections that sources are shown in; without a library they are shown alone."""
        try:
            return self._guide.tables().version
        except LibraryError:
            return None

    def _notice(self, messages: list[Message], sentence: str) -> View:
        notice = message("assistant", shown_answer(sentence, (), self._phrases))
        return View([*messages, notice], busy=False, sources=self._panel.empty(), ideas=self._examples())
