"""The Chroma collection of one version: dense search by cosine, vectors always computed by our own embedder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ingest.embedding_cache import Vectors
from ingest.library import Hit
from ingest.passages import Passage

if TYPE_CHECKING:  # importing chromadb takes a second, which `oriane --help` and `oriane status` need not pay
    from chromadb.api.client import Client

NAME = "passages"
#: Chroma refuses more than 5,461 records at once.
_BATCH = 5_000


class ChromaCollection:
    """A collection in a folder, created when absent."""

    def __init__(self, folder: Path) -> None:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._client = cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
        self._collection = self._client.get_or_create_collection(
            NAME, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )

    def count(self) -> int:
        """How many passages the collection holds."""
        return self._collection.count()

    def search(self, vector: Sequence[float], k: int) -> list[Hit]:
        """The `k` passages nearest to a vector, best first."""
        found = self._collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [Hit(passage_id, 1 - distance) for passage_id, distance in zip(found["ids"][0], distances, strict=True)]

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Delete passages by id."""
        for start in range(0, len(passage_ids), _BATCH):
            self._collection.delete(ids=list(passage_ids[start : start + _BATCH]))

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Add passages that the collection does not hold, one row of `vectors` each."""
        for start in range(0, len(passages), _BATCH):
            some = passages[start : start + _BATCH]
            self._collection.add(
                ids=[passage.id for passage in some],
                embeddings=vectors[start : start + _BATCH],
                documents=[passage.text for passage in some],
                metadatas=[_metadata(passage) for passage in some],
            )

    def close(self) -> None:
        """Let go of the folder's files."""
        self._client.close()


def _metadata(passage: Passage) -> dict[str, Any]:
    """The passage's place and its fiche's facts; Chroma refuses empty lists and None, so absent facts are left out."""
    present = {key: value for key, value in passage.facts.items() if value not in (None, [])}
    return {"fiche_id": passage.fiche_id, "section": passage.section, "heading": passage.heading, **present}
