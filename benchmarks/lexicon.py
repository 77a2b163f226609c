"""What the everyday words of seeds/lexique are worth and what they cost: the same questions with and without them.

    python -m benchmarks.lexicon --corpus ../shared/corpus [--kinds described,slang] [--page page.md]

A library is built twice in a temporary folder, from the embedding cache where it is warm; building and answering have a
process of their own each time, so that its peak memory is its own. A whole run writes its section of docs/quality.md;
with --kinds or --sets the section is printed, unless --page names a file. Whole questions and answers stay in memory:
nothing but ids and figures passes from one process to the other.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.library import build
from benchmarks.page import LEXICON, put
from benchmarks.quality import AIMS, PAGE, SETS
from bot.answer import Question
from bot.chain import Oriane
from bot.evaluation.aggregate import latencies
from bot.evaluation.aims import Aim
from bot.evaluation.halves import Half
from bot.evaluation.metrics import Record
from bot.evaluation.questions import GoldQuestion, load_sets
from bot.evaluation.report import markdown_table
from bot.evaluation.runs import WHOLE, ask_all, measure_all
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.lexicon import Lexicon, expressions_of, load_lexicon
from ingest.local_library import LocalLibrary
from ingest.settings import Settings

#: Where everyday words should help, then where nothing should be lost.
KINDS = ("described", "english", "slang", "fact", "noisy", "path", "list")
WITH, WITHOUT = "with", "without"
#: Expressions embedded without a cache, to tell what all of them cost the first time.
SAMPLE = 400
MORE_AIMS = (
    Aim("English: in the first four", "hit4", None, ("english",)),
    Aim("slang and short names: right métier first", "hit1", None, ("slang",)),
    Aim("slang and short names: in the first four", "hit4", None, ("slang",)),
)
_Records = TypeAdapter(list[Record])


@dataclass(frozen=True)
class Built:
    """What building a library took."""

    seconds: float
    embedded: int
    seconds_each: float
    expressions: int
    disk_mb: float
    peak_mb: float


@dataclass(frozen=True)
class Variant:
    """A library with or without everyday words: its cost, and what its answers were worth."""

    name: str
    built: Built
    warm_seconds: float
    peak_mb: float
    records: Sequence[Record]

    def half(self, half: Half) -> list[Record]:
        """The records of one half."""
        return [record for record in self.records if record.half == half]


def main() -> None:
    """Measure, and write the section; with --step, do one step for the process that asked."""
    options = _options()
    if options.step:
        print(json.dumps(STEPS[options.step](options)))
        return
    with tempfile.TemporaryDirectory(prefix="oriane-lexicon-") as folder:
        variants = [_measured(name, Path(folder) / name, options) for name in (WITH, WITHOUT)]
    text = "\n".join(section(variants, {question.id: question for question in _questions(options)}))
    if options.page:
        put(options.page, LEXICON, text)
    print(f"written: {options.page}" if options.page else text)


def _measured(name: str, folder: Path, options: argparse.Namespace) -> Variant:
    def step(which: str) -> dict[str, object]:
        given = ["--corpus", options.corpus, "--kinds", options.kinds, "--sets", *options.sets]
        command = [sys.executable, "-m", "benchmarks.lexicon", *map(str, given)]
        print(f"{name} the lexicon: {which}", file=sys.stderr)
        run = subprocess.run(
            [*command, "--step", which, "--variant", name, "--folder", str(folder)], stdout=subprocess.PIPE, check=True
        )
        found: dict[str, object] = json.loads(run.stdout)
        return found

    built = TypeAdapter(Built).validate_python(step("build"))
    return TypeAdapter(Variant).validate_python({"name": name, "built": built, **step("ask")})


def _build(options: argparse.Namespace) -> dict[str, object]:
    settings, lexicon = Settings(), _lexicon(options.variant)
    embedder = Embedder(settings.embedder)
    embedder.load()
    report = build(options.corpus, LocalLibrary(options.folder), embedder, EmbeddingCache(settings.cache), lexicon)
    peak = _peak_mb()
    each = _seconds_each(embedder, lexicon)
    disk = sum(path.stat().st_size for path in options.folder.rglob("*") if path.is_file()) / 2**20
    return asdict(Built(report.seconds, report.embedded, each, report.expressions, disk, peak))


def _seconds_each(embedder: Embedder, lexicon: Lexicon) -> float:
    """The time that one expression takes where no cache has it."""
    texts = [expression.embedded_text for expression in expressions_of(lexicon, lexicon)]
    sample = texts[:: max(len(texts) // SAMPLE, 1)]
    started = time.perf_counter()
    embedder.embed_queries(sample)
    return (time.perf_counter() - started) / max(len(sample), 1)


def _ask(options: argparse.Namespace) -> dict[str, object]:
    library = LocalLibrary(options.folder)
    oriane = Oriane(library, Embedder(Settings().embedder), lexicon=_lexicon(options.variant))
    started = time.perf_counter()
    oriane.warm()
    oriane.ask(Question(text="médecin"))
    warm = time.perf_counter() - started
    answered = list(ask_all(_questions(options), oriane.ask))
    peak = _peak_mb()
    current = library.current()
    assert current is not None
    contents = library.contents(current)
    records = measure_all(answered, contents.fiches, contents.formations)
    return {"warm_seconds": warm, "peak_mb": peak, "records": _Records.dump_python(list(records), mode="json")}


STEPS = {"build": _build, "ask": _ask}


def _lexicon(variant: str) -> Lexicon:
    return load_lexicon() if variant == WITH else {}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _questions(options: argparse.Namespace) -> tuple[GoldQuestion, ...]:
    found = load_sets(options.sets)
    if found.problems:
        raise SystemExit("\n".join(map(str, found.problems)))
    kinds = options.kinds.split(",")
    return tuple(question for question in found.questions if question.kind in kinds)


def section(variants: Sequence[Variant], questions: Mapping[str, GoldQuestion]) -> Iterator[str]:
    """The section of the page: figures side by side, what changed question by question, and what it costs."""
    yield from (
        LEXICON,
        "",
        "Written by `python -m benchmarks.lexicon`; do not edit. The same questions, asked of a library built with"
        " `seeds/lexique/` and of one built without it; off-topic questions are told apart with the same examples on"
        " both sides. How the words are ranked: docs/lexique.md. Sections are counted where the métier was found, which"
        " is not the same questions on both sides. One side is timed after the other, each in its own process; on a"
        " busy machine times differ for other reasons too.",
        "",
        *_figures(variants, questions),
        "",
        "Questions whose right métier comes first with everyday words and not without them (gained), or the other way"
        " round (lost); for lists, those whose listed métiers all satisfy the question:",
        "",
        *_changes(*variants),
        "",
        *_costs(*variants),
    )


def _figures(variants: Sequence[Variant], questions: Mapping[str, GoldQuestion]) -> list[str]:
    columns = [(variant, half) for half in (Half.REPORT, Half.TUNE) for variant in variants]
    rows = []
    for aim in (*AIMS, *MORE_AIMS):
        found = [aim.figure(variant.half(half), questions) for variant, half in columns]
        if any(found) and (not aim.kinds or set(aim.kinds) & set(KINDS)):
            rows.append([aim.label, *("" if one is None else str(one) for one in found)])
    return markdown_table(["", *(f"{variant.name}, {half}" for variant, half in columns)], rows)


def _changes(with_words: Variant, without: Variant) -> list[str]:
    rows = []
    for kind in dict.fromkeys(record.kind for record in with_words.records):
        metric, cells = "precision" if kind == "list" else "hit1", []
        for half in (Half.REPORT, Half.TUNE):
            before = {record.id: record.metrics.get(metric) for record in without.half(half) if record.kind == kind}
            after = {record.id: record.metrics.get(metric) for record in with_words.half(half) if record.kind == kind}
            pairs = [(before[i] == 1, after[i] == 1) for i in before if None not in (before[i], after[i])]
            gained, lost = pairs.count((False, True)), pairs.count((True, False))
            cells += [str(gained), str(lost), str(len(pairs))]
        rows.append([kind, *cells])
    halves = [f"{what}, {half}" for half in (Half.REPORT, Half.TUNE) for what in ("gained", "lost", "of")]
    return markdown_table(["", *halves], rows)


def _costs(with_words: Variant, without: Variant) -> Iterator[str]:
    words, bare = with_words.built, without.built
    more = words.expressions - bare.expressions
    rows = [
        ("build, s (vectors that the cache lacked)", *(f"{b.seconds:.1f} ({b.embedded})" for b in (words, bare))),
        ("build, peak memory, MB", f"{words.peak_mb:.0f}", f"{bare.peak_mb:.0f}"),
        ("library on disk, MB", f"{words.disk_mb:.0f}", f"{bare.disk_mb:.0f}"),
        ("Oriane ready, s", f"{with_words.warm_seconds:.1f}", f"{without.warm_seconds:.1f}"),
        ("answering, peak memory, MB", f"{with_words.peak_mb:.0f}", f"{without.peak_mb:.0f}"),
        *_latency_rows(with_words, without),
    ]
    yield from markdown_table(["", WITH, WITHOUT, "ratio"], [[*row, _ratio(*row[1:])] for row in rows])
    yield from (
        "",
        f"{more} expressions are embedded for the lexicon, once: about {more * words.seconds_each:.0f} s more where no"
        f" cache has them ({1 / words.seconds_each:.0f} a second, measured on {SAMPLE}).",
    )


def _latency_rows(*variants: Variant) -> Iterator[tuple[str, str, str]]:
    for label, is_told in (("described", True), ("all other kinds", False)):
        found = [
            latencies(r.timings_ms for r in variant.records if (r.kind == "described") is is_told)
            for variant in variants
        ]
        if all(WHOLE in stages for stages in found):
            for quantile in ("p50", "p95"):
                cells = [f"{getattr(stages[WHOLE], quantile):.1f}" for stages in found]
                yield f"{label}: whole question, {quantile}, ms", cells[0], cells[1]


def _ratio(one: str, other: str) -> str:
    below = float(other.split()[0])
    return f"{float(one.split()[0]) / below:.2f}" if below else ""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"), help="folder that holds metiers/")
    parser.add_argument("--sets", type=Path, nargs="+", default=[SETS], help="question sets or folders of sets")
    parser.add_argument("--kinds", default=",".join(KINDS), help="only these kinds, separated by commas")
    parser.add_argument("--page", type=Path, help="where to write the section (docs/quality.md for a whole run)")
    parser.add_argument("--step", choices=sorted(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--variant", choices=[WITH, WITHOUT], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not (options.corpus / "metiers").is_dir():
        parser.error(f"no real fiches in {options.corpus / 'metiers'}")
    if options.kinds == parser.get_default("kinds") and options.sets == [SETS]:
        options.page = options.page or PAGE
    return options


if __name__ == "__main__":
    main()
