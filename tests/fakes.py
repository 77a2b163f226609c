"""Stand-ins that honour the real interfaces, so that most tests need no model."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from bot.answer import Question, Turn
from bot.understanding.constraints import load_constraints
from bot.understanding.intents import load_intents
from bot.understanding.lookup import Tables
from bot.understanding.reader import QuestionReader
from ingest.embedder import Embedder
from ingest.fiche import FicheMetier
from ingest.lexicon import Lexicon
from ingest.library import FORMAT, UNKNOWN_EDITION, Hit, Manifest, Version
from ingest.text import words

DIMENSION = 384


class HashingEmbedder(Embedder):
    """Bags of words hashed into 384 dimensions: equal words bring texts near, which is enough to test what is around.

    Counts the texts it embeds; `name` can be changed to play another model.
    """

    def __init__(self, name: str = "hashing/1") -> None:
        super().__init__()
        self._name = name
        self.embedded: list[str] = []
        self.queries: list[str] = []
        self.loaded = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return DIMENSION

    @property
    def ready(self) -> bool:
        return self.loaded

    def load(self) -> None:
        self.loaded = True

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [_vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        self.queries.append(text)
        return _vector(text)

    def embed_queries(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [_vector(text) for text in texts]


class AgreeingEmbedder(HashingEmbedder):
    """Finds every text as near as can be: what is left of the check are its rules."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [_vector("pareil") for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        return _vector("pareil")


class ScriptedModel(BaseChatModel):
    """A chat model that says what it was told to, a few characters at a time, or fails as it was told to.

    Each call takes the next script, the last one again and again; `pause` is in seconds, before each piece.
    """

    scripts: list[Any]
    pause: float = 0.0
    asked: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(chunk.message.content) for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        script = self.scripts[min(len(self.asked), len(self.scripts) - 1)]
        self.asked.append(messages)
        for piece in [script] if isinstance(script, Exception) else _pieces(script):
            time.sleep(self.pause)
            if isinstance(piece, Exception):
                raise piece
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))


def _pieces(script: str | list[Any]) -> Iterator[Any]:
    """A text in pieces of five characters; of a list, texts so and errors as they are."""
    for part in [script] if isinstance(script, str) else script:
        yield from [part[at : at + 5] for at in range(0, len(part), 5)] if isinstance(part, str) else [part]


def _vector(text: str) -> list[float]:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    for word in words(text):
        vector[int(hashlib.md5(word.encode()).hexdigest(), 16) % DIMENSION] += 1.0
    norm = float(np.linalg.norm(vector)) or 1.0
    return [float(value) for value in vector / norm]


class FixedCollection:
    """A dense index that finds what it was told to find."""

    def __init__(self, *hits: Hit) -> None:
        self._hits = hits
        self.searches = 0

    def search(self, vector: Sequence[float], k: int, among: Sequence[str] | None = None) -> list[Hit]:
        self.searches += 1
        return [hit for hit in self._hits if among is None or hit.id in among][:k]


def version_of(
    *fiches: FicheMetier, collection: FixedCollection | None = None, expressions: FixedCollection | None = None
) -> Version:
    """A version that stands in memory alone."""
    manifest = Manifest(
        version="in-memory",
        format=FORMAT,
        created=datetime(2026, 11, 24, tzinfo=UTC),
        model="hashing/1",
        dimension=DIMENSION,
        source=None,
        edition=UNKNOWN_EDITION,
        fiches=len(fiches),
        passages=0,
        content_hash="",
    )
    by_id = {fiche.id: fiche for fiche in fiches}
    return Version(manifest, by_id, collection or FixedCollection(), expressions or FixedCollection())


def reader_over(version: Version, lexicon: Lexicon | None = None) -> QuestionReader:
    """A reader of questions over a version; without everyday words unless a lexicon is given."""
    return QuestionReader(Tables.of(version, lexicon or {}), load_intents(), load_constraints())


def asked_after(*history: tuple[str, str], text: str) -> Question:
    """A question with the turns that went before it, each a role and its words."""
    turns = tuple(Turn.model_validate({"role": role, "content": content}) for role, content in history)
    return Question(text=text, history=turns)
