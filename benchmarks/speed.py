"""Oriane beside an afternoon's pipeline with the same model: ingesting, starting, answering, memory; one run, no cache.

    python -m benchmarks.speed --corpus ../shared/corpus [--fiches 150] [--starts 3] [--page docs/reliability.md]

Ingesting: the first fiches of the corpus, in this process, without an embedding cache on either side; everyday words
and formations apart, which the afternoon pipeline has not. Starting: `oriane chat` and a Gradio page over the afternoon
pipeline take turns, over the whole corpus, each in a process of its own; the clock runs from the start of the process
to the answer to a question that names its métier. Memory is what these processes hold after the warm questions.
Answering: both pipelines in this process, question by question in turn; every question is new to both.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import httpx
import psutil
from rich.console import Console

from benchmarks.afternoon import Afternoon, embed_chunks, read_chunks
from benchmarks.afternoon_app import prepare
from benchmarks.ask import described_questions, named_questions
from benchmarks.library import build
from benchmarks.page import SPEED, put
from bot.answer import Question
from bot.chain import Oriane
from bot.evaluation.report import markdown_table
from docs.screenshots import free_port
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.lexicon import load_lexicon
from ingest.local_library import LocalLibrary
from ingest.pipeline import ingest
from ingest.settings import Settings

#: How long a server may take to answer at all, in seconds.
_PATIENCE = 120
#: Questions of each kind that a server answers before its memory is read.
_ASKED = 20

_log = Console(stderr=True)


@dataclass(frozen=True)
class Row:
    """One thing measured on both sides; `aim` is how many times faster, or smaller, Oriane should be."""

    name: str
    unit: str
    oriane: float
    afternoon: float
    aim: float | None = None

    @property
    def ratio(self) -> float:
        """How many times as much the afternoon pipeline takes."""
        return self.afternoon / self.oriane

    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        digits = 1 if self.oriane < 100 else 0
        reached = "" if self.aim is None else ("yes" if self.ratio >= self.aim else "**no**")
        aim = "" if self.aim is None else f"≥ {self.aim:g} ×"
        values = (f"{self.oriane:.{digits}f} {self.unit}", f"{self.afternoon:.{digits}f} {self.unit}")
        return (self.name, *values, f"{self.ratio:.1f} ×", aim, reached)


def main() -> None:
    """Measure, print, and write the page where one is named."""
    options = _options()
    embedder = Embedder(Settings().embedder)
    embedder.load()
    with tempfile.TemporaryDirectory(prefix="oriane-speed-") as name:
        folder = Path(name)
        _log.print("ingesting…")
        rows = ingesting(options.corpus, folder, options.fiches, embedder)
        _log.print("preparing the whole corpus, from the cache where it is warm…")
        oriane, afternoon = whole(options.corpus, folder, embedder)
        named, described = questions(oriane)
        _log.print("answering…")
        rows += answering(oriane, afternoon, named, described)
        del oriane, afternoon
        _log.print("starting…")
        rows += starting(folder, named, described, options.starts)
    page = _page(rows, options)
    print(page)
    if options.page:
        put(options.page, SPEED, page)


def ingesting(corpus: Path, folder: Path, count: int, embedder: Embedder) -> list[Row]:
    """Fiches read, embedded and published: all new, none changed, one changed."""
    fiches = folder / "fiches"
    fiches.mkdir()
    for path in sorted((corpus / "metiers").glob("*.md"))[:count]:
        shutil.copy(path, fiches)
    library = LocalLibrary(folder / "small")

    def oriane() -> float:
        return _seconds(lambda: ingest([fiches], library, embedder, EmbeddingCache(folder / "unused-cache")))

    def afternoon() -> float:
        # it knows nothing of what it read before: a second time costs what the first did
        with tempfile.TemporaryDirectory(prefix="oriane-speed-") as empty:
            chunks = read_chunks(fiches)
            return _seconds(
                lambda: Afternoon(chunks, embed_chunks(chunks, embedder, EmbeddingCache(Path(empty))), embedder)
            )

    cold, unchanged, anew = oriane(), oriane(), afternoon()
    path = min(fiches.iterdir())
    path.chmod(0o644)
    path.write_text(
        path.read_text(encoding="utf-8").replace("## Nature du travail", "## Nature du travail\n\nRelu.", 1)
    )
    return [
        Row(f"ingest {count} fiches, all new", "s", cold, anew),
        Row(f"ingest {count} fiches again, nothing changed", "s", unchanged, anew, 50),
        Row(f"ingest {count} fiches again, one changed", "s", oriane(), anew),
    ]


def whole(corpus: Path, folder: Path, embedder: Embedder) -> tuple[Oriane, Afternoon]:
    """Both pipelines over the whole corpus, warm; what their pages start from is left in `folder`."""
    cache, library = EmbeddingCache(Settings().cache), LocalLibrary(folder / "library")
    build(corpus, library, embedder, cache, load_lexicon())
    chunks = [*read_chunks(corpus / "metiers"), *read_chunks(corpus / "formations")]
    vectors = embed_chunks(chunks, embedder, cache)
    prepare(chunks, vectors, folder)
    oriane = Oriane(library, embedder)
    oriane.warm()
    return oriane, Afternoon(chunks, vectors, embedder)


def questions(oriane: Oriane) -> tuple[list[str], list[str]]:
    """Questions that name their métier, and that describe it, none of them twice."""
    fiches = list(oriane.tables().version.fiches.values())
    return named_questions(fiches), list(dict.fromkeys(described_questions()))


def answering(oriane: Oriane, afternoon: Afternoon, named: Sequence[str], described: Sequence[str]) -> list[Row]:
    """Warm answers, question by question on both sides in turn; the afternoon pipeline writes no answer."""
    for ask in (oriane.ask, afternoon.ask):
        ask(Question(text="infirmière"))
        ask(Question(text="le métier de ceux qui réparent les bateaux"))
    rows = []
    for name, asked, aim in (("names its métier", named, 3.0), ("describes it", described, 1.0)):
        times: tuple[list[float], list[float]] = ([], [])
        for text in asked:
            for ask, spent in zip((oriane.ask, afternoon.ask), times, strict=True):
                started = time.perf_counter()
                ask(Question(text=text))
                spent.append((time.perf_counter() - started) * 1000)
        ours, theirs = times
        rows.append(Row(f"warm answer, question {name}, p50", "ms", median(ours), median(theirs), aim))
        rows.append(Row(f"warm answer, question {name}, p95", "ms", _p95(ours), _p95(theirs)))
    return rows


def starting(folder: Path, named: Sequence[str], described: Sequence[str], times: int) -> list[Row]:
    """From the start of the process to the first answer, and the memory that the process then holds."""
    unlimited = {"ORIANE_RATE_SESSION": "0", "ORIANE_RATE_ADDRESS": "0"}  # one client asks all
    environment = {**os.environ, **unlimited, "ORIANE_LIBRARY": str(folder / "library")}
    commands = (
        [sys.executable, "-m", "bot.cli", "chat", "--port"],
        [sys.executable, "-m", "benchmarks.afternoon_app", "--folder", str(folder), "--port"],
    )
    first: tuple[list[float], list[float]] = ([], [])
    memory: tuple[list[float], list[float]] = ([], [])
    for turn in range(times):
        for side, command in enumerate(commands):
            with _served(command, environment) as (server, process, started):
                server(named[turn])
                first[side].append(time.perf_counter() - started)
                for text in (*named[:_ASKED], *described[:_ASKED]):
                    server(text)
                memory[side].append(process.memory_info().rss / 2**20)
    return [
        Row("from the start of the page's process to the first answer", "s", median(first[0]), median(first[1]), 2),
        Row(f"memory of that process after {2 * _ASKED} questions", "MB", median(memory[0]), median(memory[1]), 1),
    ]


@contextmanager
def _served(
    command: Sequence[str], environment: dict[str, str]
) -> Iterator[tuple[Callable[[str], None], psutil.Process, float]]:
    """A page in a process of its own: how to ask it, the process, and when it was started."""
    port = free_port()
    started = time.perf_counter()
    with subprocess.Popen(
        [*command, str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield lambda text: _ask(port, text, process), psutil.Process(process.pid), started
        finally:
            process.terminate()


def _ask(port: int, text: str, process: subprocess.Popen[bytes]) -> None:
    """Ask through the page's API, as soon as it listens."""
    url, end = f"http://127.0.0.1:{port}/gradio_api/call/ask", time.monotonic() + _PATIENCE
    while True:
        try:
            posted = httpx.post(url, json={"data": [text, []]}, timeout=_PATIENCE).raise_for_status()
            break
        except httpx.TransportError:
            if time.monotonic() > end or process.poll() is not None:
                raise
            time.sleep(0.02)
    answer = httpx.get(f"{url}/{posted.json()['event_id']}", timeout=_PATIENCE).raise_for_status()
    if "event: complete" not in answer.text:
        raise SystemExit(f"no answer from port {port}: {answer.text[:200]}")


def _seconds(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


def _page(rows: Sequence[Row], options: argparse.Namespace) -> str:
    header = ("", "Oriane", "afternoon pipeline", "ratio", "aim", "reached")
    lines = [
        SPEED,
        "",
        f"Written by `python -m benchmarks.speed --corpus ../shared/corpus --fiches {options.fiches}`; do not edit.",
        "The module says what is measured and how; the ratio: the afternoon pipeline's figure over Oriane's.",
        "",
        *markdown_table(header, [row.cells() for row in rows]),
    ]
    return "\n".join(lines) + "\n"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder that holds metiers/ and formations/")
    parser.add_argument("--fiches", type=int, default=150, help="fiches that are ingested without a cache")
    parser.add_argument("--starts", type=int, default=3, help="how often each page is started")
    parser.add_argument("--page", type=Path, help="the page whose section to write as well")
    return parser.parse_args()


if __name__ == "__main__":
    main()
