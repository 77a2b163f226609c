"""A Chroma server, asked over HTTP: found, checked to be recent enough, and its failures put into sentences."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import httpx

from ingest.chroma import ChromaCollection
from ingest.library import Hit, LibraryError, SearchError, UnreachableError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

#: Seconds: a server that is there says its version at once, and does everything else, a large `add` included, in less.
_FIRST_ANSWER, _ANSWER, _CONNECT = 3.0, 60.0, 2.0
#: Releases before this one speak another API.
_OLDEST = 1


class ChromaServer:
    """The server of an address; the connection is made at first need, and again after a failure."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._lock = threading.Lock()
        self._connected: ClientAPI | None = None

    @property
    def place(self) -> str:
        """Its address, without the password that it may hold."""
        parts = urlsplit(self._url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    def client(self) -> ClientAPI:
        """The connection to it.

        :raises UnreachableError: when nothing answers there.
        :raises LibraryError: when what answers is no Chroma server, or one of another age.
        """
        with self._lock:
            if self._connected is None:
                with self.failures():
                    self._connected = self._connect()
            return self._connected

    @contextmanager
    def failures(self, error_type: type[UnreachableError] = UnreachableError) -> Iterator[None]:
        """Put failures of the connection into a sentence, as an error of that type; others pass."""
        try:
            yield
        except httpx.TransportError as error:
            raise error_type(
                f"Le serveur Chroma {self.place} ne répond pas ({type(error).__name__}) : vérifier qu'il tourne et que"
                " ORIANE_CHROMA_URL donne son adresse, puis recommencer."
            ) from error

    def get(self, name: str) -> Collection:
        """A collection of it.

        :raises chromadb.errors.NotFoundError: when it has none of that name.
        """
        return self.client().get_collection(name, embedding_function=None)

    def _connect(self) -> ClientAPI:
        self._require_recent()
        import chromadb
        from chromadb.config import Settings

        # The whole address as the host: scheme, path and the password of a proxy before it are then kept.
        client = chromadb.HttpClient(self._url, settings=Settings(anonymized_telemetry=False))
        # chromadb waits for ever and has no setting for it: a server that hangs would hang every question.
        cast(Any, client)._server._session.timeout = httpx.Timeout(_ANSWER, connect=_CONNECT)
        return client

    def _require_recent(self) -> None:
        response = httpx.get(f"{self._url}/api/v2/version", timeout=_FIRST_ANSWER)
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise LibraryError(f"{self.place} demande un mot de passe : l'écrire dans ORIANE_CHROMA_URL.")
        try:
            response.raise_for_status()
            version = json.loads(response.text)
            major = int(version.partition(".")[0])
        except (httpx.HTTPStatusError, ValueError, AttributeError) as error:
            raise LibraryError(
                f"{self.place} n'est pas un serveur Chroma, ou en est un trop ancien : mettre à cette adresse"
                f" (ORIANE_CHROMA_URL) un serveur Chroma {_OLDEST}.0 ou plus récent."
            ) from error
        if major < _OLDEST:
            raise LibraryError(
                f"Le serveur Chroma {self.place} est en version {version}, trop ancienne : il faut Chroma {_OLDEST}.0"
                " ou plus récent."
            )


class ServedCollection(ChromaCollection):
    """A collection that stands on a server, which may be away when it is searched."""

    def __init__(self, collection: Collection, server: ChromaServer) -> None:
        super().__init__(collection)
        self._server = server

    def search(self, vector: Sequence[float], k: int, among: Sequence[str] | None = None) -> list[Hit]:
        """As every collection.

        :raises SearchError: when the server is away, or no longer has the collection.
        """
        from chromadb.errors import ChromaError

        try:
            with self._server.failures(SearchError):
                return super().search(vector, k, among)
        except ChromaError as error:
            raise SearchError(f"Le serveur Chroma {self._server.place} n'a pas pu chercher : {error}") from error
