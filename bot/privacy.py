"""What Oriane keeps, where, since when; and the deletion of what can speak of a person. Behind `oriane privacy`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.feedback import FeedbackStore, Summary
from bot.web.settings import WebSettings
from ingest.settings import Settings

#: What is kept where this program cannot look: the names of their sentences.
ELSEWHERE = ("browser", "errors", "files", "proxy")


@dataclass(frozen=True)
class Place:
    """A place on this machine; `delete` empties the personal ones. `name` is that of its sentences, `size` in bytes.

    The days are those of its oldest and newest file; for opinions, of the first and the last.
    """

    name: str
    path: Path
    personal: bool
    size: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Kept:
    """All places, and what the opinions are."""

    places: tuple[Place, ...]
    opinions: Summary
    retention_days: int


def kept(settings: Settings, web: WebSettings) -> Kept:
    """Look at every place that the settings name; what is absent has no size and no days.

    :raises OSError: when a place cannot be read.
    """
    store = FeedbackStore(web.feedback, web.feedback_days)
    opinions = store.summary()
    size = sum(path.stat().st_size for path in store.files())
    return Kept(
        (
            _place("library", settings.library, personal=False),
            _place("cache", settings.cache, personal=False, without=web.page_files),
            _place("hub", _hub(), personal=False),
            Place("opinions", web.feedback, True, size, opinions.first, opinions.last),
            _place("page", web.page_files, personal=True),
        ),
        opinions,
        web.feedback_days,
    )


def personal(web: WebSettings) -> list[Path]:
    """What there is that can speak of a person: the files of the opinions, damaged ones too, and the page's folder."""
    files = FeedbackStore(web.feedback, web.feedback_days).files()
    return [*files, web.page_files] if web.page_files.is_dir() else files


def delete(path: Path) -> None:
    """Delete a file or a folder for ever. A page that runs goes on, and begins anew.

    :raises OSError: when it cannot be deleted.
    """
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _place(name: str, path: Path, *, personal: bool, without: Path | None = None) -> Place:
    found = [file.stat() for file in _files(path, without)]
    days = [datetime.fromtimestamp(stat.st_mtime, UTC).date() for stat in found]
    return Place(
        name, path, personal, sum(stat.st_size for stat in found), min(days, default=None), max(days, default=None)
    )


def _files(folder: Path, without: Path | None) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if Path(parent, name) != without]
        yield from (path for name in names if not (path := Path(parent, name)).is_symlink())


def _hub() -> Path:
    """Where models from Hugging Face are kept, for every program of this person."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)
