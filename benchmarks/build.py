"""Builds the library of the real fiches: cold, unchanged, one fiche changed, and from the other format.

    python -m benchmarks.build --corpus ../shared/corpus [--first 60]

Each line is one ingestion in this process; the last column compares its time with the cold build's.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.local_library import LocalLibrary
from ingest.pipeline import ingest
from ingest.report import Report
from ingest.settings import Settings


@dataclass(frozen=True)
class Run:
    """One ingestion and what it is called in the table."""

    name: str
    report: Report


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="oriane-bench-") as folder:
        runs = measure(Path(folder), options.corpus, options.first)
    _print(runs)


def measure(folder: Path, corpus: Path, first: int | None) -> list[Run]:
    """Ingest `corpus/metiers` into `folder` in the ways that the table names."""
    fiches = folder / "fiches"
    fiches.mkdir()
    for path in sorted((corpus / "metiers").glob("*.md"))[:first]:
        shutil.copy(path, fiches)
    library, cache = LocalLibrary(folder / "library"), EmbeddingCache(folder / "cache")
    embedder = Embedder(Settings().embedder)
    embedder.load()

    def run(name: str, *paths: Path) -> Run:
        return Run(name, ingest(paths, library, embedder, cache, progress=_progress(name)))

    runs = [run("cold cache", fiches), run("nothing changed", fiches)]
    changed = min(fiches.iterdir())
    changed.chmod(0o644)
    changed.write_text(
        changed.read_text(encoding="utf-8").replace("## En bref\n\n", "## En bref\n\nNouveau. "), "utf-8"
    )
    runs.append(run("one fiche changed", fiches))
    shutil.copy(corpus / "metiers" / changed.name, changed)
    runs.append(run("changed back", fiches))
    xml = corpus / "raw" / "ideo_fiches_metiers.xml"
    if first is None and xml.exists():
        runs.append(run("the same in XML", xml))
    other = LocalLibrary(folder / "second")
    runs.append(Run("second library, warm cache", ingest([fiches], other, embedder, cache)))
    return runs


def _progress(name: str):  # noqa: ANN202
    def show(stage: str, done: int, total: int) -> None:
        if sys.stderr.isatty() and stage == "embed":
            print(f"\r{name}: {done}/{total}", end="", file=sys.stderr)

    return show


def _print(runs: list[Run]) -> None:
    cold = runs[0].report.seconds
    table = Table("build", "fiches", "changed", "passages", "embedded", "seconds", "embedded/s", "cold ÷ this")
    for run in runs:
        report = run.report
        rate = f"{report.embedded / report.seconds:.1f}" if report.embedded else "–"
        changed = str(report.added + report.changed + report.removed)
        cells = (report.read, changed, report.passages, report.embedded, f"{report.seconds:.1f}", rate)
        table.add_row(run.name, *map(str, cells), f"{cold / max(report.seconds, 0.01):.0f}")
    console = Console(width=120)
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"cold build: {cold / 60:.1f} minutes; peak memory of the process: {peak:.0f} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--corpus", type=Path, default=Path("../shared/corpus"), help="folder that holds metiers/ and raw/"
    )
    parser.add_argument("--first", type=int, help="only the first N fiches, for a quick look")
    options = parser.parse_args()
    if not (options.corpus / "metiers").is_dir():
        parser.error(f"no real fiches in {options.corpus / 'metiers'}")
    return options


if __name__ == "__main__":
    main()
