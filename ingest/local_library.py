"""The library as a folder: one sub-folder a version, and a small pointer file that names the current one.

library/current                      the name of the current version, replaced by renaming
library/versions/20261124-…-1a2b/    manifest.json, fiches.jsonl, formations.jsonl, passages.json, …, chroma/
library/building/                    a version being written; whatever a killed build left is swept by the next
library/lock                         held by the process that writes
"""

from __future__ import annotations

import json
import os
import shutil
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from ingest.chroma import ChromaFolder
from ingest.fiche import Fiche, FicheMetier
from ingest.formation import Formation
from ingest.library import (
    FORMAT,
    Change,
    Contents,
    Draft,
    LibraryError,
    Manifest,
    NoCollection,
    OtherFormatError,
    Version,
)


class LocalLibrary:
    """A `Library` in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current"
        self._versions = folder / "versions"
        self._building = folder / "building"

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
            manifest = Manifest.model_validate_json((self._versions / version / "manifest.json").read_bytes())
        except (OSError, ValidationError) as error:
            raise self._damaged(version, error) from error
        self._require_format(manifest)
        return manifest

    def contents(self, version: str) -> Contents:
        """Read a version's manifest, fiches and passage hashes."""
        manifest, folder = self.manifest(version), self._versions / version
        try:
            fiches = [FicheMetier.model_validate_json(line) for line in _lines(folder / "fiches.jsonl")]
            formations = [Formation.model_validate_json(line) for line in _lines_if_any(folder / "formations.jsonl")]
            hashes = json.loads((folder / "passages.json").read_bytes())
            expressions, rome_names = _read_if_any(folder / "expressions.json"), _read_if_any(folder / "rome.json")
            formation_hashes = _read_if_any(folder / "formation_passages.json")
        except (OSError, ValidationError, ValueError) as error:
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
        contents = self.contents(version)
        try:
            chroma = ChromaFolder(self._versions / version / "chroma")
            formations = chroma.formations() if contents.formations else None
            counts = (
                chroma.passages.count(),
                chroma.expressions.count(),
                formations.count() if formations else 0,
            )
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
        contents = draft.contents
        _write_durably(self._building / "fiches.jsonl", _as_lines(contents.fiches.values()))
        if contents.formations:
            _write_durably(self._building / "formations.jsonl", _as_lines(contents.formations.values()))
        _write_durably(self._building / "passages.json", json.dumps(dict(contents.passage_hashes)))
        tables = {
            "expressions.json": contents.expression_hashes,
            "formation_passages.json": contents.formation_hashes,
            "rome.json": contents.rome_names,
        }
        for name, table in tables.items():
            if table:
                _write_durably(self._building / name, json.dumps(dict(table), ensure_ascii=False))
        _write_durably(self._building / "manifest.json", contents.manifest.model_dump_json(indent=1))
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

    def _require_format(self, manifest: Manifest) -> None:
        if manifest.format != FORMAT:
            raise OtherFormatError(
                f"La bibliothèque {self.folder} est au format {manifest.format}, cette version d'Oriane lit le format"
                f" {FORMAT} : nommer un autre dossier (--library) et relancer « oriane ingest » sur les mêmes sources."
            )

    def _damaged(self, version: str, cause: object) -> LibraryError:
        first_line = str(cause).partition("\n")[0]  # pydantic's errors have several
        return LibraryError(
            f"La version {version} de la bibliothèque {self.folder} est incomplète ou abîmée ({first_line}) :"
            " relancer « oriane ingest » sur les mêmes sources."
        )

    def _unwritable(self, error: Exception) -> LibraryError:
        reason = getattr(error, "strerror", None) or error
        return LibraryError(
            f"Impossible d'écrire la bibliothèque dans {self.folder} ({reason}) : libérer de la place,"
            " rétablir les droits ou nommer un autre dossier (--library). La version en service n'a pas changé."
        )


def _as_lines(fiches: Iterable[Fiche]) -> str:
    return "\n".join(fiche.model_dump_json() for fiche in fiches)


def _lines(path: Path) -> list[str]:
    """The lines that are not empty, cut at line feeds alone: a text may hold U+2028."""
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]


def _lines_if_any(path: Path) -> list[str]:
    return _lines(path) if path.exists() else []


def _read_if_any(path: Path) -> dict[str, str]:
    table: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
    return table


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
