"""The command line: `oriane ingest | ask | path | chat | status | privacy | eval | lexique`.

Heavy imports stand inside the commands: `oriane --help` answers at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot.evaluation.commands import app as evaluation
from bot.feedback_command import import_feedback
from bot.lexicon_commands import app as lexicon
from bot.path_command import path
from bot.privacy_command import privacy
from bot.usage import FrenchGroup
from ingest.fiche import SectionName

if TYPE_CHECKING:
    from bot.chain import Oriane
    from ingest.settings import Settings

app = typer.Typer(
    name="oriane",
    cls=FrenchGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Oriane répond aux questions sur les métiers d'après les fiches, en citant le métier et la section.",
    epilog="Pour commencer : oriane ingest --starter, puis oriane ask « Combien gagne une ingénieure cloud ? »",
)

evaluation.command("import-feedback")(import_feedback)
app.add_typer(evaluation, name="eval")
app.add_typer(lexicon, name="lexique")
app.command()(path)
app.command()(privacy)

#: What some settings must be, said when they are refused.
_WANTED = {
    "ORIANE_PORT": " Il faut un nombre de 0 à 65535.",
    "ORIANE_CHROMA_URL": " Il faut une adresse comme http://serveur:8000.",
}
USAGE_ERROR, NO_LIBRARY = 2, 3
INTERRUPTED = 130

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DOSSIER",
        help="Dossier de la bibliothèque (ou ORIANE_LIBRARY, ou ORIANE_CHROMA_URL pour un serveur Chroma).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Écrire un objet JSON au lieu d'un texte.")]


@app.command()
def ingest(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CHEMIN...",
            help="Fichiers, dossiers, motifs ou archives .zip de fiches métiers (Markdown ou XML d'Onisep) et de"
            " fiches formations (Markdown).",
        ),
    ] = None,
    library: LibraryOption = None,
    edition: Annotated[
        str | None, typer.Option(metavar="AAAA-MM-JJ", help="Date de l'édition des fiches, affichée sur la page.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="NOM", help="Qui publie les fiches, par exemple « Onisep, Idéo-Fiches métiers »."),
    ] = None,
    prune: Annotated[
        bool,
        typer.Option(
            "--prune", help="Ôter les fiches que ces sources ne contiennent plus (rien si un fichier est rejeté)."
        ),
    ] = False,
    starter: Annotated[
        bool, typer.Option("--starter", help="Lire aussi les fiches d'exemple livrées avec Oriane.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Lire des fiches et publier la bibliothèque.

    Ce qui est illisible est signalé ligne par ligne et n'arrête pas le reste ; l'ancienne version reste en
    service jusqu'à la publication. Codes de sortie : 0 tout est lu, 1 quelque chose est rejeté, 2 rien n'est
    utilisable.
    """
    from bot.console import progress_bar, report_lines, warning_lines
    from ingest.embedder import Embedder
    from ingest.embedding_cache import EmbeddingCache
    from ingest.lexicon import load_lexicon
    from ingest.open_library import open_library
    from ingest.pipeline import Options
    from ingest.pipeline import ingest as run
    from ingest.scope import load_scope

    chosen = [*(paths or []), *([str(files("seeds"))] if starter else [])]
    if not chosen:
        _fail("Nommer au moins un CHEMIN, ou --starter pour les fiches d'exemple.", USAGE_ERROR)
    settings = _settings(library)
    shelf = open_library(settings)
    with _clear_errors(USAGE_ERROR), progress_bar(shown=sys.stderr.isatty()) as progress:
        report = run(
            chosen,
            shelf,
            Embedder(settings.embedder),
            EmbeddingCache(settings.cache),
            Options(source, edition, prune, load_lexicon(), load_scope()),
            progress,
        )
    if as_json:
        _print_json(report.to_json())
    else:
        for line in warning_lines(report, prune):
            typer.echo(line, err=True)
        for line in report_lines(report, shelf.place):
            typer.echo(line)
    raise typer.Exit(report.exit_code)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", help="La question, entre guillemets.")] = None,
    library: LibraryOption = None,
    metier: Annotated[str | None, typer.Option(metavar="MET.228", help="Ne répondre que d'après cette fiche.")] = None,
    section: Annotated[SectionName | None, typer.Option(help="Ne répondre que d'après cette section.")] = None,
    batch: Annotated[
        Path | None,
        typer.Option(metavar="IN.jsonl", help="Un objet JSON par ligne : id, question, history (facultatif)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="OUT.jsonl", help="Où écrire les réponses du lot, une par ligne.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Poser une question, ou un lot de questions.

    Codes de sortie : 0 quelle que soit la réponse, 2 commande mal écrite ou question trop longue, 3 pas de
    bibliothèque lisible.
    """
    if (question is None) == (batch is None) or (batch is None) != (out is None):
        _fail("Donner soit une QUESTION, soit --batch IN.jsonl avec --out OUT.jsonl.", USAGE_ERROR)
    if batch and (metier or section):
        _fail("--metier et --section valent pour une QUESTION, pas pour un lot.", USAGE_ERROR)
    if batch and out and out.exists() and batch.exists() and out.samefile(batch):
        _fail(f"--batch et --out nomment le même fichier : {out}. Les questions seraient perdues.", USAGE_ERROR)
    with _clear_errors(NO_LIBRARY):
        oriane = _open(library)
        if batch and out:
            _answer_batch(oriane, batch, out)
            return
        from bot.answer import Question
        from bot.console import answer_lines
        from bot.phrases import load_phrases

        answer = oriane.ask(Question(text=question or "", fiche_id=metier, section=section))
    if as_json:
        _print_json(answer.to_json())
    else:
        if answer.grounding.fallback:
            typer.echo(load_phrases("page").say(f"model_{answer.grounding.fallback}"), err=True)
        for line in answer_lines(answer):
            typer.echo(line)


@app.command()
def chat(
    library: LibraryOption = None,
    host: Annotated[str | None, typer.Option(help="Adresse où servir la page (ou ORIANE_HOST).")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port où servir la page (ou ORIANE_PORT).")] = None,
) -> None:
    """Ouvrir la page de conversation sur cette machine (127.0.0.1 par défaut)."""
    from bot.chain import open_oriane
    from bot.web import serve

    settings = _settings(library)
    with _clear_errors(USAGE_ERROR):
        serve(open_oriane(settings), host or settings.host, settings.port if port is None else port)


@app.command()
def status(
    library: LibraryOption = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Ouvrir aussi la bibliothèque et comparer chaque fichier à son empreinte.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Dire ce que contient la bibliothèque en service."""
    from bot.console import status_lines
    from ingest.open_library import open_library

    settings = _settings(library)
    with _clear_errors(NO_LIBRARY):
        shelf = open_library(settings)
        version = shelf.current()
        if version is None:
            _fail(f"Aucune bibliothèque dans {shelf.place} : lancer « oriane ingest --starter ».", NO_LIBRARY)
        manifest = shelf.open(version).manifest if verify else shelf.manifest(version)
    if as_json:
        _print_json({"library": shelf.place, **manifest.model_dump(mode="json")})
        return
    for line in status_lines(shelf.place, manifest):
        typer.echo(line)


def _answer_batch(oriane: Oriane, batch: Path, out: Path) -> None:
    from bot.batch import answer_lines

    try:
        # a byte that is not UTF-8 spoils its own line only, half a character is written as the escape that it was
        with (
            batch.open(encoding="utf-8-sig", errors="surrogateescape") as lines,
            out.open("w", encoding="utf-8", errors="backslashreplace") as answers,
        ):
            for line in answer_lines(oriane, lines):
                answers.write(json.dumps(line, ensure_ascii=False) + "\n")
                answers.flush()
    except OSError as error:
        _fail(f"Lot de questions illisible ou réponses impossibles à écrire : {error}", USAGE_ERROR)


def _settings(library: Path | None) -> Settings:
    from pydantic import ValidationError

    from ingest.settings import Settings

    try:
        return Settings.over(library)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"ORIANE_{'_'.join(map(str, first['loc'])).upper()}"
        wanted = _WANTED.get(name, "")
        _fail(f"Réglage {name} refusé : « {first['input']} » n'est pas une valeur possible.{wanted}", USAGE_ERROR)


def _open(library: Path | None) -> Oriane:
    from bot.chain import open_oriane

    return open_oriane(_settings(library))


@contextmanager
def _clear_errors(code: int) -> Iterator[None]:
    """Turn what an operator can mend into one French line, and Ctrl-C into a quiet end."""
    from bot.phrases import PhraseError
    from bot.safety import QuestionTooLongError
    from ingest.embedder import EmbedderError
    from ingest.library import LibraryError
    from ingest.settings import SettingError

    try:
        yield
    except (LibraryError, EmbedderError, PhraseError, SettingError) as error:
        _fail(str(error), code)
    except MemoryError:
        _fail("La mémoire ne suffit pas : fermer d'autres programmes. La version en service n'a pas changé.", code)
    except QuestionTooLongError as error:
        _fail(str(error).capitalize(), USAGE_ERROR)
    except KeyboardInterrupt:
        _fail("Interrompu. Rien n'est perdu : relancer la même commande reprend où elle en était.", INTERRUPTED)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _print_json(value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    typer.echo(text.encode("utf-8", "backslashreplace").decode())


def main() -> None:
    """Entry point of the `oriane` command."""
    app()


if __name__ == "__main__":
    main()
