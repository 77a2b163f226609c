"""One exchange of the chat, from a typed question to what the page shows. Knows nothing of Gradio's components."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answer import Answer, Question
from bot.phrases import Phrases
from bot.web.guide import Guide
from bot.web.messages import Message, message, shown_answer, shown_question, turns_of, unlinked
from bot.web.sources import sources_panel
from ingest.library import LibraryError

logger = logging.getLogger(__name__)

#: Longer than any question about a métier; a pasted essay is refused rather than half read.
MAX_QUESTION_LENGTH = 1000

#: Buttons under the chat: examples at first, then what can be asked next.
MAX_IDEAS = 4


@dataclass(frozen=True)
class View:
    """What the page shows at one moment. Without `sources` or `ideas`, those shown stay."""

    messages: list[Message]
    busy: bool
    sources: str | None = None
    ideas: tuple[str, ...] | None = None


class Chat:
    """Turns questions into views. Keeps nothing between two questions: the conversation comes with each."""

    def __init__(self, guide: Guide, phrases: Phrases) -> None:
        self._guide = guide
        self._phrases = phrases

    def opening(self) -> View:
        """The page before the first question, and after « Effacer »."""
        examples = tuple(self._phrases.say(f"example_{n}") for n in range(1, MAX_IDEAS + 1))
        return View(messages=[], busy=False, sources=sources_panel(None, self._phrases), ideas=examples)

    def ask(self, text: str, history: Sequence[Message]) -> Iterator[View]:
        """Answer a question: views follow one another as the answer grows."""
        before = unlinked(history)
        if not text.strip():
            yield View(messages=list(history), busy=False)
        elif len(text) > MAX_QUESTION_LENGTH:
            yield self._notice(before, self._phrases.say("too_long", limit=MAX_QUESTION_LENGTH))
        else:
            yield from self._answer(text, [*before, message("user", shown_question(text))], history)

    def stopped(self, history: Sequence[Message]) -> View:
        """The page after « Arrêter »: what was written stays, a question left without an answer says why."""
        messages = list(history)
        if messages and messages[-1]["role"] == "user":
            messages.append(message("assistant", self._phrases.say("stopped")))
        return View(messages=messages, busy=False)

    def _answer(self, text: str, asked: list[Message], history: Sequence[Message]) -> Iterator[View]:
        yield View(messages=asked, busy=True, sources="", ideas=())
        try:
            answer = None
            for answer in self._guide.stream(Question(text=text, history=turns_of(history))):
                yield self._view(asked, answer, busy=True)
            if answer is None:
                raise RuntimeError("The chain gave no answer at all.")
            yield self._view(asked, answer, busy=False)
        except LibraryError as error:
            yield self._notice(asked, self._phrases.say("no_library", reason=error))
        except Exception:
            logger.exception("A question could not be answered.")
            yield self._notice(asked, self._phrases.say("unexpected_error"))

    def _view(self, asked: list[Message], answer: Answer, *, busy: bool) -> View:
        shown = shown_answer(answer.answer, answer.citations, self._phrases)
        return View(
            messages=[*asked, message("assistant", shown)],
            busy=busy,
            sources=sources_panel(answer, self._phrases),
            ideas=() if busy else answer.suggestions[:MAX_IDEAS],
        )

    def _notice(self, messages: list[Message], sentence: str) -> View:
        opening = self.opening()
        notice = message("assistant", shown_answer(sentence, (), self._phrases))
        return View(messages=[*messages, notice], busy=False, sources=opening.sources, ideas=opening.ideas)
