"""Reads a fiche métier in the Markdown layout of `seeds/metiers/`, which is also that of Onisep's fiches in Markdown.

Two properties of the published files decide everything here. A section's body lost the indent of its first line
only, so `## Salaire` stands flush left although it belongs inside `## Vie professionnelle`: a flush-left `##` opens a
section only when its name is one of the closed list. And literal `<br/>` or `<p>` tags stand in the text: they become
line breaks, exactly as in the XML reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.fiche import LEVEL_KEY, PROSE_SECTIONS, Appellation, FicheMetier, FormationLink, Section
from ingest.readers.blocks import build_blocks
from ingest.readers.bodies import HEADING, Body
from ingest.readers.records import UnreadableFicheError
from ingest.text import fold, squeeze

# A part that ends with no space, then spaces: each is tried once, however many there are.
_KEY = re.compile(r"\*\*(?P<key>[^*:]*[^*:\s])\s*:\s*\*\*\s*(?P<value>.*)")
_FORMATION = re.compile(r"(?P<label>.*\S)\s*\(ID\s*:\s*(?P<id>FOR\.\d+)\)")
_GENDER = re.compile(r"(?P<gender>féminin|masculin)\s*:\s*(?P<form>.+)", re.IGNORECASE)

_FACT_SECTIONS = {fold(name): name for name in ("Autres appellations", "Formations recommandées", "Centres d'intérêt")}
_SECTIONS = _FACT_SECTIONS | {fold(name): name for name in PROSE_SECTIONS}
_KEYS = {fold(key): key for key in ("ID", "Appellations", "Codes ROME", LEVEL_KEY, "Statuts possibles")}


@dataclass(frozen=True)
class _Line:
    number: int
    indented: bool
    text: str


@dataclass
class _Draft:
    """The fiche as read so far; `part` is the section or bold key that the next line belongs to."""

    title: str = ""
    id: str = ""
    part: str = ""
    names: list[list[str | None]] = field(
        default_factory=list
    )  # title, feminine, masculine; the fiche's own name first
    rome: list[str] = field(default_factory=list)
    level: str | None = None
    formations: list[FormationLink] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    interests: list[str] = field(default_factory=list)
    prose: dict[str, Body] = field(default_factory=dict)

    def end_paragraph(self) -> None:
        """Close the paragraph being read, if any."""
        if self.part in self.prose:
            self.prose[self.part].end_paragraph()


def looks_like_fiche(text: str) -> bool:
    """Whether a text has the two opening lines of a fiche in Markdown: a title and a bold key."""
    return bool(re.search(r"^# +\S", text, re.MULTILINE) and re.search(r"^\*\*[^*\n]+:\*\*", text, re.MULTILINE))


def read_markdown(text: str) -> FicheMetier:
    """Read one fiche.

    :raises UnreadableFicheError: when the title or the id is missing, or a line breaks the layout.
    """
    draft = _Draft()
    for line in _lines(text):
        _take(draft, line)
    draft.end_paragraph()
    return _finish(draft)


def _lines(text: str) -> Iterator[_Line]:
    for number, raw in enumerate(text.split("\n"), start=1):
        yield _Line(number, raw.startswith((" ", "\t")), squeeze(raw))


def _take(draft: _Draft, line: _Line) -> None:
    if not line.text or (not line.indented and _opens_part(draft, line)):
        draft.end_paragraph()
    elif draft.part in draft.prose:
        draft.prose[draft.part].take(line.text)
    else:
        _take_fact(draft, line)


def _opens_part(draft: _Draft, line: _Line) -> bool:
    """Whether the line is the title, a top-level section or a bold key; if so the draft moves on to it."""
    heading, key = HEADING.fullmatch(line.text), _KEY.fullmatch(line.text)
    if heading and heading["marks"] == "#" and not draft.title:
        draft.title = heading["text"]
        draft.names.append([draft.title, None, None])
        return True
    if heading and heading["marks"] == "##" and fold(heading["text"]) in _SECTIONS:
        draft.end_paragraph()
        draft.part = _SECTIONS[fold(heading["text"])]
        if draft.part not in _FACT_SECTIONS.values():
            draft.prose.setdefault(draft.part, Body())
        return True
    if key and fold(key["key"]) in _KEYS:
        draft.end_paragraph()
        _take_key(draft, _KEYS[fold(key["key"])], key["value"], line.number)
        return True
    return False


def _take_key(draft: _Draft, key: str, value: str, number: int) -> None:
    draft.part = key
    if key == "ID":
        if not FicheMetier.ID_PATTERN.fullmatch(value):
            raise UnreadableFicheError(f"identifiant mal formé : « {value} » (attendu : MET.123)", number)
        if draft.id:
            raise UnreadableFicheError("deux lignes « **ID:** » : un fichier Markdown contient une seule fiche", number)
        draft.id = value
    elif key == LEVEL_KEY:
        if draft.level:
            raise UnreadableFicheError(f"deux lignes « **{LEVEL_KEY}:** » : n'en garder qu'une", number)
        draft.level = value or None
    elif value:
        reason = f"valeur sur la ligne de « **{key}:** » : écrire en dessous une ligne « - … » par valeur"
        raise UnreadableFicheError(reason, number)


def _take_fact(draft: _Draft, line: _Line) -> None:
    heading = HEADING.fullmatch(line.text)
    if draft.part == "Autres appellations" and heading:
        draft.names.append([heading["text"], None, None])
        return
    item = squeeze(line.text[1:]) if line.text.startswith(("- ", "* ")) else ""
    if not item or not _take_item(draft, item):
        place = f"sous « {draft.part} »" if draft.part else "avant la première section"
        raise UnreadableFicheError(f"ligne inattendue {place} : « {line.text[:60]} »", line.number)


def _take_item(draft: _Draft, item: str) -> bool:
    """File one `- …` line under the part being read; False when it has not the form expected there."""
    gender, formation = _GENDER.fullmatch(item), _FORMATION.fullmatch(item)
    match draft.part:
        case "Appellations" | "Autres appellations" if gender and draft.names:
            draft.names[-1][1 if fold(gender["gender"]) == "feminin" else 2] = gender["form"]
        case "Codes ROME":
            draft.rome.append(item)
        case "Formations recommandées" if formation:
            draft.formations.append(FormationLink(id=formation["id"], label=formation["label"]))
        case "Statuts possibles":
            draft.statuses.append(item)
        case "Centres d'intérêt":
            draft.interests.append(item)
        case _:
            return False
    return True


def _finish(draft: _Draft) -> FicheMetier:
    if not draft.title:
        raise UnreadableFicheError("titre manquant : la première ligne doit être « # nom du métier »", 1)
    if not draft.id:
        raise UnreadableFicheError("identifiant manquant : ajouter « **ID:** MET.123 » sous le titre", 1)
    name, *others = (Appellation(title=str(title), feminine=fem, masculine=masc) for title, fem, masc in draft.names)
    prose = {part: build_blocks(body.events) for part, body in draft.prose.items()}
    return FicheMetier(
        id=draft.id,
        name=name,
        other_names=tuple(others),
        rome=tuple(draft.rome),
        level=draft.level,
        formations=tuple(draft.formations),
        statuses=tuple(draft.statuses),
        interests=tuple(draft.interests),
        sections=tuple(Section(name=part, blocks=prose[part]) for part in PROSE_SECTIONS if prose.get(part)),
    )
