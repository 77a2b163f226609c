"""The current version of a library, held open between questions."""

from __future__ import annotations

import logging
import threading

from ingest.library import Library, LibraryError, NoLibraryError, Version

logger = logging.getLogger(__name__)


class LiveVersion:
    """The current version, kept open; follows the library when a newer one is published.

    A question takes `get()` once and reads that version to its end; the former version is closed when the last
    question that reads it lets go of it. A version that cannot be opened is logged once; the one held stays in service.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._version: Version | None = None
        self._refused: str | None = None
        self._lock = threading.Lock()

    def get(self) -> Version:
        """The version to answer from.

        :raises NoLibraryError: when nothing was ever published.
        :raises LibraryError: when the current version cannot be read and no other is open.
        """
        held = self._version
        if held and not self._moved_on(held):
            return held
        if held and not self._lock.acquire(blocking=False):
            return held  # another question is opening the newer version: this one need not wait for it
        if not held:
            self._lock.acquire()
        try:
            return self._follow()
        finally:
            self._lock.release()

    def _moved_on(self, held: Version) -> bool:
        try:
            name = self._library.current()
        except LibraryError:
            return False
        return name not in (None, held.name, self._refused)

    def _follow(self) -> Version:
        held, name = self._version, self._library.current()
        if name is None:
            raise NoLibraryError(
                "Aucune bibliothèque : lancer « oriane ingest » avec un dossier de fiches, ou avec --starter."
            )
        if held and held.name == name:  # opened meanwhile by the question that had the lock
            return held
        try:
            self._version = self._library.open(name)
        except LibraryError:
            if held is None:
                raise
            logger.exception("version %s cannot be opened, %s stays in service", name, held.name)
            self._refused = name
            return held
        return self._version
