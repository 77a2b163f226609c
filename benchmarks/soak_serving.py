"""A library rebuilt again and again while clients ask: `python -m benchmarks.soak_serving`.

Another process writes the starter fiches with a new number in every one of them and publishes them; clients, each in a
thread of its own, ask one question after the other, half of them streaming. The number tells which version a sentence
comes from. Counted: errors, answers that mix two versions, and stale ones, begun after some client had an answer from a
newer version. Exit code 1 when there is any. Embeddings are hashed words: the model is not what is tried here.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from bot.answer import Answer, Question, Turn
from bot.chain import Oriane
from ingest.embedding_cache import EmbeddingCache
from ingest.lexicon import load_lexicon
from ingest.local_library import LocalLibrary
from ingest.pipeline import Options, ingest
from tests.fakes import HashingEmbedder

SEEDS = Path(__file__).parents[1] / "seeds"
#: The number of an edition: 77001, 77002, … No seed holds a number that looks like one.
FIRST = 77_000
_NUMBER = re.compile(r"\b77\d{3}\b")
_ASKED_BEFORE = (
    Turn(role="user", content="Combien gagne une boulangère débutante ?"),
    Turn(role="assistant", content="…"),
)
#: Named, compared, listed, described, followed up: each reads the version another way.
QUESTIONS = (
    Question(text="Combien gagne une boulangère débutante ?"),
    Question(text="compare le salaire de boulanger et de notaire"),
    Question(text="c'est quoi le métier d'électricien ?"),
    Question(text="Je veux travailler dehors avec des animaux"),
    Question(text="métiers accessibles sans le bac"),
    Question(text="et pour un notaire ?", history=_ASKED_BEFORE),
)


@dataclass(frozen=True)
class Published:
    """A version that was published: its edition's number, its name, when (monotonic seconds), and how long it took."""

    number: int
    version: str
    at: float
    seconds: float


@dataclass(frozen=True)
class Seen:
    """One answer as a client got it: all that it said until its last piece. Times are monotonic seconds."""

    begun: float
    ended: float
    versions: frozenset[str]
    numbers: frozenset[int]
    error: str = ""


@dataclass
class Soak:
    """What was published, and what was seen meanwhile."""

    published: list[Published]
    seen: list[Seen]
    memory: list[int] = field(default_factory=list)

    @property
    def errors(self) -> list[str]:
        """What was raised instead of an answer."""
        return [answer.error for answer in self.seen if answer.error]

    @property
    def mixed(self) -> list[Seen]:
        """Answers that name more than one version, or hold a number that is not their version's."""
        number = {one.version: one.number for one in self.published}
        return [
            answer
            for answer in self.seen
            if not answer.error
            and (len(answer.versions) != 1 or not answer.numbers <= {number.get(v) for v in answer.versions})
        ]

    @property
    def flips(self) -> dict[str, float]:
        """When each version was first seen in a complete answer."""
        first: dict[str, float] = {}
        for answer in self.seen:
            for version in answer.versions:
                first[version] = min(answer.ended, first.get(version, answer.ended))
        return first

    @property
    def stale(self) -> list[Seen]:
        """Answers from a version older than one that had been seen before they were begun."""
        flips = sorted(self.flips.items())  # names sort as they were published
        return [
            answer
            for answer in self.seen
            if answer.versions and any(at < answer.begun and name > max(answer.versions) for name, at in flips)
        ]

    def report(self) -> dict[str, Any]:
        """The figures, in seconds and MB."""
        waits = sorted(answer.ended - answer.begun for answer in self.seen)
        flips = self.flips
        delays = [flips[one.version] - one.at for one in self.published[1:] if one.version in flips]
        return {
            "rebuilds": len(self.published) - 1,
            "answers": len(self.seen),
            "with_a_number": sum(bool(answer.numbers) for answer in self.seen),
            "errors": len(self.errors),
            "mixed": len(self.mixed),
            "stale": len(self.stale),
            "versions_seen": len(flips),
            "error_examples": Counter(self.errors).most_common(3),
            "rebuild_s_median": round(statistics.median(one.seconds for one in self.published), 2),
            "publication_to_first_answer_s": {
                "median": round(statistics.median(delays), 2),
                "max": round(max(delays), 2),
            },
            "wait_s": {f"p{p}": round(waits[min(len(waits) - 1, len(waits) * p // 100)], 3) for p in (50, 95, 99)},
            "memory_mb": [size // 2**20 for size in self.memory],
        }


def soak(place: Path, rebuilds: int, clients: int, pause: float = 0.0) -> Soak:
    """Publish a first edition, then `rebuilds` others from another process while clients ask."""
    library = LocalLibrary(place / "library")
    published = [publish(place, 0)]
    oriane = Oriane(library, HashingEmbedder())
    oriane.warm()
    memory, stop = [psutil.Process().memory_info().rss], threading.Event()
    crowd = [Client(oriane, number, stop, pause) for number in range(clients)]
    for client in crowd:
        client.start()
    spawning = multiprocessing.get_context("spawn")
    reports: Any = spawning.Queue()
    writer = spawning.Process(target=_rebuild, args=(place, rebuilds, reports))
    writer.start()
    try:
        while (report := reports.get(timeout=600)) is not None:
            published.append(report)
            memory.append(psutil.Process().memory_info().rss)
        _await(oriane, published[-1].version)
    finally:
        stop.set()
        for client in crowd:
            client.join()
        writer.join()
    return Soak(published, [answer for client in crowd for answer in client.seen], memory)


def _await(oriane: Oriane, version: str, seconds: float = 60) -> None:
    """Ask until a version answers: while one client opens it, the others still get the one before."""
    deadline = time.monotonic() + seconds
    while (served := oriane.ask(QUESTIONS[0]).library_version) != version:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{served} is served {seconds} s after {version} was published")


def publish(place: Path, edition: int) -> Published:
    """Write the fiches of an edition and ingest them."""
    started = time.monotonic()
    write_edition(place / "fiches", FIRST + edition)
    options = Options(lexicon=load_lexicon())
    cache = EmbeddingCache(place / "cache")
    report = ingest([place / "fiches"], LocalLibrary(place / "library"), HashingEmbedder(), cache, options)
    if report.rejected or report.version is None:
        raise RuntimeError(f"edition {edition} was not published: {report.rejected}")
    return Published(FIRST + edition, report.version, time.monotonic(), time.monotonic() - started)


def write_edition(folder: Path, number: int) -> None:
    """The starter fiches, with a number as a beginner's pay and at the beginning of what a fiche presents."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in (SEEDS / "metiers").glob("MET.*.md"):
        text = re.sub(r"A partir de \d+ euros", f"A partir de {number} euros", source.read_text(encoding="utf-8"))
        text = text.replace("## Présentation\n\n", f"## Présentation\n\nTirage {number}. ")
        (folder / source.name).write_text(text, encoding="utf-8")


def _rebuild(place: Path, rebuilds: int, reports: Any) -> None:
    try:
        for edition in range(1, rebuilds + 1):
            reports.put(publish(place, edition))
    finally:
        reports.put(None)


class Client(threading.Thread):
    """Asks until told to stop, beginning each at another question; every other one streams."""

    def __init__(self, oriane: Oriane, number: int, stop: threading.Event, pause: float) -> None:
        super().__init__(name=f"client-{number}")
        self.seen: list[Seen] = []
        self._oriane, self._number, self._stopped, self._pause = oriane, number, stop, pause

    def run(self) -> None:
        """Ask one question after the other."""
        start = self._number % len(QUESTIONS)
        for question in cycle((*QUESTIONS[start:], *QUESTIONS[:start])):
            if self._stopped.wait(self._pause):
                return
            self.seen.append(self._ask(question))

    def _ask(self, question: Question) -> Seen:
        begun = time.monotonic()
        try:
            pieces = self._streamed(question) if self._number % 2 else [self._oriane.ask(question)]
        except Exception as error:
            return Seen(begun, time.monotonic(), frozenset(), frozenset(), repr(error))
        versions = frozenset(str(piece.library_version) for piece in pieces)
        numbers = frozenset(number for piece in pieces for number in numbers_in(piece))
        return Seen(begun, time.monotonic(), versions, numbers)

    def _streamed(self, question: Question) -> Sequence[Answer]:
        pieces = []
        for piece in self._oriane.stream(question):
            pieces.append(piece)
            time.sleep(0.02)  # somebody reads
        return pieces


def numbers_in(answer: Answer) -> set[int]:
    """The editions whose sentences an answer says, quotes or tabulates."""
    return {int(found) for found in _NUMBER.findall(json.dumps(answer.to_json(), ensure_ascii=False))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rebuilds", type=int, default=100)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two questions of a client")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="oriane-soak-") as folder:
        report = soak(Path(folder), arguments.rebuilds, arguments.clients, arguments.pause).report()
    print(json.dumps(report, ensure_ascii=False, indent=1))
    sys.exit(bool(report["errors"] or report["mixed"] or report["stale"]))


if __name__ == "__main__":
    main()
