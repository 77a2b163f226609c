"""What the command line prints, in French for the operator: a library, work under way, an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.answer import Answer
from ingest.graph import LinkCounts
from ingest.library import Manifest
from ingest.report import Report

if TYPE_CHECKING:
    from ingest.pipeline import Progress

#: Titles that no fiche bears are named up to this many; `--json` has them all.
_UNLINKED_SHOWN = 10


def status_lines(place: str, manifest: Manifest) -> Iterator[str]:
    """What the library in service holds."""
    yield f"Bibliothèque   {place}"
    yield f"Version        {manifest.version} (publiée le {manifest.created:%d/%m/%Y à %H:%M} UTC)"
    yield (
        f"Contenu        {manifest.fiches} fiches, {manifest.passages} passages,"
        f" {manifest.expressions} descriptions en mots de tous les jours"
    )
    if manifest.formations:
        indexed = f"{manifest.formation_passages} passages cherchés par le sens"
        yield f"Formations     {manifest.formations} fiches, {indexed}"
    yield f"Source         {manifest.source or 'source non précisée'}, {manifest.edition}"
    yield f"Modèle         {manifest.model} ({manifest.dimension} dimensions)"


def warning_lines(report: Report, prune: bool) -> Iterator[str]:
    """What went wrong in an ingestion, a line each."""
    for rejection in report.rejected:
        place = f"{rejection.path}, ligne {rejection.line}" if rejection.line else rejection.path
        yield f"Rejeté : {place} : {rejection.reason}"
    if prune and not report.pruned:
        yield "--prune sans effet : rien n'est ôté quand un fichier est rejeté ou qu'aucune fiche n'est lue."
    if not report.version and report.formations.read:
        yield "Rien n'a été publié : les formations s'ajoutent à des fiches métiers, à nommer aussi."
    elif not report.version:
        yield "Rien n'a été publié : aucune fiche utilisable dans ces sources."


def report_lines(report: Report, place: str) -> Iterator[str]:
    """What an ingestion did."""
    yield (
        f"{report.read} fiches lues : {report.added} ajoutées, {report.changed} changées,"
        f" {report.unchanged} inchangées, {report.removed} ôtées ;"
        f" {len(report.rejected)} rejets, fichiers ignorés : {report.ignored}."
    )
    counts = report.formations
    if report.links:
        yield (
            f"{counts.read} formations lues : {counts.added} ajoutées, {counts.changed} changées,"
            f" {counts.unchanged} inchangées, {counts.removed} ôtées."
        )
        yield from _link_lines(report, report.links)
    passages = f"{report.passages} passages"
    if counts.passages:
        passages += f" de métiers, {counts.passages} de formations"
    indexed = f"{passages}, {report.expressions} descriptions en mots de tous les jours"
    yield f"{indexed} ; {report.embedded} vecteurs calculés, en {report.seconds:.1f} s."
    if report.version:
        yield f"Version en service : {report.version} ({place})"


def _link_lines(report: Report, links: LinkCounts) -> Iterator[str]:
    yield (
        f"{links.formations_named} formations nommées par les métiers, dont {links.without_fiche} sans fiche ;"
        f" {links.metiers_linked} métiers associés reliés, {links.metiers_unlinked} non reliés."
    )
    yield (
        f"Poursuites d'études : {links.named_steps} nomment une formation par son titre, {links.kind_steps} un type de"
        f" diplôme, {links.silent_steps} ni l'un ni l'autre."
    )
    if report.unlinked:
        titles = sorted({unlinked.title for unlinked in report.unlinked})
        more = " …" if len(titles) > _UNLINKED_SHOWN else ""
        yield f"Métiers non reliés : {', '.join(titles[:_UNLINKED_SHOWN])}{more} (tous avec --json)"


@contextmanager
def progress_bar(shown: bool) -> Iterator[Progress]:
    """A bar for long work on a terminal; silence elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    labels = {"read": "Lecture des fiches", "embed": "Calcul des vecteurs", "publish": "Publication"}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bar:
        tasks = {stage: bar.add_task(label, total=None, visible=False) for stage, label in labels.items()}

        def show(stage: str, done: int, total: int) -> None:
            bar.update(tasks[stage], completed=done, total=total or None, visible=True)

        yield show


def answer_lines(answer: Answer) -> Iterator[str]:
    """An answer with its sources and what to ask next."""
    yield answer.answer
    if answer.citations:
        yield "\nSources"
    for citation in answer.citations:
        place = f"{citation.section} › {citation.heading}" if citation.heading else citation.section
        yield f"[{citation.n}] {citation.title} ({citation.fiche_id}), {place}\n    {citation.url}"
    if answer.suggestions:
        yield "\nPour continuer"
        yield from (f"- {suggestion}" for suggestion in answer.suggestions)
