"""The library on a Chroma server: any number of machines read it, and share nothing else.

oriane                        names the current version in its metadata, which the server replaces in one step
oriane.<version>.texts        the version's texts (fiches, hashes, manifest), compressed, in numbered pieces
oriane.<version>.passages     its indexes: passages, expressions, formations
oriane.writer                 the right to write, see `ingest.write_lease`

A version that nothing names is invisible; what a killed build left is swept by the next one.
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import numpy as np

from ingest.chroma import ChromaCollection, created, in_batches, version_of
from ingest.chroma_server import ChromaServer, ServedCollection
from ingest.embedding_cache import Vectors
from ingest.library import Change, Contents, Draft, LibraryError, Manifest, UnreachableError, Version
from ingest.version_files import MANIFEST, contents_from, damaged, require_format, texts_of
from ingest.write_lease import WriteLease

logger = logging.getLogger(__name__)

POINTER = "oriane"
#: Seconds for which a version that is no longer current is kept; the one before the current always is. A machine that
#: answers from it, or opens it at the moment of a flip, finds it whole.
GRACE = 600.0
#: Seconds for which a server that did not answer is not asked again which version is current.
PAUSE = 2.0
#: Characters of a piece of text, and pieces sent at once: far below the 40 MB that the server takes.
_PIECE, _AT_ONCE = 200_000, 20


@dataclass(frozen=True)
class _Pointer:
    """The current version, and those before it with the time (seconds of the publisher's clock) they ceased to be."""

    current: str | None = None
    retired: Mapping[str, float] = field(default_factory=dict)

    def kept(self, grace: float) -> frozenset[str]:
        """The versions that are not to be removed: the current one, the one before it, and those retired lately."""
        last = max(self.retired, key=lambda name: self.retired[name], default=None)
        lately = {name for name, since in self.retired.items() if time.time() - since < grace}
        return frozenset(name for name in (self.current, last, *lately) if name)


class ServerLibrary:
    """A `Library` on a Chroma server; every method may raise `UnreachableError`."""

    def __init__(self, url: str, grace: float = GRACE, patience: float = 20.0) -> None:
        """`grace` and `patience` (of `WriteLease`) are in seconds."""
        self._server = ChromaServer(url)
        self._lease = WriteLease(self._server, patience=patience)
        self._grace = grace
        self._away_since: float | None = None

    @property
    def place(self) -> str:
        """The server's address."""
        return self._server.place

    def current(self) -> str | None:
        """The version that the pointer names; a server that is away is asked again after a pause."""
        if self._away_since is not None and time.monotonic() - self._away_since < PAUSE:
            raise UnreachableError(f"Le serveur Chroma {self.place} ne répond pas.")
        try:
            current = self._pointer().current
        except UnreachableError:
            self._away_since = time.monotonic()
            raise
        self._away_since = None
        return current

    def kept(self) -> Sequence[str]:
        """The versions that the pointer names, those that were current last first."""
        with suppress(LibraryError):
            pointer = self._pointer()
            former = sorted(pointer.retired, key=lambda name: pointer.retired[name], reverse=True)
            return [name for name in (pointer.current, *former) if name]
        return ()

    def manifest(self, version: str) -> Manifest:
        """Read a version's manifest alone."""
        with self._reading(version):
            manifest = Manifest.model_validate_json(self._text(version, MANIFEST) or "")
        require_format(manifest, self.place, "nommer un autre serveur (ORIANE_CHROMA_URL)")
        return manifest

    def contents(self, version: str) -> Contents:
        """Read a version's manifest, fiches and hashes."""
        manifest = self.manifest(version)
        with self._reading(version):
            return contents_from(manifest, lambda name: self._text(version, name))

    def open(self, version: str) -> Version:
        """Load the contents; the indexes stay on the server."""
        contents = self.contents(version)
        with self._reading(version):
            return version_of(
                contents,
                self._served(version, "passages"),
                self._served(version, "expressions"),
                self._served(version, "formations") if contents.formations else None,
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the server's only right to write; that of a killed process is waited for, some twenty seconds."""
        with self._server.failures(), self._lease.held():
            yield

    def publish(self, draft: Draft) -> None:
        """Write the version's collections beside the others, then replace the pointer: one atomic step."""
        former = self._pointer()
        with self._writing_well():
            self._remove_all_but(former.kept(self._grace))
            self._write(draft)
            self._lease.require()
            now = time.time()
            retired = {name: since for name, since in former.retired.items() if now - since < self._grace}
            pointer = _Pointer(draft.name, retired | ({former.current: now} if former.current else {}))
            self._point_to(pointer)
            self._remove_all_but(pointer.kept(self._grace))

    def _write(self, draft: Draft) -> None:
        vectors, said = draft.vectors, draft.expression_vectors
        parts: list[tuple[str, Change, Mapping[str, Vectors]]] = [
            ("passages", draft.passages, vectors),
            ("expressions", draft.expressions, said),
        ]
        if draft.contents.formations:
            parts.append(("formations", draft.formation_passages, vectors))
        for part, change, of_texts in parts:
            collection = created(self._server.client(), _name(draft.name, part))
            if draft.base and (base := self._find(draft.base, part)):
                collection.copy_from(base, but=change.deleted)
            collection.apply(Change((), change.added), of_texts)
        self._write_texts(draft.name, texts_of(draft.contents))

    def _write_texts(self, version: str, texts: Mapping[str, str]) -> None:
        collection = self._server.client().create_collection(_name(version, "texts"), embedding_function=None)
        for name, text in texts.items():
            packed = base64.b64encode(gzip.compress(text.encode())).decode()
            pieces = [packed[start : start + _PIECE] for start in range(0, len(packed), _PIECE)]
            for numbers in in_batches(range(len(pieces)), _AT_ONCE):
                collection.add(
                    ids=[f"{name}/{number}" for number in numbers],
                    embeddings=np.zeros((len(numbers), 1), dtype=np.float32),  # Chroma keeps nothing without one
                    metadatas=[{"name": name, "place": number, "piece": pieces[number]} for number in numbers],
                )

    def _text(self, version: str, name: str) -> str | None:
        """A text of a version, None where it has none of that name."""
        held = self._server.get(_name(version, "texts")).get(where={"name": name}, include=["metadatas"])
        pieces = sorted((int(str(piece["place"])), str(piece["piece"])) for piece in held["metadatas"] or ())
        if not pieces:
            return None
        return gzip.decompress(base64.b64decode("".join(piece for _, piece in pieces), validate=True)).decode()

    def _served(self, version: str, part: str) -> ServedCollection:
        return ServedCollection(self._server.get(_name(version, part)), self._server)

    def _find(self, version: str, part: str) -> ChromaCollection | None:
        """An index of a version; None where it has none, as a version without formations has none of these."""
        from chromadb.errors import NotFoundError

        try:
            return self._served(version, part)
        except NotFoundError:
            return None

    def _pointer(self) -> _Pointer:
        from chromadb.errors import NotFoundError

        try:
            with self._server.failures():
                said = self._server.get(POINTER).metadata or {}
        except NotFoundError:
            return _Pointer()
        current = said.get("current")
        return _Pointer(str(current) if current else None, json.loads(str(said.get("retired", "{}"))))

    def _point_to(self, pointer: _Pointer) -> None:
        metadata = {"current": pointer.current or "", "retired": json.dumps(dict(pointer.retired))}
        catalogue = self._server.client().get_or_create_collection(POINTER, embedding_function=None)
        catalogue.modify(metadata=metadata)

    def _remove_all_but(self, kept: frozenset[str]) -> None:
        """Remove the collections of every other version: old ones, and those that a killed build left half-written."""
        client = self._server.client()
        for collection in client.list_collections(limit=client.count_collections()):
            _, _, rest = collection.name.partition(f"{POINTER}.")
            version, _, part = rest.rpartition(".")
            is_left = version == "writer.dead" or (part in _PARTS and version not in kept)
            if collection.name.startswith(f"{POINTER}.") and is_left:
                client.delete_collection(collection.name)

    @contextmanager
    def _reading(self, version: str) -> Iterator[None]:
        try:
            with self._server.failures():
                yield
        except LibraryError:
            raise
        except Exception as error:  # chromadb's errors, plain ones included, and whatever a cut text raises
            raise damaged(version, self.place, error) from error

    @contextmanager
    def _writing_well(self) -> Iterator[None]:
        try:
            with self._server.failures():
                yield
        except LibraryError:
            raise
        except Exception as error:  # chromadb raises plain ones for what its server says in other words than its own
            raise LibraryError(
                f"Impossible d'écrire la bibliothèque sur le serveur Chroma {self.place} ({error}) : y libérer de la"
                " place, ou voir son journal. La version en service n'a pas changé."
            ) from error


_PARTS = ("texts", "passages", "expressions", "formations")


def _name(version: str, part: str) -> str:
    return f"{POINTER}.{version}.{part}"
