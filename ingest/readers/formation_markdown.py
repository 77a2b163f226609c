"""Reads a fiche formation in the Markdown layout of `seeds/formations/`, which is also that of Onisep's in Markdown.

The file does not say the formation's id: its name does (`FOR.622_bp_….md`). As in fiches métiers a section's body lost
the indent of its first line only, so a flush-left `##` opens a section only when its name is one of the closed list. A
section may begin with its own name once more, as a heading or as plain text (`## Accès`, `### Accès`): said once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.fiche import Section
from ingest.formation import FORMATION_PROSE, Formation
from ingest.readers.blocks import Event, build_blocks
from ingest.readers.bodies import HEADING, Body
from ingest.readers.records import UnreadableFicheError
from ingest.text import fold, squeeze

_GENERAL, _METIERS = "Informations générales", "Métiers associés"
_SECTIONS = {fold(name): name for name in (_GENERAL, _METIERS, *FORMATION_PROSE)}
#: The bold keys of the general information, and the fact of a `Formation` that each gives.
_FACTS = {
    "ID": "id",
    "Sigle": "sigle",
    "Code scolarité": "code",
    "Durée": "duration",
    "Niveau de certification": "certification",
    "Type": "type",
    "Lien": "link",
}
_KEYS = {fold(key): key for key in _FACTS}
_KEY = re.compile(r"\*\*(?P<key>[^*:]*[^*:\s])\s*:\s*\*\*\s*(?P<value>.*)")
_LINK = re.compile(r"(?:\[[^\]]*\]\()?(?P<address>https?://[^\s)]+)\)?")
_ID_OF_NAME = re.compile(r"FOR\.\d{1,9}(?!\d)", re.ASCII)
_FIRST_SECTION = re.compile(r"^##(?!#)[ \t]*(.*)$", re.MULTILINE)


@dataclass
class _Draft:
    """The fiche as read so far; `part` is the section that the next line belongs to."""

    title: str = ""
    part: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    prose: dict[str, Body] = field(default_factory=dict)
    metiers: list[str] = field(default_factory=list)


def looks_like_formation(text: str) -> bool:
    """Whether the first section of a text in Markdown is that of a formation's general information."""
    first = _FIRST_SECTION.search(text)
    return first is not None and fold(first[1]) == fold(_GENERAL)


def read_formation(text: str, name: str) -> Formation:
    """Read one fiche formation; `name` is its file's, which begins with the formation's id.

    :raises UnreadableFicheError: when the title or the id is missing, or a line breaks the layout.
    """
    draft = _Draft()
    for number, raw in enumerate(text.split("\n"), start=1):
        _take(draft, squeeze(raw), number, indented=raw.startswith((" ", "\t")))
    for body in draft.prose.values():
        body.end_paragraph()
    return _finish(draft, name)


def _take(draft: _Draft, line: str, number: int, indented: bool) -> None:
    body = draft.prose.get(draft.part)
    if not indented and _opens_part(draft, line):
        return
    if body is None and line:
        _take_fact(draft, line, number)
    elif body and line:
        body.take(line)
    elif body:
        body.end_paragraph()


def _opens_part(draft: _Draft, line: str) -> bool:
    """Whether the line is the title or a section; if so the draft moves on to it."""
    heading = HEADING.fullmatch(line)
    if heading and heading["marks"] == "#" and not draft.title:
        draft.title = heading["text"]
        return True
    if heading and heading["marks"] == "##" and fold(heading["text"]) in _SECTIONS:
        draft.part = _SECTIONS[fold(heading["text"])]
        if draft.part in FORMATION_PROSE:
            draft.prose.setdefault(draft.part, Body()).end_paragraph()
        return True
    return False


def _take_fact(draft: _Draft, line: str, number: int) -> None:
    key = _KEY.fullmatch(line)
    item = squeeze(line[1:]) if line.startswith(("- ", "* ")) else ""
    if draft.part == _GENERAL and key and fold(key["key"]) in _KEYS:
        _take_key(draft, _KEYS[fold(key["key"])], key["value"], number)
    elif draft.part == _METIERS and item:
        draft.metiers.append(item)
    else:
        place = f"sous « {draft.part} »" if draft.part else "avant la première section"
        raise UnreadableFicheError(f"ligne inattendue {place} : « {line[:60]} »", number)


def _take_key(draft: _Draft, key: str, value: str, number: int) -> None:
    fact = _FACTS[key]
    if fact in draft.facts:
        raise UnreadableFicheError(f"deux lignes « **{key}:** » : n'en garder qu'une", number)
    if key == "ID" and not Formation.ID_PATTERN.fullmatch(value):
        raise UnreadableFicheError(f"identifiant mal formé : « {value} » (attendu : FOR.123)", number)
    if key == "Lien" and value:
        link = _LINK.fullmatch(value)
        if not link:
            raise UnreadableFicheError(f"lien mal formé : « {value[:60]} » (attendu : https://…)", number)
        value = link["address"]
    if value:
        draft.facts[fact] = value


def _finish(draft: _Draft, name: str) -> Formation:
    if not draft.title:
        raise UnreadableFicheError("titre manquant : la première ligne doit être « # nom de la formation »", 1)
    facts = {"id": _id_of(name, draft.facts.get("id")), **{k: v for k, v in draft.facts.items() if k != "id"}}
    blocks = {part: build_blocks(_without_own_name(body.events, part)) for part, body in draft.prose.items()}
    sections = tuple(Section(name=part, blocks=blocks[part]) for part in FORMATION_PROSE if blocks.get(part))
    return Formation.model_validate(
        {"name": draft.title, "metiers": tuple(draft.metiers), "sections": sections, **facts}
    )


def _id_of(name: str, said: str | None) -> str:
    """The id that the file's name begins with, else the one that the file says; both must agree."""
    found = _ID_OF_NAME.match(re.split(r"[/\\!]", name)[-1])
    if found and said and found[0] != said:
        raise UnreadableFicheError(f"le nom du fichier dit {found[0]}, la fiche dit {said} : corriger l'un des deux")
    if found or said:
        return found[0] if found else str(said)
    raise UnreadableFicheError("identifiant manquant : nommer le fichier « FOR.123_titre.md » ou ajouter « **ID:** »")


def _without_own_name(events: list[Event], part: str) -> list[Event]:
    """The body without a first line that only says the section's name again."""
    return events[1:] if events and fold(events[0].text) == fold(part) and len(events) > 1 else events
