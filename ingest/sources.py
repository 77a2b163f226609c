"""From what an operator names (files, folders, globs, archives) to candidate files, whatever stands in the way."""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.readers import Rejection, Source

#: Inside folders and archives only these are candidates; `README.md` never is one.
CANDIDATE_SUFFIXES = frozenset({".md", ".xml"})
#: Onisep's whole XML dump weighs 10 MB; nothing honest comes near this.
MAX_BYTES = 40 * 1024 * 1024
#: An archive may hold many files, yet not more than this once unpacked.
MAX_ARCHIVE_BYTES = 400 * 1024 * 1024
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)  # two letters at least: "C:/" is a path
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1  # the bit of a member's flags


@dataclass(frozen=True)
class Ignored:
    """A file that is no candidate: counted, never an error."""

    path: str


def find_sources(paths: Iterable[str | Path]) -> Iterator[Source | Rejection | Ignored]:
    """Yield the candidates under `paths` in a stable order, each file once; a rejection for what cannot be opened."""
    seen: set[Path] = set()
    for path in paths:
        for found in _expand(str(path)):
            if isinstance(found, Rejection):
                yield found
            elif os.path.isdir(found):  # noqa: PTH112  (Path.is_dir raises for a link into a closed folder)
                yield from _walk(found, seen)
            else:
                yield from _open(found, seen)


def _expand(pattern: str) -> list[Path | Rejection]:
    if not pattern.strip():  # an unset variable of a script: nobody means the current folder by it
        return [Rejection(pattern, None, "chemin vide : nommer un fichier ou un dossier (« . » pour celui-ci)")]
    if _ADDRESS.match(pattern):
        reason = "adresse et non un chemin : Oriane ne télécharge rien, enregistrer le fichier puis le nommer"
        return [Rejection(pattern, None, reason)]
    matches: list[Path | Rejection] = []
    try:
        path = Path(pattern).expanduser()
        if path.exists():
            return [path]
        matches += [Path(match) for match in sorted(glob.glob(str(path), recursive=True))]  # noqa: PTH207
    except PermissionError as error:
        return [Rejection(_shown(pattern), None, _why(error))]
    except (OSError, RuntimeError):  # a name that no disk holds; the home of an unknown user
        pass
    return matches or [Rejection(_shown(pattern), None, "aucun fichier ni dossier de ce nom : vérifier le chemin")]


def _shown(path: str | Path) -> str:
    """The path as it can be printed: a name that is not in UTF-8 gets replacement characters."""
    return os.fsencode(path).decode("utf-8", "replace")


def _walk(folder: Path, seen: set[Path]) -> Iterator[Source | Rejection | Ignored]:
    """Every file below a folder. Linked folders are not entered: a loop of links would never end."""
    failures: list[Rejection] = []

    def note(error: OSError) -> None:
        failures.append(Rejection(_shown(error.filename), None, _why(error)))

    for parent, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Ignored(_shown(path)) for path in (Path(parent, name) for name in folders) if path.is_symlink())
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_symlink() and _leads_out(path, folder):
                yield Rejection(
                    _shown(path), None, "lien qui sort du dossier : nommer le fichier lui-même, ou le copier"
                )
            elif is_candidate(name) or path.suffix.lower() == ".zip":
                yield from _open(path, seen)
            else:
                yield Ignored(_shown(path))
    yield from failures


def _leads_out(link: Path, folder: Path) -> bool:
    """Whether a link of a folder shows a file of elsewhere; what cannot be followed is judged when it is opened."""
    try:
        return is_candidate(link.name) and not link.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


def is_candidate(name: str) -> bool:
    """Whether a file of a folder or an archive may hold fiches, by its name."""
    path = Path(name)
    return path.suffix.lower() in CANDIDATE_SUFFIXES and path.name != "README.md" and not path.name.startswith(".")


def _open(path: Path, seen: set[Path]) -> Iterator[Source | Rejection | Ignored]:
    try:
        real = path.resolve(strict=True)
        if real in seen:
            return
        seen.add(real)
        if not real.is_file():
            yield Rejection(_shown(path), None, "n'est pas un fichier ordinaire : l'ôter des sources")
        elif path.suffix.lower() == ".zip" or zipfile.is_zipfile(real):
            yield from _unzip(path)
        elif real.stat().st_size > MAX_BYTES:
            yield Rejection(_shown(path), None, _too_big(real.stat().st_size))
        else:
            yield _read(path, real)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links, before Python 3.13
        yield Rejection(_shown(path), None, _why(error))


def _read(path: Path, real: Path) -> Source | Rejection:
    """Read no more than the limit, whatever size was announced: a file may grow, and those of /proc announce none."""
    with real.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    return Rejection(_shown(path), None, _too_big(len(data))) if len(data) > MAX_BYTES else Source(_shown(path), data)


def _unzip(path: Path) -> Iterator[Source | Rejection | Ignored]:
    """Read the candidates of an archive in memory: nothing is written to disk, so no member can escape a folder."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _members(archive, _shown(path))
    except Exception as error:  # zipfile lets through zlib's, struct's and codecs' errors beside its own
        reason = f"archive .zip illisible ({error}) : la recréer ou la télécharger à nouveau"
        yield Rejection(_shown(path), None, reason)


def _members(archive: zipfile.ZipFile, archive_name: str) -> Iterator[Source | Rejection | Ignored]:
    members = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
    if sum(info.file_size for info in members) > MAX_ARCHIVE_BYTES:
        yield Rejection(archive_name, None, "archive de plus de 400 Mo une fois décompressée : la découper")
        return
    for info in members:
        name = f"{archive_name}!{info.filename}"
        parts = Path(info.filename.replace("\\", "/")).parts
        if ".." in parts or info.filename.startswith(("/", "\\")):
            yield Rejection(
                name, None, "nom qui sort de l'archive (« .. » ou chemin absolu) : recréer l'archive sans lui"
            )
        elif "__MACOSX" in parts or not is_candidate(info.filename):
            yield Ignored(name)
        elif info.file_size > MAX_BYTES:
            yield Rejection(name, None, _too_big(info.file_size))
        else:
            yield _member(archive, info, name)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Source | Rejection:
    if info.flag_bits & _ENCRYPTED:
        return Rejection(name, None, "fichier chiffré : recréer l'archive sans mot de passe")
    if stat.S_ISLNK(info.external_attr >> 16):
        return Rejection(name, None, "lien symbolique dans une archive : recréer l'archive avec le fichier lui-même")
    if info.compress_type not in _METHODS:  # LZMA's header may ask for gigabytes of memory
        return Rejection(name, None, "compression inhabituelle : recréer l'archive en .zip ordinaire (deflate)")
    try:
        return Source(name, archive.read(info))
    except Exception as error:  # as above
        return Rejection(name, None, f"illisible dans l'archive ({error}) : la recréer ou la télécharger à nouveau")


def _too_big(size: int) -> str:
    return f"fichier de {size // 2**20} Mo (limite : {MAX_BYTES // 2**20} Mo) : le découper en plusieurs fichiers"


def _why(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "lecture refusée : donner le droit de lecture (chmod +r)"
    if isinstance(error, RuntimeError) or getattr(error, "errno", None) == errno.ELOOP:
        return "boucle de liens symboliques : ôter le lien"
    if isinstance(error, FileNotFoundError):
        return "lien ou fichier qui ne mène nulle part : l'ôter"
    return f"illisible : {error.__class__.__name__} ({error})"
