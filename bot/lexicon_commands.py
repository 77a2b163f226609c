"""`oriane lexique check`: the command for whoever adds or corrects everyday words, mounted by `bot.cli`.

Heavy imports stand inside the command: `oriane lexique --help` answers at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.usage import FrenchGroup

if TYPE_CHECKING:
    from ingest.fiche import FicheMetier

FAULTY, USAGE_ERROR = 1, 2

app = typer.Typer(
    name="lexique",
    cls=FrenchGroup,
    no_args_is_help=True,
    help="Vérifier les mots de tous les jours qui mènent aux métiers (seeds/lexique).",
    epilog="Pour commencer : oriane lexique check, puis docs/lexique.md pour ajouter ou corriger une entrée.",
)


@app.callback()
def _group() -> None:
    """Keep `check` a sub-command, though it is the only one."""


@app.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DOSSIER", help="Dossier de fichiers .yaml du lexique (celui d'Oriane par défaut)."),
    ] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(
            metavar="DOSSIER",
            help="Vérifier aussi avec les fiches métiers de ce dossier (ou de son sous-dossier metiers).",
        ),
    ] = None,
    library: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Vérifier aussi avec les fiches métiers de cette bibliothèque."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Taire ce qui est permis : ne dire que les erreurs.")] = False,
) -> None:
    """Vérifier le lexique : forme, doublons, espaces, descriptions trop courtes.

    Avec des fiches (--corpus ou --library), aussi :

    - une entrée pour chaque fiche, une fiche pour chaque entrée, le même titre

    - aucun nom qui soit le titre d'une autre fiche

    - jamais 6 mots de suite en commun avec une fiche

    Un nom qui mène à plusieurs métiers est permis : il est signalé, pour que ce soit exprès.

    Codes de sortie : 0 rien à corriger ; 1 une erreur au moins ; 2 dossier, fiches ou bibliothèque introuvables.
    """
    from importlib.resources import files

    from ingest.lexicon_check import check_lexicon

    chosen = folder or files("seeds").joinpath("lexique")
    if not chosen.is_dir():
        _fail(f"Aucun dossier {chosen}.", USAGE_ERROR)
    checked = check_lexicon(chosen, _fiches(corpus, library))
    if not checked.entries and not checked.faults:
        _fail(f"Aucune entrée de lexique dans {chosen}.", USAGE_ERROR)
    for finding in checked.findings:
        if not (finding.notice and quiet):
            typer.echo(f"{'Permis' if finding.notice else 'Erreur'} : {finding}", err=True)
    if checked.faults:
        _fail(f"{len(checked.faults)} erreur(s) dans {checked.entries} entrées : corriger puis relancer.", FAULTY)
    typer.echo(f"{checked.entries} entrées sans erreur.")


def _fiches(corpus: Path | None, library: Path | None) -> Mapping[str, FicheMetier] | None:
    """The fiches of a folder and of a library, if any was named."""
    if corpus is None and library is None:
        return None
    return {**(_in_library(library) if library else {}), **(_in_corpus(corpus) if corpus else {})}


def _in_corpus(folder: Path) -> Mapping[str, FicheMetier]:
    from ingest.fiche import FicheMetier
    from ingest.readers import ReadFiche, Source, read
    from ingest.sources import find_sources

    metiers = folder / "metiers"  # the corpus folder of the benchmarks holds other things too
    sources = find_sources([metiers if metiers.is_dir() else folder])
    records = (record for source in sources if isinstance(source, Source) for record in read(source))
    fiches = {
        record.fiche.id: record.fiche
        for record in records
        if isinstance(record, ReadFiche) and isinstance(record.fiche, FicheMetier)
    }
    if not fiches:
        _fail(f"Aucune fiche métier lisible dans {folder}.", USAGE_ERROR)
    return fiches


def _in_library(folder: Path) -> Mapping[str, FicheMetier]:
    from ingest.library import LibraryError
    from ingest.local_library import LocalLibrary

    try:
        shelf = LocalLibrary(folder)
        version = shelf.current()
        if version is None:
            _fail(f"Aucune bibliothèque dans {folder}.", USAGE_ERROR)
        return shelf.contents(version).fiches
    except LibraryError as error:
        _fail(str(error), USAGE_ERROR)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
