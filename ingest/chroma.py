"""The Chroma collections of one version: dense search by cosine, vectors always computed by our own embedder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from ingest.embedding_cache import Vectors
from ingest.library import Change, Hit
from ingest.telemetry import switch_off

if TYPE_CHECKING:  # importing chromadb takes a second, which `oriane --help` and `oriane status` need not pay
    from chromadb.api.client import Client

#: Chroma refuses more than 5,461 records at once.
_BATCH = 5_000


class ChromaFolder:
    """The collections of a folder: passages and everyday descriptions, created when absent; formations on demand."""

    def __init__(self, folder: Path) -> None:
        switch_off()
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._client = cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
        self.passages = ChromaCollection(self._client, "passages")
        self.expressions = ChromaCollection(self._client, "expressions")

    def formations(self) -> ChromaCollection:
        """The collection of formations, created when absent: a library without formations never has it."""
        return ChromaCollection(self._client, "formations")

    def close(self) -> None:
        """Let go of the folder's files."""
        self._client.close()


class ChromaCollection:
    """One collection of a client, created when absent."""

    def __init__(self, client: Client, name: str) -> None:
        self._collection = client.get_or_create_collection(
            name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )

    def count(self) -> int:
        """How many entries the collection holds."""
        return self._collection.count()

    def search(self, vector: Sequence[float], k: int, among: Sequence[str] | None = None) -> list[Hit]:
        """The `k` entries nearest to a vector, best first; of those with the ids `among`, where given."""
        ids = None if among is None else list(among)
        found = self._collection.query(query_embeddings=[vector], n_results=k, ids=ids, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [Hit(entry_id, 1 - distance) for entry_id, distance in zip(found["ids"][0], distances, strict=True)]

    def apply(self, change: Change, vectors: Mapping[str, Vectors]) -> None:
        """Delete what a change deletes, then add what it adds, which the collection must not hold by then.

        `vectors` gives each added entry's, by its embedded text.
        """
        for start in range(0, len(change.deleted), _BATCH):
            self._collection.delete(ids=list(change.deleted[start : start + _BATCH]))
        for start in range(0, len(change.added), _BATCH):
            some = change.added[start : start + _BATCH]
            self._collection.add(
                ids=[entry.id for entry in some],
                embeddings=np.stack([vectors[entry.embedded_text] for entry in some]),
                documents=[entry.text for entry in some],
                metadatas=[dict(entry.metadata) for entry in some],
            )
