"""The library as a folder: one sub-folder a version, and a small pointer file that names the current one.

library/current                      the name of the current version, replaced by renaming
library/versions/20261124-…-1a2b/    manifest.json, fiches.jsonl, formations.jsonl, passages.json, …, chroma/
library/building/                    a version being written; whatever a killed build left is swept by the next
library/lock                         held by the process that writes
"""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from ingest.chroma import ChromaFolder, version_of
from ingest.library import Change, Contents, Draft, LibraryError, Manifest, Version
from ingest.version_files import MANIFEST, contents_from, damaged, require_format, texts_of


class LocalLibrary:
    """A `Library` in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current"
        self._versions = folder / "versions"
        self._building = folder / "building"

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.folder)

    def current(self) -> str | None:
        """The version that the pointer names."""
        try:
            return self._pointer.read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise LibraryError(
                f"Bibliothèque illisible : {self.folder} ({reason}). Vérifier le chemin (--library) et les droits."
            ) from error

    def manifest(self, version: str) -> Manifest:
        """Read a version's manifest alone."""
        try:
            manifest = Manifest.model_validate_json((self._versions / version / MANIFEST).read_bytes())
        except (OSError, ValidationError) as error:
            raise damaged(version, self.place, error) from error
        require_format(manifest, self.place, "nommer un autre dossier (--library)")
        return manifest

    def contents(self, version: str) -> Contents:
        """Read a version's manifest, fiches and passage hashes."""
        manifest, folder = self.manifest(version), self._versions / version

        def read(name: str) -> str | None:
            path = folder / name
            return path.read_text(encoding="utf-8") if path.exists() else None

        try:
            return contents_from(manifest, read)
        except (OSError, ValueError) as error:
            raise damaged(version, self.place, error) from error

    def open(self, version: str) -> Version:
        """Load the contents and open the collections, which are closed once the version is no longer used."""
        contents = self.contents(version)
        try:
            chroma = ChromaFolder(self._versions / version / "chroma")
            opened = version_of(
                contents, chroma.passages, chroma.expressions, chroma.formations() if contents.formations else None
            )
        except Exception as error:  # chromadb lets through its own errors, sqlite3's and those of its Rust core
            raise damaged(version, self.place, error) from error
        weakref.finalize(opened, chroma.close)
        return opened

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder's lock; the system lets go of it when a process dies."""
        lock = FileLock(self.folder / "lock", timeout=0)
        try:
            self._versions.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise LibraryError(f"Une autre ingestion écrit dans {self.folder} : attendre qu'elle finisse.") from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield
        finally:
            lock.release()

    def publish(self, draft: Draft) -> None:
        """Write the version beside the others, rename it into place, then rename the pointer: two atomic steps."""
        from chromadb.errors import ChromaError

        former = self.current()
        try:
            self._write(draft)
            self._point_to(draft.name)
        except (OSError, ChromaError) as error:
            raise self._unwritable(error) from error
        self._remove_all_but(draft.name, former)

    def _write(self, draft: Draft) -> None:
        shutil.rmtree(self._building, ignore_errors=True)
        self._building.mkdir(parents=True)
        folder = self._building / "chroma"
        if draft.base:
            shutil.copytree(self._versions / draft.base / "chroma", folder)
        chroma = ChromaFolder(folder)
        try:
            chroma.passages.apply(draft.passages, draft.vectors)
            chroma.expressions.apply(draft.expressions, draft.expression_vectors)
            if draft.formation_passages != Change():
                chroma.formations().apply(draft.formation_passages, draft.vectors)
        finally:
            chroma.close()
        for name, text in texts_of(draft.contents).items():
            _write_durably(self._building / name, text)
        for path in folder.rglob("*"):
            if path.is_file():
                _sync(path)
        self._building.rename(self._versions / draft.name)
        _sync(self._versions)

    def _point_to(self, version: str) -> None:
        new = self.folder / "current.new"
        _write_durably(new, version)
        new.replace(self._pointer)
        _sync(self.folder)

    def _remove_all_but(self, *kept: str | None) -> None:
        """Keep the current version and the former one, which a running app may still be opening."""
        for path in self._versions.iterdir():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    def _unwritable(self, error: Exception) -> LibraryError:
        reason = getattr(error, "strerror", None) or error
        return LibraryError(
            f"Impossible d'écrire la bibliothèque dans {self.folder} ({reason}) : libérer de la place,"
            " rétablir les droits ou nommer un autre dossier (--library). La version en service n'a pas changé."
        )


def _write_durably(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    _sync(path)


def _sync(path: Path) -> None:
    """Ask the disk to hold a file or a folder before the next step relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
