"""`oriane privacy`: what is kept and where, and its deletion. Heavy imports stand inside the command."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from bot.phrases import Phrases
    from bot.privacy import Kept, Place
    from bot.web.settings import WebSettings

NOT_DONE, USAGE_ERROR = 1, 2


def privacy(
    delete: Annotated[
        bool, typer.Option("--delete", help="Effacer les avis et les fichiers de la page, après une confirmation.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Avec --delete : effacer sans demander de confirmation.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Écrire un objet JSON au lieu d'un texte.")] = False,
) -> None:
    """Dire ce qui est gardé, où et depuis quand ; effacer ce qui peut concerner une personne.

    Les dossiers sont ceux des réglages (ORIANE_LIBRARY, ORIANE_CACHE, ORIANE_FEEDBACK). Les fiches et les vecteurs ne
    sont jamais effacés.

    Codes de sortie : 0 dit ou effacé, 1 pas de confirmation, ou quelque chose ne peut pas être lu ou effacé,
    2 réglage refusé.
    """
    from pydantic import ValidationError

    from bot.phrases import load_phrases
    from bot.privacy import kept
    from bot.web.settings import WebSettings
    from ingest.settings import Settings

    phrases = load_phrases("privacy")
    try:
        settings, web = Settings(), WebSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"ORIANE_{'_'.join(map(str, first['loc'])).upper()}"
        _fail(load_phrases("page").say("setting_refused", name=name, value=first["input"]), USAGE_ERROR)
    try:
        if delete:
            _delete(web, yes, phrases)
            return
        found = kept(settings, web)
        if as_json:
            typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=str))
            return
        for line in lines(found, phrases):
            typer.echo(line)
    except OSError as error:
        _fail(phrases.say("failed", reason=error), NOT_DONE)


def lines(found: Kept, phrases: Phrases) -> Iterator[str]:
    """All places with what they hold, those of this machine first."""
    from bot.privacy import ELSEWHERE

    opinions = found.opinions
    counts = {"opinions": opinions.opinions, "questions": opinions.with_question, "days": found.retention_days}
    yield phrases.say("title")
    for place in found.places:
        yield ""
        yield phrases.say(place.name) + (f" ({phrases.say('personal')})" if place.personal else "")
        yield f"  {place.path}"
        yield f"  {_extent(place, phrases)}"
        yield "  " + phrases.say(f"{place.name}_what", **(counts if place.name == "opinions" else {}))
    for name in ELSEWHERE:
        yield ""
        yield phrases.say(name)
        yield "  " + phrases.say(f"{name}_what")
    yield ""
    yield phrases.say("how_to_delete")


def _extent(place: Place, phrases: Phrases) -> str:
    if place.first is None or place.last is None:
        return phrases.say("absent")
    size, first = _weight(place.size), f"{place.first:%d/%m/%Y}"
    if place.first == place.last:
        return phrases.say("one_day", size=size, first=first)
    return phrases.say("days", size=size, first=first, last=f"{place.last:%d/%m/%Y}")


def _weight(size: int) -> str:
    """Bytes as they are said in French: 205 Mo, 12 ko."""
    for unit, bytes_in_it in (("Go", 1e9), ("Mo", 1e6), ("ko", 1e3)):
        if size >= bytes_in_it:
            return f"{size / bytes_in_it:.3g}".replace(".", ",") + f" {unit}"
    return f"{size} o"


def _delete(web: WebSettings, yes: bool, phrases: Phrases) -> None:
    from bot.privacy import delete, personal

    paths = personal(web)
    if not paths:
        typer.echo(phrases.say("nothing_to_delete"))
        return
    if not yes:
        typer.echo(phrases.say("confirm", paths=", ".join(map(str, paths))), nl=False)
        if sys.stdin.readline().strip().lower() != "oui":
            _fail(phrases.say("not_deleted"), NOT_DONE)
    for path in paths:
        delete(path)
        typer.echo(phrases.say("deleted", path=path))


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
