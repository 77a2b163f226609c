"""What the evaluator's commands share: reading sets and settings, opening libraries, errors as one French line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from bot.evaluation.questions import QuestionSet
    from bot.evaluation.runs import Advance
    from ingest.embedder import Embedder
    from ingest.library import Contents
    from ingest.settings import Settings

REGRESSION, USAGE_ERROR, INTERRUPTED = 1, 2, 130


def fail(message: str, code: int = USAGE_ERROR) -> NoReturn:
    """Say what is wrong and end."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def load_questions(sets: list[Path]) -> QuestionSet:
    """The questions of the sets; every problem is told, and any ends the command."""
    from bot.evaluation.questions import load_sets

    found = load_sets(sets)
    for problem in found.problems:
        typer.echo(str(problem), err=True)
    if found.problems:
        fail(f"{len(found.problems)} erreur(s) : corriger puis relancer.")
    return found


def settings_for(library: Path | None) -> Settings:
    """The settings of the environment, with another library where one is named."""
    from pydantic import ValidationError

    from ingest.settings import Settings

    try:
        return Settings.over(library)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"ORIANE_{'_'.join(map(str, first['loc'])).upper()}"
        fail(f"Réglage {name} refusé : {first['msg']} (valeur : {first['input']!r}).")


def contents_of(settings: Settings) -> Contents:
    """What the library in service holds: answers are measured against its fiches."""
    from ingest.open_library import open_library

    with clear_errors():
        shelf = open_library(settings)
        version = shelf.current()
        if version is None:
            fail(
                f"Aucune bibliothèque dans {shelf.place} : lancer « oriane ingest --starter », ou ajouter"
                " --starter à cette commande."
            )
        return shelf.contents(version)


def starter_settings(settings: Settings) -> Settings:
    """The same settings over a library of the starter fiches, built in the cache and brought up to date."""
    from ingest.embedder import Embedder

    with clear_errors():
        library = settings.cache / "starter-library"
        build_library(library, [starter_folder()], Embedder(settings.embedder), settings)
    return settings.model_copy(update={"library": library, "chroma_url": ""})


def starter_folder() -> Path:
    """Where the starter fiches lie, in a checkout or an installed package."""
    return Path(str(files("seeds")))


def build_library(folder: Path, sources: list[Path], embedder: Embedder, settings: Settings) -> None:
    """Build a library of these sources, or bring it up to date; rejected files end the command."""
    from ingest.embedding_cache import EmbeddingCache
    from ingest.lexicon import load_lexicon
    from ingest.local_library import LocalLibrary
    from ingest.pipeline import Options, ingest
    from ingest.scope import load_scope

    options = Options(prune=True, lexicon=load_lexicon(), scope=load_scope())
    report = ingest(sources, LocalLibrary(folder), embedder, EmbeddingCache(settings.cache), options)
    if report.exit_code:
        fail(f"{', '.join(map(str, sources))} : des fiches ne se lisent pas, voir « oriane ingest » sur ces sources.")


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn what an evaluator can mend into one French line."""
    from bot.phrases import PhraseError
    from ingest.embedder import EmbedderError
    from ingest.library import LibraryError

    try:
        yield
    except (LibraryError, EmbedderError, PhraseError) as error:
        fail(str(error))


@contextmanager
def progress_bar(shown: bool) -> Iterator[Advance]:
    """A bar on a terminal's stderr; silence elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bar:
        task = bar.add_task("Questions", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
