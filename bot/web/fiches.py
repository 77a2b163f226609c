"""A fiche as the page and the printed sheet lay it out: its facts, its sections, and where its links lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.catalogue import Catalogue
from bot.phrases import Phrases
from bot.understanding.intents import Intents
from bot.web.drawings import ladder
from ingest.fiche import Block, FicheMetier
from ingest.formation import Formation
from ingest.text import slug


@dataclass(frozen=True)
class Link:
    """A métier or formation that a fiche names; `view` is empty when the library has no fiche of it."""

    label: str
    id: str = ""
    view: str = ""


@dataclass(frozen=True)
class SheetSection:
    """A section as it is shown: blocks of text, or links."""

    name: str
    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def anchor(self) -> str:
        """The end of its id in the page."""
        return slug(self.name)


class FicheSheets:
    """What the templates of a fiche need."""

    def __init__(self, catalogue: Catalogue, phrases: Phrases, intents: Intents) -> None:
        self._catalogue = catalogue
        self._phrases = phrases
        self._intents = intents

    def metier(self, fiche: FicheMetier) -> dict[str, Any]:
        """Everything that the sheet of a métier shows."""
        return {
            "fiche": fiche,
            "picture": self._picture(fiche),
            "salary": self._salary(fiche),
            "sections": list(self._metier_sections(fiche)),
        }

    def formation(self, formation: Formation) -> dict[str, Any]:
        """Everything that the sheet of a formation shows."""
        return {"fiche": formation, "sections": list(self._formation_sections(formation))}

    def _picture(self, fiche: FicheMetier) -> Any:
        rank = fiche.level_rank
        return None if rank is None else ladder(rank, self._phrases.say("ladder_name", level=fiche.level))

    def _salary(self, fiche: FicheMetier) -> str | None:
        """The passage on the starting salary, word for word."""
        intent = self._intents.named("salary")
        passages = self._catalogue.version.by_fiche[fiche.id]
        return next((passage.text for passage in passages if intent.covers(passage)), None)

    def _metier_sections(self, fiche: FicheMetier) -> Iterator[SheetSection]:
        formations = self._catalogue.version.formations
        for section in fiche.citable_sections():
            if section.name == "Identité":  # it is the head of the sheet
                continue
            if section.name == "Formations recommandées":
                links = (Link(f.label, f.id, "formation" if f.id in formations else "") for f in fiche.formations)
                yield SheetSection(section.name, links=tuple(links))
            else:
                yield SheetSection(section.name, blocks=section.blocks)

    def _formation_sections(self, formation: Formation) -> Iterator[SheetSection]:
        titled = self._catalogue.tables.names.titled
        for section in formation.sections:
            yield SheetSection(section.name, blocks=section.blocks)
        if formation.metiers:
            named = ((title, titled(title)) for title in formation.metiers)
            links = (Link(title, fiche.id, "metier") if fiche else Link(title) for title, fiche in named)
            yield SheetSection("Métiers associés", links=tuple(links))
        bearers = [fiche for fiche in self._catalogue.metiers_of(formation) if fiche.title not in formation.metiers]
        if bearers:
            links = (Link(fiche.title, fiche.id, "metier") for fiche in bearers)
            yield SheetSection(self._phrases.say("recommended_by"), links=tuple(links))
