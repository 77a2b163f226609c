"""The library that the settings name: a folder of this machine, or a Chroma server."""

from __future__ import annotations

from ingest.library import Library
from ingest.local_library import LocalLibrary
from ingest.settings import Settings


def open_library(settings: Settings) -> Library:
    """The library on the server of `ORIANE_CHROMA_URL` where that is set, else in the folder of `ORIANE_LIBRARY`."""
    if settings.chroma_url:
        from ingest.server_library import ServerLibrary  # httpx and all: who reads a folder need not load it

        return ServerLibrary(settings.chroma_url)
    return LocalLibrary(settings.library)
