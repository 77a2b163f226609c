"""The library on a Chroma server: any number of machines read it, and share nothing else.

oriane                        names the current version in its metadata, which the server replaces in one step
oriane.<version>.texts        the version's texts (fiches, hashes, manifest), compressed, in numbered pieces
oriane.<version>.passages     its indexes: passages, expressions, formations
oriane.writer                 the right to write, see `ingest.write_lease`

A version that nothing names is invisible; what a killed build left is swept by the next one.
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import ValidationError

from ingest.chroma import ChromaCollection, created, in_batches, version_of
from ingest.chroma_server import ChromaServer, ServedCollection
from ingest.embedding_cache import Vectors
from ingest.library import (
    Change,
    Contents,
    Draft,
    LibraryError,
    Manifest,
    UnreachableError,
    Version,
    damaged,
    require_format,
)
from ingest.version_files import MANIFEST, contents_from, texts_of
from ingest.write_lease import WriteLease

logger = logging.getLogger(__name__)

POINTER = "oriane"
#: Seconds for which a version that is no longer current is kept, beside the one before the current, which always is:
#: a machine that opens it at the moment of a flip, or answers from it, finds it whole.
GRACE = 600.0
#: Seconds for which a server that did not answer is not asked again which version is current.
PAUSE = 2.0
#: Characters of a piece of text; pieces sent at once, far below the server's limit of 40 MB.
_PIECE, _PIECES_AT_ONCE = 200_000, 20


@dataclass(frozen=True)
class _Pointer:
    """The current version, and when each of those before it ceased to be, by the clock of who published."""

    current: str | None = None
    retired: Mapping[str, float] = ()  # type: ignore[assignment]


class ServerLibrary:
    """A `Library` on a Chroma server."""

    def __init__(self, url: str, grace: float = GRACE, lease: WriteLease | None = None) -> None:
        self._server = ChromaServer(url)
        self._grace = grace
        self._lease = lease or WriteLease(self._server)
        self._away: tuple[float, UnreachableError] | None = None
        self._lock = threading.Lock()

    @property
    def place(self) -> str:
        """The server's address."""
        return self._server.place

    def current(self) -> str | None:
        """The version that the pointer names; a server that is away is asked again after a pause."""
        away = self._away
        if away and time.monotonic() - away[0] < PAUSE:
            raise away[1]
        try:
            current = self._pointer().current
        except UnreachableError as error:
            self._away = time.monotonic(), error
            raise
        self._away = None
        return current
