"""The right to write on a server, held by one process of any machine at a time.

It is a collection, since the server makes no two of one name. Its holder keeps changing what the collection says; who
finds it unchanged for a while knows that the holder is dead, and takes over. No clocks of two machines are compared.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.chroma_server import ChromaServer
from ingest.library import LibraryError

logger = logging.getLogger(__name__)

LEASE = "oriane.writer"
#: The right is let go of or taken over by another while one asks for it: rarely once, never so often.
_ATTEMPTS = 5


class WriteLease:
    """The right to write on a server: `held()` takes it, `require()` says that it was not lost meanwhile.

    It is lost after `patience` seconds without a renewal; ten are tried in that time, since a busy server delays them.
    """

    def __init__(self, server: ChromaServer, patience: float) -> None:
        self._server, self._beat, self._patience = server, patience / 10, patience
        self._holder = uuid.uuid4().hex

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the right; that of a dead holder is waited for, at most `patience` seconds.

        :raises LibraryError: when another process holds it and lives.
        """
        self._take()
        ended = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(ended,), name="oriane-lease", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            ended.set()
            renewing.join()
            self._let_go()

    def require(self) -> None:
        """Make sure that nobody took over.

        :raises LibraryError: when somebody did, having taken this process for dead.
        """
        if self._said().get("holder") != self._holder:
            raise LibraryError(
                f"Une autre ingestion a pris la main sur {self._server.place} : celle-ci s'arrête sans rien publier."
            )

    def _take(self) -> None:
        from chromadb.errors import ChromaError

        for _ in range(_ATTEMPTS):
            try:
                self._server.client().create_collection(LEASE, metadata=self._saying(0), embedding_function=None)
                return
            except ChromaError as error:
                refusal = error
                self._wait_for_death()
        raise LibraryError(f"Impossible d'écrire sur le serveur Chroma {self._server.place} : {refusal}")

    def _wait_for_death(self) -> None:
        """Put aside the right of a holder that says nothing new; refuse at once when it does."""
        from chromadb.errors import ChromaError

        try:
            lease = self._server.get(LEASE)
            first, until = dict(lease.metadata or {}), time.monotonic() + self._patience
            while time.monotonic() < until:
                time.sleep(self._beat / 2)
                if self._said() != first:
                    raise LibraryError(
                        f"Une autre ingestion écrit dans {self._server.place} : attendre qu'elle finisse."
                    )
            # Renamed and not deleted by its name, which by now may be that of another who took over as well.
            lease.modify(name=f"{LEASE}.dead.{uuid.uuid4().hex}")
            logger.warning("the ingestion that held %s is dead: taken over", self._server.place)
        except ChromaError:  # let go of, or taken over, in the meantime
            return

    def _renew(self, ended: threading.Event) -> None:
        count = 0
        while not ended.wait(self._beat):
            count += 1
            try:
                lease = self._server.get(LEASE)
                if (lease.metadata or {}).get("holder") == self._holder:
                    lease.modify(metadata=self._saying(count))
            except Exception:  # the server is away for a while: `require` tells whether the right was lost by then
                logger.warning("the right to write on %s could not be renewed", self._server.place)

    def _let_go(self) -> None:
        try:
            if self._said().get("holder") == self._holder:
                self._server.client().delete_collection(LEASE)
        except Exception:  # the server is away: whoever writes next takes over
            logger.warning("the right to write on %s could not be given back", self._server.place)

    def _said(self) -> dict[str, object]:
        return dict(self._server.get(LEASE).metadata or {})

    def _saying(self, count: int) -> dict[str, str | int]:
        return {"holder": self._holder, "count": count}
