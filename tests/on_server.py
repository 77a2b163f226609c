"""One machine of several, as a process: `python -m tests.on_server serve URL PORT` or `ingest URL FOLDER CACHE`.

The embedder is the hashing one, everything else is what an operator runs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.chain import Oriane
from bot.web import serve
from ingest.embedding_cache import EmbeddingCache
from ingest.pipeline import ingest
from ingest.server_library import ServerLibrary
from tests.fakes import HashingEmbedder


def main(verb: str, url: str, *arguments: str) -> int:
    library = ServerLibrary(url, grace=60)
    if verb == "serve":
        serve(Oriane(library, HashingEmbedder()), "127.0.0.1", int(arguments[0]))
        return 0
    folder, cache = map(Path, arguments)
    return ingest([folder], library, HashingEmbedder(), EmbeddingCache(cache)).exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
