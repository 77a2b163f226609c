"""`oriane eval check | run`: the evaluator's commands, a Typer application that `bot.cli` mounts.

Heavy imports stand inside the commands: `oriane eval --help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from bot.evaluation.questions import GoldQuestion, QuestionSet
    from bot.evaluation.runs import Advance
    from ingest.fiche import FicheMetier
    from ingest.settings import Settings

USAGE_ERROR, NO_LIBRARY, INTERRUPTED = 2, 3, 130

app = typer.Typer(
    name="eval",
    no_args_is_help=True,
    help="Vérifier des jeux de questions et mesurer les réponses d'Oriane.",
    epilog="Pour commencer : oriane eval check questions.jsonl, puis oriane eval run questions.jsonl --out essai",
)

SetsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="JEU...", help="Fichiers .jsonl ou .yaml de questions, ou dossiers qui en contiennent."),
]
LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", metavar="DOSSIER", help="Dossier de la bibliothèque (ou ORIANE_LIBRARY)."),
]


class HalfChoice(StrEnum):
    """Which questions to ask."""

    TUNE = "tune"
    REPORT = "report"
    ALL = "all"


@app.command()
def check(
    sets: SetsArgument,
    library: Annotated[
        Path | None,
        typer.Option(
            "--library",
            metavar="DOSSIER",
            help="Vérifier aussi que cette bibliothèque contient les fiches, sections et totaux attendus.",
        ),
    ] = None,
) -> None:
    """Vérifier la forme de jeux de questions, sans poser de question.

    Une question est un objet, un par ligne :

    - id, kind (le genre : fact, list…), question, et au besoin history (les tours d'avant)

    - gold : fiches (MET.228…), match (any : l'une suffit, all : toutes), sections acceptées

    - outcome (answer, list, absent, not_found, clarify, off_topic ou support), must_include, must_not

    - pour une liste, total et predicate : level_max, level_min, status, interest, domaine

    - pair, commun à deux questions qui doivent mener aux mêmes métiers ; note

    Codes de sortie : 0 tout est bien formé, avertissements compris ; 2 une erreur ; 3 bibliothèque illisible.
    """
    found = _load(sets)
    if library:
        from bot.evaluation.warnings import warnings_against

        for warning in warnings_against(found, _fiches(_settings(library))):
            typer.echo(f"Avertissement : {warning}", err=True)
    kinds: dict[str, int] = {}
    for question in found.questions:
        kinds[question.kind] = kinds.get(question.kind, 0) + 1
    counts = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    typer.echo(f"{len(found.questions)} questions bien formées : {counts}.")


@app.command()
def run(
    sets: SetsArgument,
    out: Annotated[Path, typer.Option(metavar="DOSSIER", help="Où écrire réponses, mesures, résumé et échecs.")],
    half: Annotated[
        HalfChoice,
        typer.Option(help="La moitié des questions à poser : tune pour mettre au point, report pour rendre compte."),
    ] = HalfChoice.ALL,
    library: LibraryOption = None,
) -> None:
    """Poser les questions et mesurer les réponses.

    Écrit dans le dossier :

    - answers.jsonl, une réponse par ligne, et records.jsonl, ses mesures

    - summary.md, un tableau par genre de question, et failures.md, ce qui a échoué et pourquoi

    Ctrl-C arrête proprement : ce qui est répondu est mesuré et écrit.

    Codes de sortie : 0 mesuré, quel que soit le résultat ; 2 commande ou jeu mal écrit ; 3 pas de bibliothèque.
    """
    from bot.evaluation.halves import Half, in_half

    chosen = in_half(_load(sets).questions, None if half is HalfChoice.ALL else Half(half.value))
    if not chosen:
        _fail(f"Aucune question dans la moitié « {half.value} ».", USAGE_ERROR)
    settings = _settings(library)
    _ask(chosen, settings, _fiches(settings), out)


def _ask(questions: tuple[GoldQuestion, ...], settings: Settings, fiches: Mapping[str, FicheMetier], out: Path) -> None:
    from bot.chain import open_oriane
    from bot.evaluation.runs import run as run_questions
    from bot.phrases import PhraseError
    from ingest.embedder import EmbedderError
    from ingest.library import LibraryError

    try:
        oriane = open_oriane(settings)
        oriane.warm()
        oriane.ask(questions[0].to_question())  # what is built at the first question must not count in its time
        with _progress_bar(shown=sys.stderr.isatty()) as advance:
            done = run_questions(questions, oriane.ask, fiches, out, advance)
    except (LibraryError, EmbedderError, PhraseError) as error:
        _fail(str(error), NO_LIBRARY)
    except OSError as error:
        _fail(f"Impossible d'écrire dans {out} ({error.strerror or error}).", USAGE_ERROR)
    except KeyboardInterrupt:
        _fail("Interrompu avant la première question : rien n'est écrit.", INTERRUPTED)
    failed = sum(bool(record.failed) for record in done.records)
    typer.echo(f"{len(done.records)} questions sur {len(questions)}, {failed} en échec : {out / 'summary.md'}")
    if not done.complete:
        _fail("Interrompu : ce qui était répondu est mesuré et écrit.", INTERRUPTED)


def _load(sets: list[Path]) -> QuestionSet:
    from bot.evaluation.questions import load_sets

    found = load_sets(sets)
    for problem in found.problems:
        typer.echo(str(problem), err=True)
    if found.problems:
        _fail(f"{len(found.problems)} erreur(s) : corriger puis relancer.", USAGE_ERROR)
    return found


def _settings(library: Path | None) -> Settings:
    from pydantic import ValidationError

    from ingest.settings import Settings

    try:
        return Settings(library=library) if library else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"ORIANE_{'_'.join(map(str, first['loc'])).upper()}"
        _fail(f"Réglage {name} refusé : {first['msg']} (valeur : {first['input']!r}).", USAGE_ERROR)


def _fiches(settings: Settings) -> Mapping[str, FicheMetier]:
    """The fiches of the library in service: what answers are measured against."""
    from ingest.library import LibraryError
    from ingest.local_library import LocalLibrary

    try:
        shelf = LocalLibrary(settings.library)
        version = shelf.current()
        if version is None:
            _fail(f"Aucune bibliothèque dans {settings.library} : lancer « oriane ingest seeds ».", NO_LIBRARY)
        return shelf.contents(version).fiches
    except LibraryError as error:
        _fail(str(error), NO_LIBRARY)


@contextmanager
def _progress_bar(shown: bool) -> Iterator[Advance]:
    """A bar on a terminal's stderr; silence elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bar:
        task = bar.add_task("Questions", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
