"""Answer quality on the real fiches: Oriane beside an afternoon's pipeline, against the aims, as docs/quality.md.

    python -m benchmarks.quality --corpus ../shared/corpus [--half report] [--kinds fact,noisy] [--no-baseline]

The library is built first, from the embedding cache where it is warm, in ORIANE_LIBRARY if that is set and in a
temporary folder otherwise. With --half, --kinds, --sets or --no-baseline the page is printed and docs/quality.md is
left alone, unless --page names a file. With --out each pipeline's run is written there, failures included: that folder
holds text of fiches and is not committed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.library import build
from benchmarks.page import LEXICON, kept
from bot.answer import Question
from bot.chain import Oriane
from bot.evaluation.aggregate import by_kind, latencies
from bot.evaluation.aims import Aim
from bot.evaluation.halves import Half, in_half
from bot.evaluation.metrics import METRICS, Record
from bot.evaluation.questions import GoldQuestion, load_sets
from bot.evaluation.report import latency_table, markdown_table, metrics_table
from bot.evaluation.runs import Ask, ask_all, measure_all, run
from bot.evaluation.timing import BESIDE_MODEL, TimedEmbedder, with_model_time
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.fiche import FicheMetier
from ingest.formation import Formation
from ingest.lexicon import load_lexicon
from ingest.library import Manifest
from ingest.local_library import LocalLibrary
from ingest.settings import Settings

ROOT = Path(__file__).parents[1]
SETS, PAGE = ROOT / "tests" / "questions", ROOT / "docs" / "quality.md"


def _is_broad(question: GoldQuestion) -> bool:
    """In-scope questions that look off-topic: several métiers are right, so they are easier than one description."""
    return question.id.startswith("tricky-")


def _is_one(question: GoldQuestion) -> bool:
    return not _is_broad(question)


def _no_overlap(question: GoldQuestion) -> bool:
    return question.note.startswith("no_overlap")


def _overlap(question: GoldQuestion) -> bool:
    return _is_one(question) and not _no_overlap(question)


AIMS = (
    Aim("fact: right métier first", "hit1", 0.98, ("fact",)),
    Aim("noisy: right métier first", "hit1", 0.96, ("noisy",)),
    Aim("path: right métier first", "hit1", 0.98, ("path",)),
    Aim("described: right métier first", "hit1", 0.68, ("described",), _is_one),
    Aim("described: in the first four", "hit4", 0.90, ("described",), _is_one),
    Aim("— sharing words with the fiche, first", "hit1", None, ("described",), _overlap),
    Aim("— the same, in the first four", "hit4", None, ("described",), _overlap),
    Aim("— sharing no content word, first", "hit1", None, ("described",), _no_overlap),
    Aim("— the same, in the first four", "hit4", None, ("described",), _no_overlap),
    Aim("described broadly (several are right): first", "hit1", None, ("described",), _is_broad),
    Aim("reverse: right métier first", "hit1", 0.98, ("reverse",)),
    Aim("follow-up: right métier first", "hit1", 0.95, ("followup",)),
    Aim("comparison: all that are named are cited", "all_hit", 0.97, ("comparison",)),
    Aim("shared name: all bearers are cited", "all_hit", None, ("shared_name",)),
    Aim("English: right métier first", "hit1", None, ("english",)),
    Aim("right section cited, given the métier", "section", 0.95),
    Aim("lists: listed métiers satisfy every constraint", "precision", 1.0),
    Aim("lists: a list is given", "outcome", None, ("list",)),
    Aim("lists: the total is exact", "total", None, ("list", "followup", "reverse")),
    Aim("unknown métier: not_found", "outcome", 0.95, ("unknown",)),
    Aim("off topic: off_topic", "outcome", None, ("off_topic",)),
    Aim("person's traits: both of a pair get the same métiers", "pair", 1.0),
    Aim("— pairs whose two answers cite a métier", "pair_cites", None),
    Aim("traits' words as a topic: a right métier in the first four", "hit4", None, ("traits_topic",)),
)
#: The 95th percentile of a stage, in milliseconds.
STAGE_AIMS = {"understand": 5.0, BESIDE_MODEL: 15.0}
#: What is measured on both pipelines: the other metrics need an outcome, a text or a total.
_OF_BOTH = frozenset(["hit1", "hit4", "mrr", "all_hit", "section"])


@dataclass(frozen=True)
class Bench:
    """A library of the real fiches, ready to be asked."""

    manifest: Manifest
    fiches: Mapping[str, FicheMetier]
    formations: Mapping[str, Formation]
    embedder: TimedEmbedder
    cache: EmbeddingCache
    oriane: Oriane


@dataclass(frozen=True)
class Measured:
    """A pipeline and what its answers were worth."""

    name: str
    records: tuple[Record, ...]

    def half(self, half: Half) -> list[Record]:
        """The records of one half."""
        return [record for record in self.records if record.half == half]


def main() -> None:
    """Measure, and write the page."""
    options = _options()
    questions = chosen_questions(options)
    with ExitStack() as stack:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = stack.enter_context(Progress(*columns, console=Console(stderr=True)))
        spare = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oriane-quality-"))) / "library"
        folder = Settings().library if "ORIANE_LIBRARY" in os.environ else spare
        bench = open_bench(options.corpus, Embedder(Settings().embedder), folder, bar)
        pipelines: dict[str, Ask] = {"Oriane": bench.oriane.ask}
        if not options.no_baseline:
            pipelines["Afternoon"] = afternoon(options.corpus, bench, bar)
        measured = [
            Measured(name, measure_pipeline(bench, questions, ask, options.out and options.out / name.lower(), bar))
            for name, ask in pipelines.items()
        ]
        text = page(measured, questions, bench.manifest)
    if options.page:
        options.page.write_text(text + kept(options.page, LEXICON), encoding="utf-8")
    print(f"written: {options.page}" if options.page else text)


def chosen_questions(options: argparse.Namespace) -> tuple[GoldQuestion, ...]:
    """The questions that were asked for; a set with an error ends the benchmark."""
    found = load_sets(options.sets)
    if found.problems:
        raise SystemExit("\n".join(map(str, found.problems)))
    kinds = set(options.kinds.split(",")) if options.kinds else None
    half = None if options.half == "all" else Half(options.half)
    chosen = tuple(q for q in in_half(found.questions, half) if kinds is None or q.kind in kinds)
    if not chosen:
        raise SystemExit(f"no question of kinds {options.kinds} in half {options.half}")
    return chosen


def open_bench(corpus: Path, embedder: Embedder, folder: Path, bar: Progress) -> Bench:
    """Build the library, or bring it up to date, and load the model."""
    timed, cache, library = TimedEmbedder(embedder), EmbeddingCache(Settings().cache), LocalLibrary(folder)
    tasks = {stage: bar.add_task(f"library: {stage}", total=None, visible=False) for stage in ("read", "embed")}

    def advance(stage: str, done: int, total: int) -> None:
        if stage in tasks:
            bar.update(tasks[stage], completed=done, total=total or None, visible=True)

    build(corpus, library, timed, cache, load_lexicon(), advance)
    version = library.current()
    if version is None:
        raise SystemExit(f"no fiche could be read in {corpus}")
    oriane = Oriane(library, timed)
    oriane.warm()
    oriane.ask(Question(text="médecin"))  # the index of names is built at the first question: no question pays for it
    contents = library.contents(version)
    return Bench(contents.manifest, contents.fiches, contents.formations, timed, cache, oriane)


def afternoon(corpus: Path, bench: Bench, bar: Progress) -> Ask:
    """The pipeline to compare with; embedding its chunks takes minutes once."""
    from benchmarks.afternoon import Afternoon, embed_chunks, read_chunks

    task = bar.add_task("afternoon: embed", total=None)
    chunks = [*read_chunks(corpus / "metiers"), *read_chunks(corpus / "formations")]

    def advance(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)

    return Afternoon(chunks, embed_chunks(chunks, bench.embedder, bench.cache, advance), bench.embedder).ask


def measure_pipeline(
    bench: Bench, questions: Sequence[GoldQuestion], ask: Ask, out: Path | None, bar: Progress
) -> tuple[Record, ...]:
    """The records of a pipeline, with the model's time told apart; the run is written to `out`, if any."""
    task = bar.add_task(f"{out.name if out else 'questions'}", total=len(questions))
    timed = with_model_time(ask, bench.embedder)
    if out:

        def advance(count: int, total: int) -> None:
            bar.update(task, completed=count)

        done = run(questions, timed, bench.fiches, out, advance, bench.formations)
        if not done.complete:
            raise SystemExit(f"interrupted; what was answered is in {out}")
        return done.records
    answered = []
    for one in ask_all(questions, timed):
        answered.append(one)
        bar.advance(task)
    return measure_all(answered, bench.fiches, bench.formations)


def page(measured: Sequence[Measured], questions: Iterable[GoldQuestion], manifest: Manifest) -> str:
    """docs/quality.md: aims, every metric by kind, latencies, what falls short. Ids and figures only."""
    by_id = {question.id: question for question in questions}
    counts = {half: len(measured[0].half(half)) for half in Half}
    lines = [
        "# Answer quality",
        "",
        "Written by `python -m benchmarks.quality`; do not edit. Rules are tuned on one half of the questions, figures"
        " are reported on the other; a hash of its id decides the half of a question.",
        "",
        f"{manifest.fiches} fiches ({manifest.source}, {manifest.edition}), {manifest.passages} passages, model"
        f" {manifest.model}; {counts[Half.REPORT]} questions in the report half, {counts[Half.TUNE]} in the other.",
        "Figures are means with a 95 % bootstrap interval and the number of questions where the metric applies;"
        " `bot/evaluation/metrics.py` defines each metric. *Afternoon* is the pipeline of `benchmarks/afternoon.py`:"
        " chunks of 1,000 characters, the same model, BM25, reciprocal rank fusion, the four best chunks.",
        "It never lists or abstains: outcomes, lists and totals are Oriane's alone; a follow-up is asked there with the"
        " person's earlier turns. Aims on descriptions leave out those so broad that several métiers are right.",
        "",
        "## Aims",
        "",
        *_aims_table(measured, by_id),
        "",
        *_by_kind(measured),
        *_latencies(measured),
        *_shortfalls(measured[0], by_id),
    ]
    return "\n".join(lines) + "\n"


def _aims_table(measured: Sequence[Measured], by_id: Mapping[str, GoldQuestion]) -> list[str]:
    columns = [(pipeline, half) for half in (Half.REPORT, Half.TUNE) for pipeline in measured]
    head = ["", "aim", "reached", *(f"{pipeline.name}, {half}" for pipeline, half in columns)]
    rows = []
    for aim in AIMS:
        found = [
            aim.figure(pipeline.half(half), by_id) if pipeline is measured[0] or aim.metric in _OF_BOTH else None
            for pipeline, half in columns
        ]
        wanted = "" if aim.wanted is None else f"≥ {aim.wanted * 100:g} %"
        reached = {True: "yes", False: "**no**", None: ""}[aim.is_reached(found[0])]
        rows.append([aim.label, wanted, reached, *("" if f is None else str(f) for f in found)])
    return markdown_table(head, rows)


def _by_kind(measured: Sequence[Measured]) -> Iterator[str]:
    labels = {metric: metric for metric in METRICS}
    for pipeline in measured:
        for half in (Half.REPORT, Half.TUNE):
            table = by_kind(pipeline.half(half), overall="all")
            if pipeline is not measured[0]:
                table = {kind: {m: f for m, f in row.items() if m in _OF_BOTH} for kind, row in table.items()}
            yield from (f"## By kind: {pipeline.name}, {half} half", "", *metrics_table(table, labels), "")


def _latencies(measured: Sequence[Measured]) -> Iterator[str]:
    yield from ("## Latency (ms)", "")
    for pipeline in measured:
        stages = latencies(record.timings_ms for record in pipeline.records)
        yield from (f"{pipeline.name}:", "", *latency_table(stages, "stage"), "")
        if pipeline is measured[0]:
            for stage, most in STAGE_AIMS.items():
                if stage in stages:
                    verdict = "reached" if stages[stage].p95 < most else "**not reached**"
                    yield from (f"- {stage}: aim p95 < {most:g} ms, {verdict} ({stages[stage].p95:.1f} ms)", "")


def _shortfalls(oriane: Measured, by_id: Mapping[str, GoldQuestion]) -> Iterator[str]:
    yield from ("## What falls short", "")
    missed = [aim for aim in AIMS if aim.is_reached(aim.figure(oriane.half(Half.REPORT), by_id)) is False]
    if not missed:
        yield "No aim is missed on the report half."
    for aim in missed:
        ids = {half: aim.failing(oriane.half(half), by_id) for half in (Half.REPORT, Half.TUNE)}
        yield f"- **{aim.label}** (aim {(aim.wanted or 0) * 100:g} %)"
        yield from (f"  - {half}: {', '.join(failing) or 'none'}" for half, failing in ids.items())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"), help="folder that holds metiers/")
    parser.add_argument("--sets", type=Path, nargs="+", default=[SETS], help="question sets or folders of sets")
    parser.add_argument("--half", choices=["tune", "report", "all"], default="all", help="which half to ask")
    parser.add_argument("--kinds", help="only these kinds of questions, separated by commas")
    parser.add_argument("--no-baseline", action="store_true", help="leave the afternoon's pipeline out")
    parser.add_argument("--out", type=Path, help="folder for answers, records and failures of each pipeline")
    parser.add_argument("--page", type=Path, help="where to write the page (docs/quality.md for a whole run)")
    options = parser.parse_args()
    if not (options.corpus / "metiers").is_dir():
        parser.error(f"no real fiches in {options.corpus / 'metiers'}")
    whole = options.half == "all" and not options.kinds and not options.no_baseline and options.sets == [SETS]
    options.page = options.page or (PAGE if whole else None)
    return options


if __name__ == "__main__":
    main()
