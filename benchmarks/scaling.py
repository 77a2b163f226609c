"""What a question costs on ten times as many fiches: the real corpus beside itself and copies of it.

    python -m benchmarks.scaling --library LIBRARY [--copies 9] [--folder FOLDER] [--profile KIND]

LIBRARY holds the real fiches, ingested with their formations. The larger library is built from it once, in FOLDER
(without a FOLDER, in a temporary one), out of synthetic copies with other ids and names (`benchmarks.copies`); their
vectors come from the embedding cache. Then the same questions are put to both libraries in turn, in one process, so
that a slow moment of the machine falls on both ("processor" is the time that the process computed, which other
processes do not lengthen); memory is that of a process apart for each. With --profile, the calls
that the larger library spends most on for one kind of questions are printed instead.
"""

from __future__ import annotations

import argparse
import cProfile
import multiprocessing
import pstats
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.ask import described_questions, named_questions
from benchmarks.copies import multiplied, originals_of, publish
from bot.answer import Question
from bot.chain import Oriane
from bot.evaluation.timing import MODEL, TimedEmbedder, with_model_time
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.fiche import FicheMetier
from ingest.lexicon import load_lexicon
from ingest.local_library import LocalLibrary
from ingest.settings import Settings

#: At most: what a question may cost on ten times as many fiches.
AIM = 1.5
#: Whole lists over facts, whose answer grows with the fiches.
LISTS = (
    "Quels métiers peut-on faire avec un CAP ?",
    "Quels sont les métiers accessibles avec un bac + 2 ?",
    "métiers de fonctionnaire à bac + 5",
    "Quels métiers pour travailler de ses mains sans le bac ?",
    "les métiers d'artisan",
    "Quels métiers dans le domaine du droit ?",
    "métiers de l'agriculture niveau bac maximum",
    "Que faire avec un BTS tourisme ?",
    "quels métiers pour qui aime les sciences, bac + 8",
    "métiers d'intermittent du spectacle",
)


def main() -> None:
    """Build, measure and print."""
    options = _options()
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oriane-bench-")))
        small, large = LocalLibrary(options.library), LocalLibrary(folder)
        if large.current() is None:
            _build(small, large, options.copies)
        fiches = list(small.contents(small.current() or "").fiches.values())
        asked = _questions(fiches)
        if options.profile:
            _profile(large, options.copies, asked[options.profile])
            return
        memory = []
        for folder, copies in ((small.folder, 0), (large.folder, options.copies)):
            with multiprocessing.get_context("spawn").Pool(1) as apart:
                memory.append(apart.apply(_memory, (folder, copies)))
        _print(_measure(small, large, options.copies, asked), memory)


def _build(small: LocalLibrary, large: LocalLibrary, copies: int) -> None:
    settings = Settings()
    contents, lexicon = multiplied(small.contents(small.current() or ""), load_lexicon(), copies)
    started = time.monotonic()
    publish(contents, lexicon, large, Embedder(settings.embedder), EmbeddingCache(settings.cache))
    print(f"{len(contents.fiches)} fiches built in {time.monotonic() - started:.0f} s")


def _questions(fiches: list[FicheMetier]) -> Mapping[str, Sequence[str]]:
    """Questions by kind; the misspelt ones are the named ones with two letters of their longest word exchanged."""
    named = named_questions(fiches)
    return {
        "named": named,
        "misspelt": [_misspelt(question) for question in named],
        "described": described_questions()[:50],
        "list": LISTS,
    }


def _misspelt(question: str) -> str:
    word = max(question.split(), key=len)
    place = random.Random(question).randrange(1, len(word) - 2)
    return question.replace(word, word[:place] + word[place + 1] + word[place] + word[place + 2 :])


def _oriane(folder: Path, copies: int, embedder: Embedder) -> Oriane:
    """Oriane over a library, warm, with the everyday words that its copies were built with."""
    library = LocalLibrary(folder)
    lexicon = load_lexicon()
    if copies:
        contents = library.contents(library.current() or "")
        lexicon = multiplied(originals_of(contents), lexicon, copies)[1]
    oriane = Oriane(library, embedder, lexicon=lexicon)
    oriane.warm()
    return oriane


def _memory(folder: Path, copies: int) -> dict[str, float]:
    """Megabytes and seconds of a process that serves a library: before it, once warm, after questions of all kinds."""
    process, embedder = psutil.Process(), Embedder(Settings().embedder)
    embedder.load()
    before, started = process.memory_info().rss, time.monotonic()
    oriane = _oriane(folder, copies, embedder)
    warm, seconds = process.memory_info().rss, time.monotonic() - started
    for question in (*described_questions()[:20], *LISTS):
        oriane.ask(Question(text=question))
    used = process.memory_info().rss
    return {"with the model alone": before / 2**20, "warm": warm / 2**20, "after questions": used / 2**20, "s": seconds}


def _measure(
    small: LocalLibrary, large: LocalLibrary, copies: int, asked: Mapping[str, Sequence[str]]
) -> dict[str, list[dict[str, list[float]]]]:
    """Milliseconds by kind of question, by library (the smaller first) and by stage."""
    embedder = TimedEmbedder(Embedder(Settings().embedder))
    both = [
        with_model_time(_oriane(small.folder, 0, embedder).ask, embedder),
        with_model_time(_oriane(large.folder, copies, embedder).ask, embedder),
    ]
    times: dict[str, list[dict[str, list[float]]]] = {kind: [defaultdict(list), defaultdict(list)] for kind in asked}
    for kind, questions in asked.items():
        for ask in both:
            ask(Question(text=questions[0]))
        for turn, question in enumerate(questions):
            order = ((0, both[0]), (1, both[1]))
            for place, ask in order if turn % 2 else order[::-1]:
                started, used = time.perf_counter(), time.process_time()
                answer = ask(Question(text=question))
                whole = (time.perf_counter() - started) * 1000
                own = times[kind][place]
                own["processor"].append((time.process_time() - used) * 1000)
                own["whole"].append(whole)
                own["beside the model"].append(whole - answer.timings_ms.get(MODEL, 0.0))
                for stage, elapsed in answer.timings_ms.items():
                    own[stage].append(elapsed)
    return times


def _profile(large: LocalLibrary, copies: int, questions: Sequence[str]) -> None:
    oriane = _oriane(large.folder, copies, Embedder(Settings().embedder))
    oriane.ask(Question(text=questions[0]))
    profile = cProfile.Profile()
    profile.enable()
    for question in questions:
        oriane.ask(Question(text=question))
    profile.disable()
    pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


def _print(times: Mapping[str, list[dict[str, list[float]]]], memory: Sequence[Mapping[str, float]]) -> None:
    table = Table("questions", "stage", "p50 small", "p95 small", "p50 large", "p95 large", "ratio of p50")
    for kind, (small, large) in times.items():
        for stage in small:
            cells = [f"{value:.1f}" for own in (small, large) for value in (median(own[stage]), _p95(own[stage]))]
            ratio = median(large[stage]) / max(median(small[stage]), 0.01)
            table.add_row(kind, stage, *cells, f"{ratio:.2f}" + (f" (aim {AIM})" if stage == "whole" else ""))
    console = Console(width=120)
    console.print(table)
    sizes = Table("a process that serves it, MB", "small", "large")
    for name in memory[0]:
        sizes.add_row("seconds from loaded model to warm" if name == "s" else name, *(f"{m[name]:.0f}" for m in memory))
    console.print(sizes)


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, default=Settings().library, help="the library of the real fiches")
    parser.add_argument("--copies", type=int, default=9, help="synthetic copies of each fiche")
    parser.add_argument("--folder", type=Path, help="where the larger library stands or is built; kept")
    parser.add_argument("--profile", choices=("named", "misspelt", "described", "list"))
    options = parser.parse_args()
    if LocalLibrary(options.library).current() is None:
        parser.error(f"no library in {options.library}: python -m bot.cli ingest CORPUS")
    return options


if __name__ == "__main__":
    main()
