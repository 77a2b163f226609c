"""The same library in a folder and on a Chroma server: what a question costs on either, and what the server takes.

    python -m benchmarks.served --library LIBRARY [--copies 9 --folder FOLDER]

A server is started on the loopback over a temporary folder, LIBRARY is published on it, and the same questions are put
to both in turn. With --copies, so is the larger library that `benchmarks.scaling` built in FOLDER.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.ask import described_questions, named_questions
from benchmarks.copies import multiplied, originals_of, publish
from bot.answer import Question
from bot.chain import Oriane
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.lexicon import load_lexicon
from ingest.local_library import LocalLibrary
from ingest.server_library import ServerLibrary
from ingest.settings import Settings
from tests.chroma_server import RunningChroma, running_chroma


def main() -> None:
    """Publish, measure, print."""
    options = _options()
    table = Table(
        "fiches", "publish, s", "open, s", "server, MB", "its disk, MB", "questions", "folder p50", "server p50"
    )
    with tempfile.TemporaryDirectory(prefix="oriane-bench-") as folder, running_chroma(Path(folder)) as chroma:
        for local, copies in _libraries(options):
            for row in _rows(local, copies, chroma, Path(folder)):
                table.add_row(*row)
    Console(width=120).print(table)


def _libraries(options: argparse.Namespace) -> list[tuple[LocalLibrary, int]]:
    both = [(LocalLibrary(options.library), 0)]
    return [*both, (LocalLibrary(options.folder), options.copies)] if options.copies else both


def _rows(local: LocalLibrary, copies: int, chroma: RunningChroma, folder: Path) -> list[tuple[str, ...]]:
    """One row for each kind of question; what does not depend on it is in the first."""
    settings = Settings()
    embedder, contents = Embedder(settings.embedder), local.contents(local.current() or "")
    lexicon = multiplied(originals_of(contents), load_lexicon(), copies)[1]
    served = ServerLibrary(chroma.url, grace=0)
    started = time.monotonic()
    publish(contents, lexicon, served, embedder, EmbeddingCache(settings.cache))
    published = time.monotonic() - started
    started = time.monotonic()
    served.open(served.current() or "")
    opened = time.monotonic() - started
    asked = {"named": named_questions(list(contents.fiches.values())[:1043]), "described": described_questions()[:50]}
    times = _times(local, served, embedder, lexicon, asked)
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
    memory = psutil.Process(chroma.pid).memory_info().rss / 2**20
    facts = (str(len(contents.fiches)), f"{published:.0f}", f"{opened:.0f}", f"{memory:.0f}", f"{disk:.0f}")
    return [
        (
            *(facts if not place else ("",) * len(facts)),
            kind,
            *(f"{median(times[kind, where]):.1f}" for where in (0, 1)),
        )
        for place, kind in enumerate(asked)
    ]


def _times(local, served, embedder, lexicon, asked):  # noqa: ANN001, ANN202
    """Milliseconds by kind of question and place: 0 the folder, 1 the server."""
    both = [Oriane(library, embedder, lexicon=lexicon) for library in (local, served)]
    for oriane in both:
        oriane.warm()
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    for kind, questions in asked.items():
        for oriane in both:
            oriane.ask(Question(text=questions[0]))
        for question in questions:
            for where, oriane in enumerate(both):
                started = time.perf_counter()
                oriane.ask(Question(text=question))
                times[kind, where].append((time.perf_counter() - started) * 1000)
    return times


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, default=Settings().library, help="the library of the real fiches")
    parser.add_argument("--copies", type=int, default=0, help="also the library with so many copies of each fiche")
    parser.add_argument("--folder", type=Path, help="where benchmarks.scaling built it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
