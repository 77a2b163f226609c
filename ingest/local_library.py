"""The library as a folder: one sub-folder a version, and a small pointer file that names the current one.

library/current                      the name of the current version, replaced by renaming
library/versions/20261124-…-1a2b/    manifest.json, fiches.jsonl, formations.jsonl, passages.json, …, chroma/, and
                                     seal.json, which tells whether any of them has changed since
library/building/                    a version being written; whatever a killed build left is swept by the next
library/lock                         held by the process that writes
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.chroma import ChromaFolder, CopyError, version_of
from ingest.files import sync, write_durably
from ingest.library import Change, Contents, Draft, LibraryError, Manifest, Version
from ingest.seal import SEAL, seal, verify
from ingest.version_files import MANIFEST, contents_from, damaged, require_format, texts_of
from ingest.version_names import utc_now

#: How long a version stays after two newer ones: far longer than a question takes to search it.
GRACE = timedelta(minutes=1)
_INDEX, _RETIRED = "chroma", "retired"


class LocalLibrary:
    """A `Library` in a folder of this machine. `clock` dates what old versions are kept by."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self.folder = folder
        self._clock = clock
        self._pointer = folder / "current"
        self._versions = folder / "versions"
        self._building = folder / "building"

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.folder)

    def current(self) -> str | None:
        """The version that the pointer names, as it stands there: a damaged name is that of a damaged version."""
        try:
            return self._pointer.read_text(encoding="utf-8", errors="replace").strip() or None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LibraryError(
                f"Bibliothèque illisible : {self.folder} ({error.strerror}). Vérifier le chemin (--library) et les"
                " droits."
            ) from error

    def kept(self) -> Sequence[str]:
        """The versions in the folder; their names sort as they were published."""
        with suppress(OSError):
            return sorted((path.name for path in self._versions.iterdir()), reverse=True)
        return ()

    def manifest(self, version: str) -> Manifest:
        """Read a version's manifest alone."""
        folder = self._versions / version
        try:
            verify(folder, MANIFEST)
            manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        except (OSError, ValueError) as error:  # ValueError: the seal's, pydantic's, a NUL in a damaged name
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
            verify(folder, but=_INDEX)
            return contents_from(manifest, read)
        except (OSError, ValueError) as error:
            raise damaged(version, self.place, error) from error

    def open(self, version: str) -> Version:
        """Load the contents and open the collections, which are closed once the version is no longer used."""
        contents, folder = self.contents(version), self._versions / version
        try:
            verify(folder, _INDEX)
            chroma = ChromaFolder.for_reading(folder / _INDEX)
            opened = version_of(
                contents, chroma.passages, chroma.expressions, chroma.formations() if contents.formations else None
            )
        except CopyError as error:
            raise LibraryError(
                f"La bibliothèque {self.folder} est en lecture seule, et son index ne peut pas être copié dans le"
                f" dossier temporaire ({error}) : y libérer de la place, ou en nommer un autre (TMPDIR)."
            ) from error
        except MemoryError:
            raise
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
        self._remove_all_but(former, draft.base)  # what is too old makes room
        try:
            self._write(draft)
            self._point_to(draft.name)
        except (OSError, ChromaError) as error:
            raise self._unwritable(error) from error
        self._retire(former)
        self._remove_all_but(draft.name, former)

    def _write(self, draft: Draft) -> None:
        shutil.rmtree(self._building, ignore_errors=True)
        self._building.mkdir(parents=True)
        folder = self._building / _INDEX
        if draft.base:
            shutil.copytree(self._versions / draft.base / _INDEX, folder)
        chroma = ChromaFolder(folder)
        try:
            chroma.passages.apply(draft.passages, draft.vectors)
            chroma.expressions.apply(draft.expressions, draft.expression_vectors)
            if draft.formation_passages != Change():
                chroma.formations().apply(draft.formation_passages, draft.vectors)
        finally:
            chroma.close()
        for name, text in texts_of(draft.contents).items():
            write_durably(self._building / name, text)
        for path in folder.rglob("*"):
            if path.is_file():
                sync(path)
        write_durably(self._building / SEAL, seal(self._building))
        self._building.rename(self._versions / draft.name)
        sync(self._versions)

    def _point_to(self, version: str) -> None:
        new = self.folder / "current.new"
        write_durably(new, version)
        new.replace(self._pointer)
        sync(self.folder)

    def _retire(self, version: str | None) -> None:
        """Note since when a version is no longer current; without the note it goes at once when its time comes."""
        with suppress(OSError, ValueError):
            if version:
                (self._versions / version / _RETIRED).write_text(str(self._clock().timestamp()), encoding="utf-8")

    def _remove_all_but(self, *kept: str | None) -> None:
        """Keep these, and those that a running app may still be reading."""
        for path in self._versions.iterdir():
            if path.name not in kept and not self._in_grace(path):
                shutil.rmtree(path, ignore_errors=True)

    def _in_grace(self, version: Path) -> bool:
        """Whether it was current a moment ago. Where the clock went backwards it is not, lest old versions pile up."""
        try:
            retired = float((version / _RETIRED).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return 0 <= self._clock().timestamp() - retired < GRACE.total_seconds()

    def _unwritable(self, error: Exception) -> LibraryError:
        reason = getattr(error, "strerror", None) or error
        return LibraryError(
            f"Impossible d'écrire la bibliothèque dans {self.folder} ({reason}) : libérer de la place,"
            " rétablir les droits ou nommer un autre dossier (--library). La version en service n'a pas changé."
        )
