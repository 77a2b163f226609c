"""What `test_faults` harms: run as processes of their own, with the machine's limits set around them.

    python -m tests.faulty ingest fsize=BYTES|memory=BYTES|free ARGUMENT...     the command line, with hashed words
    python -m tests.faulty serve LIBRARY

`memory` is what may be used beyond what the imports took. `serve` says "ready" when it begins to open the library and
to ask, again and again until it is killed.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import chromadb.api.rust  # noqa: F401  (imported before memory is limited, as the rest)
import psutil

import ingest.embedder
from bot.answer import Question
from bot.chain import Oriane
from bot.cli import app
from ingest import lexicon, pipeline, scope  # noqa: F401
from ingest.local_library import LocalLibrary
from tests.fakes import HashingEmbedder

QUESTIONS = ("Combien gagne une boulangère débutante ?", "Je veux travailler dehors avec des animaux")


def ingest_within(limit: str, *arguments: str) -> None:
    """Run `oriane ingest` within a limit."""
    ingest.embedder.Embedder = lambda model: HashingEmbedder()  # type: ignore[assignment,misc]
    kind, _, size = limit.partition("=")
    if kind == "fsize":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    elif kind == "memory":
        most = psutil.Process().memory_info().vms + int(size)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    app(["ingest", *arguments])


def serve(library: str) -> None:
    """Open, answer, open again, for ever."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        oriane = Oriane(LocalLibrary(Path(library)), HashingEmbedder())
        for text in QUESTIONS * 5:
            oriane.ask(Question(text=text))


if __name__ == "__main__":
    {"ingest": ingest_within, "serve": serve}[sys.argv[1]](*sys.argv[2:])
