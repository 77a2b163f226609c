"""The current version of a library, held open between questions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from ingest.library import DamagedError, Library, LibraryError, NoLibraryError, Version

logger = logging.getLogger(__name__)

Prepared = TypeVar("Prepared")


class LiveVersion(Generic[Prepared]):
    """What was prepared of the current version; follows the library when a newer one is published.

    A question takes `get()` once and reads what it got to its end; the former version is closed when the last question
    that reads it lets go of it. `prepare` is called once for each version, before anybody gets it, and may refuse it.
    What cannot be opened or is refused is logged once, and what was held stays in service; at the start a damaged
    version gives way to the version before.
    """

    def __init__(self, library: Library, prepare: Callable[[Version], Prepared]) -> None:
        self._library = library
        self._prepare = prepare
        self._held: tuple[str, Prepared] | None = None
        self._refused: str | None = None
        self._lock = threading.Lock()

    def get(self) -> Prepared:
        """What to answer from.

        :raises NoLibraryError: when nothing was ever published.
        :raises LibraryError: when neither the current version nor one before can be read, and none is held.
        """
        held = self._held
        if held and not self._moved_on(held[0]):
            return held[1]
        if held and not self._lock.acquire(blocking=False):
            return held[1]  # another question is opening the newer version: this one need not wait for it
        if not held:
            self._lock.acquire()
        try:
            return self._follow()
        finally:
            self._lock.release()

    def _moved_on(self, held: str) -> bool:
        try:
            return self._library.current() not in (None, held, self._refused)
        except LibraryError:
            return False

    def _follow(self) -> Prepared:
        held = self._held
        if held is None:
            return self._begin()
        if self._moved_on(held[0]):
            return self._advance(*held)
        return held[1]  # opened meanwhile by the question that had the lock

    def _begin(self) -> Prepared:
        name = self._library.current()
        if name is None:
            return self._fall_back(
                NoLibraryError(
                    "Aucune bibliothèque : lancer « oriane ingest » avec un dossier de fiches, ou avec --starter."
                )
            )
        try:
            return self._take(name)
        except DamagedError as damage:
            if self._library.current() != name:  # published, and this one removed, while it was being opened
                return self._begin()
            return self._fall_back(damage)

    def _advance(self, held: str, prepared: Prepared) -> Prepared:
        name = self._library.current() or held
        try:
            return self._take(name)
        except Exception as error:  # whatever it is, too little memory included, there is a version to answer from
            if self._moved_on(name):
                return self._advance(held, prepared)
            self._refused = name
            trace = None if isinstance(error, LibraryError) else error
            logger.error("%s La version %s reste en service.", error, held, exc_info=trace)
            return prepared

    def _take(self, name: str) -> Prepared:
        prepared = self._prepare(self._library.open(name))
        self._held = name, prepared
        return prepared

    def _fall_back(self, error: LibraryError) -> Prepared:
        """The last version published that can be read, where the pointer names none, or a damaged one."""
        refused = self._library.current()
        for name in self._library.kept():
            if name == refused:
                continue
            try:
                prepared = self._take(name)
            except LibraryError:
                continue
            logger.error("%s En attendant, la version %s est en service.", error, name)
            self._refused = refused
            return prepared
        raise error
