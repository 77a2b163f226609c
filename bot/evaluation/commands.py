"""`oriane eval check | run | sweep`: the evaluator's commands, a Typer application that `bot.cli` mounts.

Heavy imports stand inside the commands: `oriane eval --help` answers at once.
"""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.evaluation.console import (
    INTERRUPTED,
    REGRESSION,
    clear_errors,
    contents_of,
    fail,
    load_questions,
    progress_bar,
    settings_for,
    starter_folder,
    starter_settings,
)
from bot.usage import FrenchGroup

if TYPE_CHECKING:
    from bot.evaluation.questions import GoldQuestion
    from bot.evaluation.results import RunFile
    from bot.evaluation.thresholds import Thresholds
    from ingest.settings import Settings

app = typer.Typer(
    name="eval",
    cls=FrenchGroup,
    no_args_is_help=True,
    help="Vérifier des jeux de questions et mesurer les réponses d'Oriane.",
    epilog="Pour commencer : oriane eval run --starter, puis ouvrir evaluation/report.html",
)

SetsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="JEU...", help="Fichiers .jsonl ou .yaml de questions, ou dossiers qui en contiennent."),
]
OptionalSetsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[JEU...]",
        help="Fichiers .jsonl ou .yaml de questions, ou dossiers qui en contiennent ; avec --starter, par défaut le jeu"
        " livré avec Oriane.",
    ),
]
LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", metavar="DOSSIER", help="Dossier de la bibliothèque (ou ORIANE_LIBRARY)."),
]
StarterOption = Annotated[
    bool,
    typer.Option(
        "--starter", help="Interroger les fiches d'exemple livrées avec Oriane, dans leur propre bibliothèque."
    ),
]
OutOption = Annotated[Path, typer.Option("--out", metavar="DOSSIER", help="Où écrire les résultats.")]


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

    Codes de sortie : 0 tout est bien formé, avertissements compris ; 2 une erreur, ou pas de bibliothèque lisible.
    """
    found = load_questions(sets)
    if library:
        from bot.evaluation.warnings import warnings_against

        for warning in warnings_against(found, contents_of(settings_for(library)).fiches):
            typer.echo(f"Avertissement : {warning}", err=True)
    kinds: dict[str, int] = {}
    for question in found.questions:
        kinds[question.kind] = kinds.get(question.kind, 0) + 1
    counts = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    typer.echo(f"{len(found.questions)} questions bien formées : {counts}.")


@app.command()
def run(
    sets: OptionalSetsArgument = None,
    out: OutOption = Path("evaluation"),
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="RUN.json", help="Le run.json d'une mesure précédente, à laquelle comparer."),
    ] = None,
    fail_under: Annotated[
        Path | None, typer.Option(metavar="SEUILS.yaml", help="Seuils en dessous desquels la mesure échoue.")
    ] = None,
    workers: Annotated[
        int,
        typer.Option(min=1, max=64, help="Questions posées à la fois : utile quand les réponses attendent un modèle."),
    ] = 1,
    half: Annotated[
        HalfChoice,
        typer.Option(help="La moitié des questions à poser : tune pour mettre au point, report pour rendre compte."),
    ] = HalfChoice.ALL,
    library: LibraryOption = None,
    starter: StarterOption = False,
) -> None:
    """Poser les questions, mesurer les réponses, les juger.

    Écrit dans le dossier :

    - report.html, la page à lire ; summary.md, pour une demande de fusion ; junit.xml, pour l'intégration continue

    - run.json, la mesure entière, à laquelle une autre se compare avec --baseline

    - answers.jsonl, records.jsonl et failures.md : réponses, mesures, échecs

    Ctrl-C arrête proprement ; la même commande reprend où elle en était.

    Codes de sortie : 0 conforme ; 1 régression (un seuil n'est pas tenu, ou moins de réussites que la référence) ;
    2 commande, jeu ou seuils mal écrits, ou pas de bibliothèque.
    """
    from bot.evaluation.halves import Half, in_half

    if not sets and not starter:
        fail("Nommer au moins un JEU, ou --starter pour celui qui est livré avec Oriane.")
    found = load_questions(sets or [starter_folder() / "questions" / "regression.jsonl"])
    chosen = in_half(found.questions, None if half is HalfChoice.ALL else Half(half.value))
    if not chosen:
        fail(f"Aucune question dans la moitié « {half.value} ».")
    thresholds, former = _rule(fail_under, baseline)
    settings = settings_for(library)
    settings = starter_settings(settings) if starter else settings
    measured = _measure(chosen, settings, out, workers)
    _conclude(measured, thresholds, former, out)


@app.command()
def sweep(
    sets: SetsArgument,
    plan: Annotated[
        Path,
        typer.Option(
            "--settings", metavar="REGLAGES.yaml", help="Les réglages à comparer, le premier étant la référence."
        ),
    ],
    out: OutOption = Path("sweep"),
    half: Annotated[HalfChoice, typer.Option(help="La moitié des questions à poser.")] = HalfChoice.TUNE,
    library: LibraryOption = None,
) -> None:
    """Comparer des réglages de la recherche : modèles d'embeddings, poids.

    Le fichier nomme des réglages ; le premier est celui auquel les autres se comparent :

    - name, le nom ; embedder, un modèle ; weights, des poids (descriptions, words, english, lexical, hint…)

    - sources, les fiches avec lesquelles construire une bibliothèque pour un autre modèle

    Écrit sweep.md, un tableau où ★ marque les écarts significatifs, et le rapport de chaque réglage face au premier.

    Codes de sortie : 0 mesuré ; 2 commande, jeu ou réglages mal écrits, ou pas de bibliothèque.
    """
    from bot.evaluation.halves import Half, in_half
    from bot.evaluation.sweep import SweepError, load_plan, run_sweep

    chosen = in_half(load_questions(sets).questions, None if half is HalfChoice.ALL else Half(half.value))
    if not chosen:
        fail(f"Aucune question dans la moitié « {half.value} ».")
    try:
        with clear_errors():
            table = run_sweep(load_plan(plan), chosen, settings_for(library), out, typer.echo)
    except SweepError as error:
        fail(str(error))
    except OSError as error:
        fail(f"Impossible d'écrire dans {out} ({error.strerror or error}).")
    typer.echo(table)


def _rule(fail_under: Path | None, baseline: Path | None) -> tuple[Thresholds, RunFile | None]:
    """The thresholds and the baseline, read before any question is asked."""
    from bot.evaluation.results import ResultsError, read_run
    from bot.evaluation.thresholds import Thresholds, ThresholdsError, load_thresholds

    try:
        thresholds = load_thresholds(fail_under) if fail_under else Thresholds()
        return thresholds, read_run(baseline) if baseline else None
    except (ThresholdsError, ResultsError) as error:
        fail(str(error))


def _measure(questions: tuple[GoldQuestion, ...], settings: Settings, out: Path, workers: int) -> RunFile:
    from bot.chain import open_oriane
    from bot.evaluation.results import measured_of, run_file
    from bot.evaluation.runs import Options
    from bot.evaluation.runs import run as run_questions

    contents = contents_of(settings)
    measured = measured_of(questions, contents.manifest)
    try:
        with clear_errors():
            oriane = open_oriane(settings)
            oriane.warm()
            oriane.ask(questions[0].to_question())  # what is built at the first question must not count in its time
            started = time.perf_counter()
            with progress_bar(shown=sys.stderr.isatty()) as advance:
                options = Options(workers, resume_key=measured.model_dump_json())
                done = run_questions(questions, oriane.ask, contents.fiches, out, advance, contents.formations, options)
    except OSError as error:
        fail(f"Impossible d'écrire dans {out} ({error.strerror or error}).")
    except KeyboardInterrupt:
        fail("Interrompu avant la première question : rien n'est écrit.", INTERRUPTED)
    failed = sum(bool(record.failed or record.error) for record in done.records)
    written = out / ("report.html" if done.complete else "summary.md")
    typer.echo(f"{len(done.records)} questions sur {len(questions)}, {failed} en échec : {written}")
    if not done.complete:
        fail("Interrompu : ce qui était répondu est mesuré et écrit, la même commande reprend la suite.", INTERRUPTED)
    seconds = time.perf_counter() - started
    return run_file(done.answered, done.records, contents.fiches, measured, seconds, workers)


def _conclude(measured: RunFile, thresholds: Thresholds, baseline: RunFile | None, out: Path) -> None:
    from bot.evaluation.comparison import Status
    from bot.evaluation.conclusion import conclude

    done = conclude(measured, thresholds, baseline, out)
    if done.comparison:
        broken, fixed, changed = (
            len(done.comparison.with_status(status)) for status in (Status.BROKEN, Status.FIXED, Status.CHANGED)
        )
        typer.echo(f"Depuis la référence : {broken} cassées, {fixed} réparées, {changed} réponses changées.")
    for failed in (check for check in done.checks if not check.holds):
        typer.echo(f"Seuil non tenu : {failed.name} : {failed.found} ({failed.wanted})", err=True)
    if not done.holds:
        raise typer.Exit(REGRESSION)
