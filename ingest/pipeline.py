"""The whole ingestion: paths, readers, passages, vectors, one published version, and a report of what happened."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.changes import changes_since, hashes_of
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache, embed_all
from ingest.fiche import FicheMetier
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
    content_hash,
    version_name,
)
from ingest.passages import passages_of
from ingest.readers import IndexEntry, ReadFiche, Record, Rejection, RomeName, read
from ingest.sources import Ignored, find_sources

logger = logging.getLogger(__name__)

#: Called as (stage, done, total) while work goes on; a total of 0 means that nobody knows it yet.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """What an operator chooses: where the fiches come from, and whether those no longer there disappear.

    `lexicon` holds the everyday descriptions that lead to a fiche, `scope` the examples that tell off-topic questions.
    """

    source: str | None = None
    edition: str | None = None
    prune: bool = False
    lexicon: Lexicon = field(default_factory=dict)
    scope: tuple[Expression, ...] = ()


@dataclass
class Report:
    """What an ingestion did. `version` is the one in service afterwards, None when there still is none.

    `pruned` says whether what the sources no longer hold was removed: never when a file was rejected, since a fiche
    that cannot be read today is not a fiche that was withdrawn.
    """

    version: str | None = None
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    ignored: int = 0
    index_entries: int = 0
    rome_names: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    pruned: bool = False
    passages: int = 0
    expressions: int = 0
    embedded: int = 0
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 when all went well, 1 when something was rejected, 2 when nothing at all was usable."""
        if self.version is None or not (self.read or self.index_entries or self.rome_names):
            return 2
        return 1 if self.rejected else 0

    def to_json(self) -> dict[str, Any]:
        """The report as the command prints it."""
        return asdict(self)


@dataclass
class _Gathered:
    """What the sources held: the first fiche of each id, and the entries of the métier index."""

    fiches: dict[str, ReadFiche] = field(default_factory=dict)
    entries: dict[str, IndexEntry] = field(default_factory=dict)
    rome_names: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.fiches or self.entries or self.rome_names)


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
        report.read, report.index_entries = len(gathered.fiches), len(gathered.entries)
        report.rome_names = len(gathered.rome_names)
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
    fiches = _merge(gathered, old.fiches if old else {}, report.pruned, report)
    passages = [passage for fiche in fiches.values() for passage in passages_of(fiche)]
    expressions = (*expressions_of(options.lexicon, fiches), *options.scope)
    report.passages, report.expressions = len(passages), len(expressions)
    if not fiches:  # a companion alone, and no library that it could add to
        return
    rome_names = gathered.rome_names or (dict(old.rome_names) if old else {})
    hashes = hashes_of(passages), hashes_of(expressions)
    manifest = _manifest(fiches, *hashes, rome_names, embedder, options, old)
    if old and index_is_sound and manifest.content_hash == old.manifest.content_hash:
        return
    same_index = old if old and index_is_sound and old.manifest.model == embedder.name else None
    changes = changes_since(same_index, passages, expressions)

    def advance(done: int, total: int) -> None:
        progress("embed", done, total)

    texts = [passage.embedded_text for passage in changes.passages.added]
    said = [expression.embedded_text for expression in changes.expressions.added]
    vectors, of_passages = embed_all(texts, embedder, cache, advance)
    expression_vectors, of_expressions = embed_all(said, embedder, cache, advance, as_queries=True)
    report.embedded = of_passages + of_expressions
    progress("publish", 0, len(texts))
    contents = Contents(manifest, fiches, *hashes, rome_names)
    library.publish(Draft(contents, changes.base, changes.passages, changes.expressions, vectors, expression_vectors))
    report.version = manifest.version


def _in_service(library: Library, report: Report) -> tuple[Contents | None, bool]:
    """What is in service, and whether its index is sound.

    A damaged index is built anew; damaged contents are reported, and built anew from the sources alone.
    """
    version = library.current()
    if version is None:
        return None, False
    try:
        contents = library.contents(version)
    except OtherFormatError:
        raise
    except LibraryError as error:
        report.rejected.append(
            Rejection(version, None, f"{error} Reconstruite ici à partir des seules sources données.")
        )
        return None, False
    try:
        library.open(version)
    except LibraryError as error:
        logger.warning("%s Index reconstruit.", error)
        return contents, False
    return contents, True


def _merge(gathered: _Gathered, old: Mapping[str, FicheMetier], prune: bool, report: Report) -> dict[str, FicheMetier]:
    """The fiches of the next version, by id, counted in the report as added, changed, unchanged or removed."""
    kept = {} if prune else dict(old)
    new = {fiche_id: record.fiche for fiche_id, record in gathered.fiches.items()}
    merged: dict[str, FicheMetier] = {}
    for fiche_id, fiche in sorted((kept | new).items(), key=lambda item: int(item[0].split(".")[1])):
        merged[fiche_id] = _with_index(fiche, gathered.entries.get(fiche_id), old.get(fiche_id))
    for fiche_id, fiche in merged.items():
        if fiche_id not in old:
            report.added += 1
        elif fiche != old[fiche_id]:
            report.changed += 1
        else:
            report.unchanged += 1
    report.removed = len(old.keys() - merged.keys())
    return merged


def _with_index(fiche: FicheMetier, entry: IndexEntry | None, old: FicheMetier | None) -> FicheMetier:
    """The fiche with its domaines and ROME labels: from the index at hand, else as the library knew them."""
    known = entry or old
    if known is None:
        return fiche
    return fiche.model_copy(update={"domaines": known.domaines, "rome_labels": known.rome_labels})


def _manifest(
    fiches: Mapping[str, FicheMetier],
    passages: Mapping[str, str],
    expressions: Mapping[str, str],
    rome_names: Mapping[str, str],
    embedder: Embedder,
    options: Options,
    old: Contents | None,
) -> Manifest:
    source = options.source or (old.manifest.source if old else None)
    edition = options.edition or (old.manifest.edition if old else UNKNOWN_EDITION)
    content = content_hash(
        fiches, {**passages, **expressions}, (embedder.name, source, edition, *sorted(rome_names.items()))
    )
    now = datetime.now(UTC)
    return Manifest(
        version=version_name(content, now),
        format=FORMAT,
        created=now,
        model=embedder.name,
        dimension=embedder.dimension,
        source=source,
        edition=edition,
        fiches=len(fiches),
        passages=len(passages),
        expressions=len(expressions),
        content_hash=content,
    )
