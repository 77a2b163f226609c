"""What tells a version's files from what became of them: a SHA-256 of each, written when the version is published.

`seal.json` names the files by their path below the version's folder. A version of an older release has none, and is
taken as it is.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

SEAL = "seal.json"
#: Stands in the folder of a graph that Chroma has saved.
SAVED_GRAPH = "index_metadata.pickle"
_CHUNK = 1 << 20
_DATABASE = ".sqlite3"
#: Counters in SQLite's header that change with every writing: bytes 24-27, and 92-99 with the library's own number.
_COUNTERS = ((24, 28), (92, 100))
#: Chroma inserts a row into this table, and removes it, whenever it opens a database.
_SCRATCH_TABLE = "acquire_write"


class SealError(ValueError):
    """A file is missing or is not what was published; the message names it, in French."""


def seal(folder: Path) -> str:
    """The seal of everything in a folder, as text to be written into it."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_rewritten(path))
    return json.dumps({path.relative_to(folder).as_posix(): _digest(path) for path in paths}, indent=1)


def verify(folder: Path, part: str = "", but: str = "") -> None:
    """Compare sealed files to the seal: those of the part (a file or a folder), or all but it, or all.

    :raises SealError: at the first that is missing or altered, and when the seal itself cannot be read.
    """
    for name, expected in _sealed(folder).items():
        if (part and not _is_in(part, name)) or (but and _is_in(but, name)):
            continue
        try:
            found = _digest(folder / name)
        except FileNotFoundError:
            raise SealError(f"{name} manque") from None
        except (OSError, ValueError, sqlite3.Error) as error:
            raise SealError(f"{name} est illisible : {error}") from error
        if found != expected:
            raise SealError(f"{name} n'est plus le fichier qui a été publié")


def _is_rewritten(path: Path) -> bool:
    """Whether a file is one that Chroma makes anew at each opening: those of a graph that it never saved.

    A collection of less than a thousand entries has none saved: its vectors stand in the database.
    """
    return path.suffix == ".bin" and not (path.parent / SAVED_GRAPH).exists()


def _is_in(part: str, name: str) -> bool:
    return name == part or name.startswith(f"{part}/")


def _sealed(folder: Path) -> dict[str, str]:
    try:
        sealed = json.loads((folder / SEAL).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SealError(f"{SEAL} est illisible : {error}") from error
    if not isinstance(sealed, dict):
        raise SealError(f"{SEAL} est illisible")
    return sealed


def _digest(path: Path) -> str:
    """The SHA-256 of a file; of a database, without the bytes that Chroma changes by opening it."""
    if path.suffix != _DATABASE:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    digest, start = hashlib.sha256(), 0
    with path.open("rb") as file:
        for begin, end in [*_COUNTERS, *_scratch_pages(path), (path.stat().st_size,) * 2]:
            file.seek(start)
            while chunk := file.read(min(_CHUNK, max(0, begin - start))):
                digest.update(chunk)
                start += len(chunk)
            start = end
    return digest.hexdigest()


def _scratch_pages(path: Path) -> list[tuple[int, int]]:
    """Where the page of Chroma's scratch table begins and ends in the file."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
        pages = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (_SCRATCH_TABLE,)).fetchall()
    return [(size * (page - 1), size * page) for (page,) in pages]
