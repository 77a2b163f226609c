"""The whole ingestion: paths, readers, passages, vectors, one published version, and a report of what happened."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from ingest.changes import Entries, changes_since, hashes_of
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache, embed_all
from ingest.fiche import Fiche, FicheMetier
from ingest.formation import Formation
from ingest.graph import StudyGraph
from ingest.lexicon import Expression, Lexicon, expressions_of
from ingest.library import (
    FORMAT,
    UNKNOWN_EDITION,
    Contents,
    Draft,
    Library,
    LibraryError,
    Manifest,
    OtherFormatError,
)
from ingest.passages import passages_of, searched_passages
from ingest.readers import IndexEntry, ReadFiche, Record, Rejection, RomeName, read
from ingest.report import Report, count_changes
from ingest.sources import Ignored, find_sources
from ingest.version_names import content_hash, utc_now, version_name

logger = logging.getLogger(__name__)

#: Called as (stage, done, total) while work goes on; a total of 0 means that nobody knows it yet.
Progress = Callable[[str, int, int], None]
AnyFiche = TypeVar("AnyFiche", bound=Fiche)


@dataclass(frozen=True)
class Options:
    """What an operator chooses: where the fiches come from, and whether those no longer there disappear.

    `lexicon` holds the everyday descriptions that lead to a fiche, `scope` the examples that tell off-topic questions.
    `clock` dates what is published.
    """

    source: str | None = None
    edition: str | None = None
    prune: bool = False
    lexicon: Lexicon = field(default_factory=dict)
    scope: tuple[Expression, ...] = ()
    clock: Callable[[], datetime] = utc_now


@dataclass
class _Gathered:
    """What the sources held: the first fiche of each id, métiers and formations, and the entries of companions."""

    fiches: dict[str, ReadFiche] = field(default_factory=dict)
    entries: dict[str, IndexEntry] = field(default_factory=dict)
    rome_names: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.fiches or self.entries or self.rome_names)

    @property
    def metiers(self) -> dict[str, FicheMetier]:
        return {i: record.fiche for i, record in self.fiches.items() if isinstance(record.fiche, FicheMetier)}

    @property
    def formations(self) -> dict[str, Formation]:
        return {i: record.fiche for i, record in self.fiches.items() if isinstance(record.fiche, Formation)}


def ingest(
    paths: Iterable[str | Path],
    library: Library,
    embedder: Embedder,
    cache: EmbeddingCache,
    options: Options | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Report:
    """Read the fiches under `paths` and publish what they change; nothing changed publishes nothing.

    Bad input never stops the rest: it is in the report, and the fiches that the library already holds stay.

    :raises LibraryError: when the library cannot be written; the version in service is then untouched.
    """
    options = options or Options()
    started = time.monotonic()
    report = Report()
    with library.writing():
        report.version = library.current()
        gathered = _gather(paths, report, progress)
        report.pruned = options.prune and bool(gathered.fiches) and not report.rejected
        report.read, report.formations.read = len(gathered.metiers), len(gathered.formations)
        report.index_entries, report.rome_names = len(gathered.entries), len(gathered.rome_names)
        if not gathered.is_empty:
            _publish(gathered, library, embedder, cache, options, report, progress)
    report.seconds = round(time.monotonic() - started, 2)
    return report


def _gather(paths: Iterable[str | Path], report: Report, progress: Progress) -> _Gathered:
    gathered = _Gathered()
    for count, source in enumerate(find_sources(paths), start=1):
        progress("read", count, 0)
        if isinstance(source, Rejection):
            report.rejected.append(source)
        elif isinstance(source, Ignored):
            report.ignored += 1
        else:
            for record in read(source):
                _file(record, gathered, report)
    return gathered


def _file(record: Record, gathered: _Gathered, report: Report) -> None:
    if isinstance(record, Rejection):
        report.rejected.append(record)
    elif isinstance(record, IndexEntry):
        gathered.entries[record.fiche_id] = record
    elif isinstance(record, RomeName):
        gathered.rome_names[record.name] = record.code
    else:
        first = gathered.fiches.setdefault(record.fiche.id, record)
        if first.fiche != record.fiche:
            reason = (
                f"{record.fiche.id} se trouve déjà dans {first.source} (ligne {first.line}), autrement rédigée :"
                " garder l'une des deux, ou corriger l'identifiant"
            )
            report.rejected.append(Rejection(record.source, record.line, reason))


def _publish(
    gathered: _Gathered,
    library: Library,
    embedder: Embedder,
    cache: EmbeddingCache,
    options: Options,
    report: Report,
    progress: Progress,
) -> None:
    """Compare with the version in service, embed what is new, publish."""
    old, index_is_sound = _in_service(library, report)
    fiches = _merge_metiers(gathered, old.fiches if old else {}, report)
    formations = _merge(gathered.formations, old.formations if old else {}, report.pruned)
    count_changes(report.formations, old.formations if old else {}, formations)
    entries = Entries(
        [passage for fiche in fiches.values() for passage in passages_of(fiche)],
        (*expressions_of(options.lexicon, fiches), *options.scope),
        [passage for formation in formations.values() for passage in searched_passages(formation)],
    )
    _report_contents(report, entries, fiches, formations)
    if not fiches:  # companions or formations alone, and no library that they could add to
        return
    rome_names = gathered.rome_names or (dict(old.rome_names) if old else {})
    last = max([*library.kept(), library.current() or ""])
    manifest = _manifest({**fiches, **formations}, entries, rome_names, embedder, options, old, last)
    if old and index_is_sound and manifest.content_hash == old.manifest.content_hash:
        return
    same_index = old if old and index_is_sound and old.manifest.model == embedder.name else None
    changes = changes_since(same_index, entries)

    def advance(done: int, total: int) -> None:
        progress("embed", done, total)

    vectors, of_passages = embed_all(changes.texts, embedder, cache, advance)
    said, of_expressions = embed_all(changes.said, embedder, cache, advance, as_queries=True)
    report.embedded = of_passages + of_expressions
    progress("publish", 0, len(changes.texts))
    contents = Contents(
        manifest,
        fiches,
        hashes_of(entries.passages),
        hashes_of(entries.expressions),
        rome_names,
        formations,
        hashes_of(entries.formation_passages),
    )
    passages, expressions, others = changes.passages, changes.expressions, changes.formation_passages
    library.publish(Draft(contents, changes.base, passages, expressions, vectors, said, others))
    report.version = manifest.version


def _report_contents(
    report: Report, entries: Entries, fiches: Mapping[str, FicheMetier], formations: Mapping[str, Formation]
) -> None:
    report.passages, report.expressions = len(entries.passages), len(entries.expressions)
    report.formations.passages = len(entries.formation_passages)
    if formations:
        graph = StudyGraph.of(fiches, formations)
        report.links, report.unlinked = graph.counts(), graph.unlinked


def _in_service(library: Library, report: Report) -> tuple[Contents | None, bool]:
    """What to go on from, and whether its index is sound.

    A damaged index is built anew. Damaged contents are reported, and those of the version before taken instead.
    """
    current, damages = library.current(), list[LibraryError]()
    for version in dict.fromkeys((current, *library.kept())):
        if version is None:  # no pointer: a version that one named before is as good a beginning
            continue
        try:
            contents = library.contents(version)
        except OtherFormatError:
            raise
        except LibraryError as error:
            damages.append(error)
            continue
        _report_damages(damages, f"de la version {version} et des sources données", report)
        return contents, version == current and _opens(library, version)
    _report_damages(damages, "des seules sources données", report)
    return None, False


def _report_damages(damages: Iterable[LibraryError], origin: str, report: Report) -> None:
    for damage in damages:
        report.rejected.append(Rejection(report.version or "", None, f"{damage} Reconstruite ici à partir {origin}."))


def _opens(library: Library, version: str) -> bool:
    try:
        library.open(version)
    except LibraryError as error:
        logger.warning("%s Index reconstruit.", error)
        return False
    return True


def _merge_metiers(gathered: _Gathered, old: Mapping[str, FicheMetier], report: Report) -> dict[str, FicheMetier]:
    merged = {
        fiche_id: _with_index(fiche, gathered.entries.get(fiche_id), old.get(fiche_id))
        for fiche_id, fiche in _merge(gathered.metiers, old, report.pruned).items()
    }
    count_changes(report, old, merged)
    return merged


def _merge(new: Mapping[str, AnyFiche], old: Mapping[str, AnyFiche], prune: bool) -> dict[str, AnyFiche]:
    """The fiches of the next version in the order of their numbers; the old ones stay, unless new ones replace all."""
    kept = {} if prune and new else dict(old)
    return dict(sorted({**kept, **new}.items(), key=lambda item: int(item[0].split(".")[1])))


def _with_index(fiche: FicheMetier, entry: IndexEntry | None, old: FicheMetier | None) -> FicheMetier:
    """The fiche with its domaines and ROME labels: from the index at hand, else as the library knew them."""
    known = entry or old
    if known is None:
        return fiche
    return fiche.model_copy(update={"domaines": known.domaines, "rome_labels": known.rome_labels})


def _manifest(
    fiches: Mapping[str, Fiche],
    entries: Entries,
    rome_names: Mapping[str, str],
    embedder: Embedder,
    options: Options,
    old: Contents | None,
    last: str,
) -> Manifest:
    source = options.source or (old.manifest.source if old else None)
    edition = options.edition or (old.manifest.edition if old else UNKNOWN_EDITION)
    content = content_hash(fiches, entries.hashes, (embedder.name, source, edition, *sorted(rome_names.items())))
    now = options.clock()
    formations = sum(isinstance(fiche, Formation) for fiche in fiches.values())
    return Manifest(
        version=version_name(content, now, after=last),
        format=FORMAT,
        created=now,
        model=embedder.name,
        dimension=embedder.dimension,
        source=source,
        edition=edition,
        fiches=len(fiches) - formations,
        passages=len(entries.passages),
        expressions=len(entries.expressions),
        formations=formations,
        formation_passages=len(entries.formation_passages),
        content_hash=content,
    )
