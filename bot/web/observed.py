"""A guide whose answers are counted and timed; nothing of them is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bot.answer import Answer, Question
from bot.understanding.lookup import Tables
from bot.web.guide import Guide
from bot.web.metrics import Metrics
from ingest.library import Manifest


class ObservedGuide:
    """Honours `bot.web.guide.Guide` by asking another one."""

    def __init__(self, guide: Guide, metrics: Metrics) -> None:
        self._guide = guide
        self._metrics = metrics

    def ask(self, question: Question) -> Answer:
        """The answer, counted."""
        started = time.perf_counter()
        with self._metrics.questions_under_way():
            answer = self._guide.ask(question)
        self._metrics.answered(answer, time.perf_counter() - started)
        return answer

    def stream(self, question: Question) -> Iterator[Answer]:
        """The growing answer; counted once it is whole, not at all when it is stopped before."""
        started = time.perf_counter()
        answer = None
        with self._metrics.questions_under_way():
            for answer in self._guide.stream(question):
                yield answer
        if answer is not None:
            self._metrics.answered(answer, time.perf_counter() - started)

    def warm(self) -> None:
        """Load the embedding model."""
        self._guide.warm()

    @property
    def model_ready(self) -> bool:
        """Whether described métiers can be searched."""
        return self._guide.model_ready

    def manifest(self) -> Manifest:
        """What the current version of the library is made of."""
        return self._guide.manifest()

    def tables(self) -> Tables:
        """The current version of the library and its tables."""
        return self._guide.tables()
