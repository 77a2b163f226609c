"""Loads the model beside the page, so that the page does not wait for it."""

from __future__ import annotations

import logging
import threading
from enum import StrEnum

from bot.web.guide import Guide

logger = logging.getLogger(__name__)


class Readiness(StrEnum):
    """How far the search engine is. The values are names of phrases."""

    PREPARING = "status_preparing"
    READY = "status_ready"
    FAILED = "status_failed"


class WarmUp:
    """One attempt to load the model, in a thread that does not outlive the server."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._failed = threading.Event()
        self._done = threading.Event()

    def start(self) -> None:
        """Begin loading and return at once."""
        threading.Thread(target=self._run, name="oriane-warm-up", daemon=True).start()

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
