"""The Chroma collections of one version: dense search by cosine, vectors always computed by our own embedder."""

from __future__ import annotations

import mmap
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from ingest.embedding_cache import Vectors
from ingest.library import Change, Contents, Hit, NoCollection, Version
from ingest.seal import SAVED_GRAPH
from ingest.telemetry import switch_off

if TYPE_CHECKING:  # importing chromadb takes a second, which `oriane --help` and `oriane status` need not pay
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

#: Chroma refuses more than 5,461 records at once.
_BATCH = 5_000
_DATABASE = "chroma.sqlite3"
#: Bytes to be had before Chroma is opened: where its core gets no memory, it waits for ever or aborts the process.
_HEADROOM = 256 * 2**20
#: Bytes to be had on the disk for Chroma's row and its journal.
_ROOM = 4 * 2**20


class CopyError(RuntimeError):
    """An index that cannot be read where it is, and not be copied either; the message is the system's reason."""


class ChromaFolder:
    """The collections of a folder: passages and everyday descriptions, created when absent; formations on demand.

    :raises MemoryError: when there is too little to open them.
    """

    def __init__(self, folder: Path, copy: TemporaryDirectory[str] | None = None) -> None:
        switch_off()
        import chromadb
        from chromadb.config import Settings

        _require_memory()
        self._copy = copy
        settings = Settings(anonymized_telemetry=False)
        self._client = cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
        self.passages = created(self._client, "passages")
        self.expressions = created(self._client, "expressions")

    @classmethod
    def for_reading(cls, folder: Path) -> Self:
        """Open a folder that may be read only, or on a full disk.

        Chroma writes into every database that it opens: there it gets a copy.

        :raises CopyError: when there is no room for the copy.
        """
        if _has_room(folder) and _is_writable(folder) and _is_writable(folder / _DATABASE):
            return cls(folder)
        try:
            copy = TemporaryDirectory(prefix="oriane-", ignore_cleanup_errors=True)
            for path in folder.iterdir():
                if (path / SAVED_GRAPH).exists():  # the others are made anew
                    Path(copy.name, path.name).symlink_to(path.absolute(), target_is_directory=True)
            shutil.copyfile(folder / _DATABASE, Path(copy.name, _DATABASE))
        except OSError as error:
            raise CopyError(error.strerror or str(error)) from error
        return cls(Path(copy.name), copy)

    def formations(self) -> ChromaCollection:
        """The collection of formations, created when absent: a library without formations never has it."""
        return created(self._client, "formations")

    def close(self) -> None:
        """Let go of the folder's files."""
        self._client.close()
        if self._copy:
            self._copy.cleanup()


def _require_memory() -> None:
    try:
        mmap.mmap(-1, _HEADROOM).close()
    except OSError as error:
        raise MemoryError(error.strerror) from error


def _has_room(folder: Path) -> bool:
    return shutil.disk_usage(folder).free >= _ROOM


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


class ChromaCollection:
    """One collection of a client."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def count(self) -> int:
        """How many entries the collection holds."""
        return self._collection.count()

    def search(self, vector: Sequence[float], k: int, among: Sequence[str] | None = None) -> list[Hit]:
        """The `k` entries nearest to a vector, best first; of those with the ids `among`, where given."""
        if among is not None:
            return self._nearest_of(vector, k, among)
        found = self._collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [Hit(entry_id, 1 - distance) for entry_id, distance in zip(found["ids"][0], distances, strict=True)]

    def _nearest_of(self, vector: Sequence[float], k: int, among: Sequence[str]) -> list[Hit]:
        """The nearest of a few entries: Chroma's own query by ids looks through the whole index for them."""
        if not among:
            return []
        found = self._collection.get(ids=list(among), include=["embeddings"])
        vectors, asked = np.asarray(found["embeddings"], dtype=np.float32), np.asarray(vector, dtype=np.float32)
        cosines = vectors @ asked / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(asked))
        return [Hit(found["ids"][place], float(cosines[place])) for place in np.argsort(-cosines, kind="stable")[:k]]

    def apply(self, change: Change, vectors: Mapping[str, Vectors]) -> None:
        """Delete what a change deletes, then add what it adds, which the collection must not hold by then.

        `vectors` gives each added entry's, by its embedded text.
        """
        for some in in_batches(change.deleted):
            self._collection.delete(ids=list(some))
        for some in in_batches(change.added):
            self._collection.add(
                ids=[entry.id for entry in some],
                embeddings=np.stack([vectors[entry.embedded_text] for entry in some]),
                documents=[entry.text for entry in some],
                metadatas=[dict(entry.metadata) for entry in some],
            )

    def copy_from(self, other: ChromaCollection, but: Iterable[str]) -> None:
        """Add what another collection holds, but for the entries with some ids."""
        left_out = frozenset(but)
        for start in range(0, other.count(), _BATCH):
            page = other._collection.get(limit=_BATCH, offset=start, include=["embeddings", "documents", "metadatas"])
            kept = [place for place, entry_id in enumerate(page["ids"]) if entry_id not in left_out]
            if kept:
                columns: dict[str, Any] = {name: page[name] for name in ("embeddings", "documents", "metadatas")}
                picked = {name: [column[place] for place in kept] for name, column in columns.items()}
                self._collection.add(ids=[page["ids"][place] for place in kept], **picked)


def created(client: ClientAPI, name: str) -> ChromaCollection:
    """The collection of that name, created when absent."""
    return ChromaCollection(
        client.get_or_create_collection(name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)
    )


def in_batches(entries: Sequence[Any], size: int = _BATCH) -> Iterator[Sequence[Any]]:
    """The entries in as few slices as Chroma takes."""
    return (entries[start : start + size] for start in range(0, len(entries), size))


def version_of(
    contents: Contents,
    passages: ChromaCollection,
    expressions: ChromaCollection,
    formations: ChromaCollection | None,
) -> Version:
    """A version over its contents and its indexes.

    :raises ValueError: when an index holds more or fewer entries than the manifest says.
    """
    manifest = contents.manifest
    counts = passages.count(), expressions.count(), formations.count() if formations else 0
    expected = manifest.passages, manifest.expressions, manifest.formation_passages
    if counts != expected:
        raise ValueError(f"{sum(counts)} textes indexés au lieu de {sum(expected)}")
    return Version(
        manifest,
        contents.fiches,
        passages,
        expressions,
        contents.rome_names,
        contents.formations,
        formations or NoCollection(),
    )
