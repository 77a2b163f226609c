"""Asks 200 questions through a warm chain on the real fiches and prints how long each stage takes.

    python -m benchmarks.ask --corpus ../shared/corpus

Half of the questions name their métier (no model runs), half describe it; the two halves take turns in one process, so
that a slow moment of the machine falls on both. The library is built first, from the embedding cache where it is warm.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections import defaultdict
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

from bot.answer import Answer, Question
from bot.chain import Oriane
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.fiche import FicheMetier
from ingest.local_library import LocalLibrary
from ingest.pipeline import ingest
from ingest.settings import Settings

EACH = 100
TEMPLATES = (
    "Combien gagne un {name} ?",
    "quel niveau d'études pour devenir {name}",
    "c'est quoi le métier de {name} ?",
    "quelles qualités faut-il pour être {name} ?",
)
#: Milliseconds by stage, and by whole question.
Times = dict[str, list[float]]


def main() -> None:
    """Measure and print."""
    options = _options()
    settings = Settings()
    embedder = Embedder(settings.embedder)
    with tempfile.TemporaryDirectory(prefix="oriane-bench-") as folder:
        library = LocalLibrary(Path(folder) / "library")
        ingest([options.corpus / "metiers"], library, embedder, EmbeddingCache(settings.cache))
        oriane = Oriane(library, embedder)
        current = library.current()
        assert current is not None
        named = named_questions(list(library.contents(current).fiches.values()))
        measure(oriane, embedder, named, described_questions())


def named_questions(fiches: list[FicheMetier]) -> list[str]:
    """Questions that name a métier: fiches spread over the corpus, both genders, four templates."""
    chosen = fiches[:: max(len(fiches) // EACH, 1)][:EACH]
    names = (fiche.name.forms[place % len(fiche.name.forms)] for place, fiche in enumerate(chosen))
    return [template.format(name=name) for template, name in zip(cycle(TEMPLATES), names, strict=False)]


def described_questions() -> list[str]:
    """Questions that name nothing, written for this benchmark."""
    lines = (Path(__file__).parent / "described.txt").read_text(encoding="utf-8").splitlines()
    return list(islice(cycle(lines), EACH))


def measure(oriane: Oriane, embedder: Embedder, named: list[str], described: list[str]) -> None:
    """Ask both halves in turn and print the table."""
    oriane.warm()
    for question in (named[0], described[0]):
        oriane.ask(Question(text=question))
    kinds = {"names its métier": defaultdict(list), "describes it": defaultdict(list)}
    for questions in zip(named, described, strict=True):
        for times, question in zip(kinds.values(), questions, strict=True):
            _time(oriane, embedder, question, times)
    table = Table("200 questions, ms", "stage", "p50", "p95", "max")
    for kind, times in kinds.items():
        for stage, values in times.items():
            p95 = quantiles(values, n=20)[-1]
            table.add_row(kind, stage, f"{median(values):.1f}", f"{p95:.1f}", f"{max(values):.1f}")
    console = Console(width=100)
    console.print(table)
    ratio = median(kinds["describes it"]["whole"]) / median(kinds["names its métier"]["whole"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"described ÷ named: {ratio:.1f}; peak memory of the process, build included: {peak:.0f} MB")


def _time(oriane: Oriane, embedder: Embedder, question: str, times: Times) -> None:
    started = time.perf_counter()
    answer: Answer = oriane.ask(Question(text=question))
    times["whole"].append((time.perf_counter() - started) * 1000)
    for stage, elapsed in answer.timings_ms.items():
        times[stage].append(elapsed)
    if answer.understood.kind == "described":
        started = time.perf_counter()
        embedder.embed_query(question)
        alone = (time.perf_counter() - started) * 1000
        times["the model alone, measured apart"].append(alone)
        times["retrieve less the model"].append(max(answer.timings_ms["retrieve"] - alone, 0.0))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"), help="folder that holds metiers/")
    options = parser.parse_args()
    if not (options.corpus / "metiers").is_dir():
        parser.error(f"no real fiches in {options.corpus / 'metiers'}")
    return options


if __name__ == "__main__":
    main()
