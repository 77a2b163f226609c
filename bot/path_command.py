"""`oriane path`: a way into a métier as a table, as JSON, or as a drawing. Heavy imports stand inside the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.answer import Citation, StudyPath
    from bot.phrases import Phrases

USAGE_ERROR, NO_LIBRARY = 2, 3


def path(
    metier: Annotated[str, typer.Argument(metavar="MÉTIER", help="Le code d'un métier (MET.228), ou son nom.")],
    start: Annotated[
        str,
        typer.Option(
            "--from", metavar="CLASSE", help="D'où l'on part : 3e, terminale STMG, bac pro cuisine, CAP pâtissier…"
        ),
    ] = "3e",
    library: Annotated[
        Path | None,
        typer.Option("--library", metavar="DOSSIER", help="Dossier de la bibliothèque (ou ORIANE_LIBRARY)."),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FICHIER", help="Écrire aussi le chemin comme un dessin.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Écrire un objet JSON au lieu d'un tableau.")] = False,
) -> None:
    """Montrer comment aller d'une classe ou d'un diplôme à un métier, étape par étape, avec ses sources.

    Codes de sortie : 0, 2 métier ou classe inconnus, 3 pas de bibliothèque lisible.
    """
    from bot.answer import Question
    from bot.chain import open_oriane
    from bot.path_drawing import draw_path
    from bot.phrases import PhraseError, load_phrases
    from ingest.embedder import EmbedderError
    from ingest.library import LibraryError
    from ingest.settings import Settings

    settings = Settings.over(library)
    try:
        found = open_oriane(settings).path(Question(text=metier), start)
    except (LibraryError, EmbedderError, PhraseError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NO_LIBRARY) from error
    except LookupError as error:
        typer.echo(str(error.args[0]), err=True)
        raise typer.Exit(USAGE_ERROR) from error
    data, citations = found
    phrases = load_phrases("studies")
    if svg:
        try:
            svg.write_text(draw_path(data, data.steps[-1].title, phrases), encoding="utf-8")
        except OSError as error:
            typer.echo(f"Dessin impossible à écrire : {error}", err=True)
            raise typer.Exit(USAGE_ERROR) from error
    if as_json:
        shown = {"path": data.model_dump(mode="json"), "citations": [c.model_dump(mode="json") for c in citations]}
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for line in path_lines(data, citations, phrases):
        typer.echo(line)


def path_lines(data: StudyPath, citations: tuple[Citation, ...], phrases: Phrases) -> Iterator[str]:
    """A path as lines of text: a table of its steps, the other ways, then the sources."""
    from bot.path_drawing import lasting, total_line

    yield phrases.say("drawing_title", start=data.start, title=data.steps[-1].title)
    ways = (data, *data.alternatives)
    for rank, way in enumerate(ways):
        yield ""
        if rank:
            yield phrases.say("table_alternative", rank=rank)
        rows = [[phrases.say(f"table_{name}") for name in ("step", "title", "duration", "level", "source")]]
        for step in way.steps:
            months = lasting(step.duration_months, phrases) if step.duration_months else ""
            title = f"{step.title} ({step.id})" if step.id else step.title
            marks = "".join(f"[{n}]" for n in step.citations)
            unsaid = "" if step.is_said else f" ({phrases.say('drawing_unsaid')})"
            rows.append([phrases.say(f"kind_{step.kind}"), title + unsaid, months, step.level or "", marks])
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if total := total_line(way, phrases):
            yield total
    yield ""
    for citation in citations:
        quote = citation.quote if len(citation.quote) <= 160 else f"{citation.quote[:157]}…"
        yield f"[{citation.n}] {citation.title} ({citation.fiche_id}), {citation.section} : {' '.join(quote.split())}"
