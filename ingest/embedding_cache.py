"""No text is embedded twice: vectors in one SQLite file, keyed by model and text, shared by every library of a user."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedder import Embedder

Vectors = NDArray[np.float32]
#: Small enough that a killed build loses seconds of work, large enough to fill the model's batches.
BATCH = 64
#: SQLite's default limit of bound variables is 32,766 from 3.32 on; older builds allow 999.
_LOOKUP = 900


class EmbeddingCache:
    """A folder's `embeddings.sqlite`. A damaged file is set aside and a new one begun: a cache never blocks a build."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "embeddings.sqlite"
        try:
            self._create()
        except sqlite3.DatabaseError:
            self.path.replace(self.path.with_suffix(".damaged"))
            self._create()

    def _create(self) -> None:
        with self._connect() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=60)) as db, db:
            yield db

    def get(self, model: str, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors known for `texts`, by text."""
        by_key = {_key(model, text): text for text in texts}
        keys = list(by_key)
        known: dict[str, Vectors] = {}
        with self._connect() as db:
            for start in range(0, len(keys), _LOOKUP):
                some = keys[start : start + _LOOKUP]
                marks = ",".join("?" * len(some))
                for key, vector in db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some):
                    known[by_key[key]] = np.frombuffer(vector, dtype=np.float32)
        return known

    def put(self, model: str, vectors: dict[str, Vectors]) -> None:
        """Keep vectors; committed when this returns."""
        rows = [(_key(model, text), vector.astype(np.float32).tobytes()) for text, vector in vectors.items()]
        with self._connect() as db:
            db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)


def embed_all(
    texts: Sequence[str], embedder: Embedder, cache: EmbeddingCache, advance: Callable[[int, int], None]
) -> tuple[dict[str, Vectors], int]:
    """The vector of every text, and how many the model had to compute.

    Texts go to the model sorted by length, which halves the padding; each batch is committed to the cache, so a killed
    build resumes where it stopped. `advance(done, total)` counts the texts that the model computes.
    """
    vectors = cache.get(embedder.name, texts)
    missing = sorted({text for text in texts if text not in vectors}, key=len)
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        new = {
            text: np.asarray(v, dtype=np.float32)
            for text, v in zip(batch, embedder.embed_documents(batch), strict=True)
        }
        cache.put(embedder.name, new)
        vectors |= new
        advance(start + len(batch), len(missing))
    return vectors, len(missing)


def _key(model: str, text: str) -> bytes:
    return hashlib.sha256(f"{model}\0{text}".encode("utf-8", "surrogatepass")).digest()
