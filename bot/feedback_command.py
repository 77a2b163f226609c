"""`oriane eval import-feedback`: candidate questions out of opinions. Heavy imports stand inside the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer

USAGE_ERROR = 2


def import_feedback(
    out: Annotated[
        Path, typer.Option("--out", metavar="JEU.jsonl", help="Où écrire les questions ; jamais par-dessus.")
    ],
    feedback: Annotated[
        Path | None, typer.Option("--feedback", metavar="FICHIER", help="Le fichier des avis (ou ORIANE_FEEDBACK).")
    ] = None,
) -> None:
    """Faire un jeu de questions des avis « Non » dont la question a été jointe.

    Chaque question est à compléter (gold, outcome) et à relire : un nom y est peut-être resté. La note dit le jour, la
    raison et ce qui avait été montré. oriane eval check accepte le fichier tel quel.

    Codes de sortie : 0 écrit, ou rien à écrire ; 2 pas d'avis lisibles, ou le fichier existe déjà.
    """
    from bot.evaluation.opinions import candidates
    from bot.feedback import FeedbackStore
    from bot.web.settings import WebSettings

    settings = WebSettings()
    path = feedback or settings.feedback
    if not path.is_file():
        _fail(f"Aucun fichier d'avis à {path} : le nommer avec --feedback ou ORIANE_FEEDBACK.")
    try:
        found = list(candidates(FeedbackStore(path, settings.feedback_days).all()))
        if not found:
            typer.echo("Aucun avis « Non » avec sa question : rien à écrire.")
            return
        with out.open("x", encoding="utf-8") as file:
            file.writelines(json.dumps(question, ensure_ascii=False) + "\n" for question in found)
    except FileExistsError:
        _fail(f"{out} existe déjà : choisir un autre nom, des questions complétées à la main y sont peut-être.")
    except OSError as error:
        _fail(f"Avis illisibles, ou jeu impossible à écrire : {error}")
    typer.echo(f"{len(found)} questions à compléter : {out}")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(USAGE_ERROR)
