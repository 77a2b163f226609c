"""Loads the model beside the page, then follows the library, so that no question waits for either."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

from bot.web.guide import Guide
from ingest.library import LibraryError

logger = logging.getLogger(__name__)


#: Seconds between two looks at the library: a newer version is opened here, while questions read the former one.
EVERY = 1.0


class Readiness(StrEnum):
    """How far the search engine is. The values are names of phrases."""

    PREPARING = "status_preparing"
    READY = "status_ready"
    FAILED = "status_failed"


class WarmUp:
    """One attempt to load the model, in a thread that does not outlive the server, and then goes on to `follow`.

    `follow` opens whatever version is the current one, and lets go of the one before.
    """

    def __init__(self, guide: Guide, follow: Callable[[], object]) -> None:
        self._guide = guide
        self._follow = follow
        self._failed = threading.Event()
        self._stopped = threading.Event()
        self._done = threading.Event()

    def start(self) -> None:
        """Begin loading and return at once."""
        threading.Thread(target=self._run, name="oriane-warm-up", daemon=True).start()

    def stop(self) -> None:
        """Follow the library no longer."""
        self._stopped.set()

    @property
    def readiness(self) -> Readiness:
        """Where the attempt stands. A model that a question loaded in the meantime is ready all the same."""
        if self._guide.model_ready:
            return Readiness.READY
        return Readiness.FAILED if self._failed.is_set() else Readiness.PREPARING

    @property
    def is_done(self) -> bool:
        """Whether no question has to wait any more: tables of misspelt names are built after the model is loaded."""
        return self._done.is_set()

    def _run(self) -> None:
        try:
            self._guide.warm()
            self._done.set()
        except Exception:
            logger.exception("The embedding model could not be loaded; questions that name a métier still work.")
            self._failed.set()
        while not self._stopped.wait(EVERY):
            with suppress(LibraryError):  # said to whoever asks a question
                self._follow()
