"""Tells the embedding model's own time from the rest of a question's trip."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.answer import Answer, Question
from ingest.embedder import Embedder

#: The stages added to an answer's timings: the model's own time, and retrieval without it.
MODEL, BESIDE_MODEL = "model", "retrieve_beside_model"


class TimedEmbedder(Embedder):
    """Another embedder that adds up the milliseconds of its queries; for questions asked one at a time."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self._embedder = embedder
        self._spent: float | None = None

    @property
    def name(self) -> str:
        """The other's name: its vectors are the same."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """The other's dimension."""
        return self._embedder.dimension

    @property
    def ready(self) -> bool:
        """Whether the other is loaded."""
        return self._embedder.ready

    def load(self) -> None:
        """Load the other."""
        self._embedder.load()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The other's vectors, not timed."""
        return self._embedder.embed_documents(texts)

    def embed_queries(self, texts: list[str]) -> list[list[float]]:
        """The other's vectors, not timed."""
        return self._embedder.embed_queries(texts)

    def embed_query(self, text: str) -> list[float]:
        """The other's vector, timed."""
        started = time.perf_counter()
        vector = self._embedder.embed_query(text)
        self._spent = (self._spent or 0.0) + (time.perf_counter() - started) * 1000
        return vector

    def take(self) -> float | None:
        """The milliseconds since the last call, None when no query was embedded; counting starts anew."""
        spent, self._spent = self._spent, None
        return spent


def with_model_time(ask: Callable[[Question], Answer], embedder: TimedEmbedder) -> Callable[[Question], Answer]:
    """The same pipeline, its answers telling the time of `embedder` and that of retrieval beside it."""

    def asked(question: Question) -> Answer:
        embedder.take()
        answer = ask(question)
        spent, timings = embedder.take(), dict(answer.timings_ms)
        if spent is not None:
            timings[MODEL] = round(spent, 2)
        if "retrieve" in timings:
            timings[BESIDE_MODEL] = round(max(timings["retrieve"] - (spent or 0.0), 0.0), 2)
        return answer.model_copy(update={"timings_ms": timings})

    return asked
