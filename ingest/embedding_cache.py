"""No text is embedded twice: vectors in one SQLite file, keyed by model and text, shared by every library of a user."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.embedder import Embedder, EmbedderError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Vectors = NDArray[np.float32]
#: Small enough that a killed build loses seconds of work, large enough to fill the model's batches.
BATCH = 64
#: SQLite's default limit of bound variables is 32,766 from 3.32 on; older builds allow 999.
_LOOKUP = 900


class CacheError(EmbedderError):
    """The cache cannot be used where it is; the message, in French, tells the operator what to do."""

    def __init__(self, folder: Path, cause: Exception) -> None:
        reason = getattr(cause, "strerror", None) or cause
        super().__init__(
            f"Le cache des vecteurs ne peut pas servir dans {folder} ({reason}) : libérer de la place, rétablir les"
            " droits ou nommer un autre dossier (ORIANE_CACHE). La version en service n'a pas changé."
        )


class EmbeddingCache:
    """A folder's `embeddings.sqlite`. A damaged file is set aside, whenever that shows, and a new one begun.

    :raises CacheError: from every method, when the file cannot be opened or written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "embeddings.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CacheError(folder, error) from error
        self._do(lambda db: db.execute("PRAGMA journal_mode=WAL"))

    def _do(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do some work in one transaction; on a damaged file, set it aside and do it on a new one."""
        try:
            return self._try(work)
        except sqlite3.OperationalError as error:  # locked, full, without the right to write: the file itself is sound
            raise CacheError(self.path.parent, error) from error
        except sqlite3.DatabaseError:
            logger.warning("%s is damaged: set aside, a new cache is begun", self.path)
            self.path.replace(self.path.with_suffix(".damaged"))
            return self._try(work)

    def _try(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        with closing(sqlite3.connect(self.path, timeout=60)) as db, db:
            db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
            return work(db)

    def get(self, model: str, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors known for `texts`, by text."""
        by_key = {_key(model, text): text for text in texts}
        keys = list(by_key)

        def look_up(db: sqlite3.Connection) -> dict[str, Vectors]:
            known: dict[str, Vectors] = {}
            for start in range(0, len(keys), _LOOKUP):
                some = keys[start : start + _LOOKUP]
                marks = ",".join("?" * len(some))
                for key, vector in db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some):
                    known[by_key[key]] = np.frombuffer(vector, dtype=np.float32)
            return known

        return self._do(look_up)

    def put(self, model: str, vectors: dict[str, Vectors]) -> None:
        """Keep vectors; committed when this returns."""
        rows = [(_key(model, text), vector.astype(np.float32).tobytes()) for text, vector in vectors.items()]
        self._do(lambda db: db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows))


def embed_all(
    texts: Sequence[str],
    embedder: Embedder,
    cache: EmbeddingCache,
    advance: Callable[[int, int], None],
    *,
    as_queries: bool = False,
) -> tuple[dict[str, Vectors], int]:
    """The vector of every text, and how many the model had to compute.

    A model may embed a question otherwise than a passage: `as_queries` asks for the former.

    Texts go to the model sorted by length, which halves the padding; each batch is committed to the cache, so a killed
    build resumes where it stopped. `advance(done, total)` counts the texts that the model computes.
    """
    key = f"{embedder.name}#queries" if as_queries else embedder.name
    embed = embedder.embed_queries if as_queries else embedder.embed_documents
    vectors = cache.get(key, texts)
    missing = sorted({text for text in texts if text not in vectors}, key=len)
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        new = {text: np.asarray(row, dtype=np.float32) for text, row in zip(batch, embed(batch), strict=True)}
        cache.put(key, new)
        vectors |= new
        advance(start + len(batch), len(missing))
    return vectors, len(missing)


def _key(model: str, text: str) -> bytes:
    return hashlib.sha256(f"{model}\0{text}".encode("utf-8", "surrogatepass")).digest()
