"""The library as a folder: one sub-folder a version, and a small pointer file that names the current one.

library/current                      the name of the current version, replaced by renaming
library/versions/20261124-…-1a2b/    manifest.json, fiches.jsonl, formations.jsonl, passages.json, …, chroma/, and
                                     seal.json, which tells whether any of them has changed since
library/building/                    a version being written; whatever a killed build left is swept by the next
library/lock                         held by the process that writes
"""

from __future__ import annotations

import json
import shutil
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.chroma import ChromaFolder, CopyError
from ingest.fiche import Fiche, FicheMetier
from ingest.files import lines_if_any, lines_of, sync, table_if_any, write_durably
from ingest.formation import Formation
from ingest.library import (
    FORMAT,
    Change,
    Contents,
    DamagedError,
    Draft,
    LibraryError,
    Manifest,
    NoCollection,
    OtherFormatError,
    Version,
    utc_now,
)
from ingest.seal import SEAL, seal, verify

#: How long a version stays after two newer ones: far longer than a question takes to search it.
GRACE = timedelta(minutes=1)
_MANIFEST, _INDEX, _RETIRED = "manifest.json", "chroma", "retired"


class LocalLibrary:
    """A `Library` in a folder of this machine. `clock` dates what old versions are kept by."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self.folder = folder
        self._clock = clock
        self._pointer = folder / "current"
        self._versions = folder / "versions"
        self._building = folder / "building"

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
            verify(folder, _MANIFEST)
            manifest = Manifest.model_validate_json((folder / _MANIFEST).read_bytes())
        except (OSError, ValueError) as error:  # ValueError: the seal's, pydantic's, a NUL in a damaged name
            raise self._damaged(version, error) from error
        self._require_format(manifest)
        return manifest

    def contents(self, version: str) -> Contents:
        """Read a version's manifest, fiches and passage hashes."""
        manifest, folder = self.manifest(version), self._versions / version
        try:
            verify(folder, but=_INDEX)
            fiches = [FicheMetier.model_validate_json(line) for line in lines_of(folder / "fiches.jsonl")]
            formations = [Formation.model_validate_json(line) for line in lines_if_any(folder / "formations.jsonl")]
            hashes = json.loads((folder / "passages.json").read_bytes())
            expressions, rome_names = table_if_any(folder / "expressions.json"), table_if_any(folder / "rome.json")
            formation_hashes = table_if_any(folder / "formation_passages.json")
        except (OSError, ValueError) as error:
            raise self._damaged(version, error) from error
        held = len(fiches), len(hashes), len(formations), len(formation_hashes)
        if held != (manifest.fiches, manifest.passages, manifest.formations, manifest.formation_passages):
            raise self._damaged(version, "des fiches ou des passages manquent")
        return Contents(
            manifest,
            {fiche.id: fiche for fiche in fiches},
            hashes,
            expressions,
            rome_names,
            {formation.id: formation for formation in formations},
            formation_hashes,
        )

    def open(self, version: str) -> Version:
        """Load the contents and open the collections, which are closed once the version is no longer used."""
        contents, folder = self.contents(version), self._versions / version
        try:
            verify(folder, _INDEX)
            chroma = ChromaFolder.for_reading(folder / _INDEX)
            formations = chroma.formations() if contents.formations else None
            counts = (
                chroma.passages.count(),
                chroma.expressions.count(),
                formations.count() if formations else 0,
            )
        except CopyError as error:
            raise LibraryError(
                f"La bibliothèque {self.folder} est en lecture seule, et son index ne peut pas être copié dans le"
                f" dossier temporaire ({error}) : y libérer de la place, ou en nommer un autre (TMPDIR)."
            ) from error
        except MemoryError:
            raise
        except Exception as error:  # chromadb lets through its own errors, sqlite3's and those of its Rust core
            raise self._damaged(version, error) from error
        manifest = contents.manifest
        expected = manifest.passages, manifest.expressions, manifest.formation_passages
        if counts != expected:
            raise self._damaged(version, f"{sum(counts)} textes indexés au lieu de {sum(expected)}")
        opened = Version(
            manifest,
            contents.fiches,
            chroma.passages,
            chroma.expressions,
            contents.rome_names,
            contents.formations,
            formations or NoCollection(),
        )
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
        contents = draft.contents
        write_durably(self._building / "fiches.jsonl", _aslines_of(contents.fiches.values()))
        if contents.formations:
            write_durably(self._building / "formations.jsonl", _aslines_of(contents.formations.values()))
        write_durably(self._building / "passages.json", json.dumps(dict(contents.passage_hashes)))
        tables = {
            "expressions.json": contents.expression_hashes,
            "formation_passages.json": contents.formation_hashes,
            "rome.json": contents.rome_names,
        }
        for name, table in tables.items():
            if table:
                write_durably(self._building / name, json.dumps(dict(table), ensure_ascii=False))
        write_durably(self._building / _MANIFEST, contents.manifest.model_dump_json(indent=1))
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

    def _require_format(self, manifest: Manifest) -> None:
        if manifest.format != FORMAT:
            raise OtherFormatError(
                f"La bibliothèque {self.folder} est au format {manifest.format}, cette version d'Oriane lit le format"
                f" {FORMAT} : nommer un autre dossier (--library) et relancer « oriane ingest » sur les mêmes sources."
            )

    def _damaged(self, version: str, cause: object) -> DamagedError:
        first_line = str(cause).partition("\n")[0]  # pydantic's errors have several
        return DamagedError(
            f"La version {version} de la bibliothèque {self.folder} est incomplète ou abîmée ({first_line}) :"
            " relancer « oriane ingest » sur les mêmes sources."
        )

    def _unwritable(self, error: Exception) -> LibraryError:
        reason = getattr(error, "strerror", None) or error
        return LibraryError(
            f"Impossible d'écrire la bibliothèque dans {self.folder} ({reason}) : libérer de la place,"
            " rétablir les droits ou nommer un autre dossier (--library). La version en service n'a pas changé."
        )


def _aslines_of(fiches: Iterable[Fiche]) -> str:
    return "\n".join(fiche.model_dump_json() for fiche in fiches)
