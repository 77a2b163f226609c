"""A build that kills itself with SIGKILL at a chosen moment: run by `test_kill` as a process of its own.

    python -m tests.killed_build MOMENT SOURCES LIBRARY CACHE

Nothing of the product is told about it: the moments are wrapped around its methods here. "never" builds to the end.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest import embedding_cache, files, local_library
from ingest.chroma import ChromaCollection
from ingest.embedding_cache import EmbeddingCache
from ingest.library import Change
from ingest.local_library import LocalLibrary
from ingest.pipeline import ingest
from tests.fakes import HashingEmbedder


def die() -> None:
    """What `kill -9` and a power cut have in common: no handler, no `finally`, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)


def around(owner: Any, name: str, *, before: bool, call: int = 1) -> Callable[[], None]:
    """Set a trap: die just before or just after the given call of a method."""

    def trap() -> None:
        method, calls = getattr(owner, name), [0]

        def trapped(*arguments: Any, **named: Any) -> Any:
            calls[0] += 1
            if before and calls[0] == call:
                die()
            result = method(*arguments, **named)
            if not before and calls[0] == call:
                die()
            return result

        setattr(owner, name, trapped)

    return trap


def inside_add() -> None:
    """Die when half of the passages are in the collection."""
    apply = ChromaCollection.apply

    def half(self: ChromaCollection, change: Change, vectors: Any) -> None:
        apply(self, Change(change.deleted, change.added[: len(change.added) // 2]), vectors)
        die()

    ChromaCollection.apply = half  # type: ignore[method-assign]


def inside_copy() -> None:
    """Die when one file of the old index is copied (a whole build, which copies nothing, dies as it starts writing)."""
    copy, write = shutil.copy2, LocalLibrary._write

    def copied(*arguments: Any, **named: Any) -> None:
        copy(*arguments, **named)
        die()

    def writing(self: LocalLibrary, draft: Any) -> None:
        if draft.base is None:
            die()
        write(self, draft)

    original = shutil.copytree
    shutil.copytree = lambda source, target, *_, **__: original(source, target, copy_function=copied)  # type: ignore[assignment]
    LocalLibrary._write = writing  # type: ignore[method-assign]


def pointing(name: str, *, before: bool) -> Callable[[], None]:
    """Set a trap around a step that also happens before the swap: armed once the pointer is being written."""

    def trap() -> None:
        point_to = LocalLibrary._point_to

        def armed(self: LocalLibrary, version: str) -> None:
            around(Path if name == "replace" else files, name, before=before)()
            point_to(self, version)

        LocalLibrary._point_to = armed  # type: ignore[method-assign]

    return trap


#: From the first step of a build to the last; True where readers must find the new version afterwards.
MOMENTS: dict[str, tuple[Callable[[], None], bool]] = {
    "before the first vector": (around(HashingEmbedder, "embed_documents", before=True), False),
    "between two batches of vectors": (around(HashingEmbedder, "embed_documents", before=True, call=2), False),
    "after a batch is in the cache": (around(EmbeddingCache, "put", before=False), False),
    "before publishing": (around(LocalLibrary, "publish", before=True), False),
    "while the old index is copied": (inside_copy, False),
    "before the index is written": (around(ChromaCollection, "apply", before=True), False),
    "while the index is written": (inside_add, False),
    "after the index is written": (around(ChromaCollection, "apply", before=False), False),
    "after the fiches are written": (around(local_library, "write_durably", before=False), False),
    "before the seal is written": (around(local_library, "seal", before=True), False),
    "before the version is renamed into place": (around(Path, "rename", before=True), False),
    "after the version is renamed into place": (around(Path, "rename", before=False), False),
    "while the pointer is written": (pointing("sync", before=True), False),
    "just before the pointer is swapped": (pointing("replace", before=True), False),
    "just after the pointer is swapped": (pointing("replace", before=False), True),
    "before old versions are removed": (around(LocalLibrary, "_retire", before=True), True),
    "after everything": (around(LocalLibrary, "publish", before=False), True),
}


def main(moment: str, sources: str, library: str, cache: str) -> None:
    """Build, and die on the way."""
    embedding_cache.BATCH = 8
    if moment in MOMENTS:
        MOMENTS[moment][0]()
    ingest([sources], LocalLibrary(Path(library)), HashingEmbedder(), EmbeddingCache(Path(cache)))


if __name__ == "__main__":
    main(*sys.argv[1:])
