"""A *fiche formation*: what it is called, its facts of a few words, its prose, and the métiers it names by title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.fiche import LEVEL_RANKS, Block, Facts, Fiche, FormationSectionName, Section, list_section
from ingest.text import fold

ONISEP_FORMATION_URL = "https://www.onisep.fr/http/redirection/formation/slug/{id}"

FORMATION_PROSE: tuple[FormationSectionName, ...] = ("Description", "Accès", "Attendus", "Poursuite d'études")

DURATION_KEY, CERTIFICATION_KEY = "Durée", "Niveau de certification"

#: What the State's levels of certification are on the scale of the métiers' levels (decree 2019-14). Level 6 is that
#: of bac + 3 and of bac + 4: the lower one stands here. A formation that is not registered has no level.
CERTIFICATION_LEVELS: dict[str, str] = {
    "niveau 3": "cap ou équivalent",
    "niveau 4": "bac ou équivalent",
    "niveau 5": "bac + 2",
    "niveau 6": "bac + 3",
    "niveau 7": "bac + 5",
    "niveau 8": "bac + 8",
}
_MONTHS = {"mois": 1, "an": 12, "ans": 12}
_DURATION = re.compile(r"(\d{1,2}) (mois|ans?)")
_BAC = LEVEL_RANKS["bac ou équivalent"]


class Formation(Fiche):
    """A *fiche formation*. Facts are kept as published; `duration_months` and `level_rank` read them as numbers."""

    ID_PATTERN = re.compile(r"FOR\.\d{1,9}", re.ASCII)

    name: str
    sigle: str | None = None
    code: str | None = None
    duration: str | None = None
    certification: str | None = None
    type: str | None = None
    link: str | None = None
    metiers: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title as published (`BP boulanger`)."""
        return self.name

    @property
    def url(self) -> str:
        """The fiche's page at Onisep."""
        return ONISEP_FORMATION_URL.format(id=self.id)

    @property
    def searched_names(self) -> tuple[str, ...]:
        """The title, then the sigle."""
        return (self.name, self.sigle) if self.sigle else (self.name,)

    @property
    def duration_months(self) -> int | None:
        """How long the formation lasts by itself, in months; None where that is not said as one number.

        It counts from where the formation begins, not from the bac: 36 for most engineering schools, which begin two
        years after it, 12 for the bac général, of which the fiche describes the last class.
        """
        said = _DURATION.fullmatch(fold(self.duration or ""))
        return int(said[1]) * _MONTHS[said[2]] if said else None

    @property
    def level_rank(self) -> int | None:
        """The place of its level of certification among the levels of métiers (`LEVEL_RANKS`).

        None where the fiche states no level, and where its duration alone goes beyond it (ten years of medicine are
        niveau 7, which is that of bac + 5): the level then does not say where the formation ends.
        """
        level = CERTIFICATION_LEVELS.get(fold(self.certification or ""))
        if level is None:
            return None
        rank, months = LEVEL_RANKS[level], self.duration_months or 0
        return None if rank > _BAC and months > 12 * (rank - _BAC) else rank

    @property
    def facts(self) -> Facts:
        """Title, sigle, code scolarité, type, duration in months, level of certification and its rank, métiers."""
        return {
            "title": self.title,
            "sigle": self.sigle,
            "code": self.code,
            "type": self.type,
            "duration_months": self.duration_months,
            "certification": self.certification,
            "level_rank": self.level_rank,
            "metiers": list(self.metiers),
        }

    def citable_sections(self) -> Iterator[Section]:
        """Facts, each a passage of its own rendered as a line of the Markdown fiche, then prose, then métiers."""
        yield Section(name="Identité", blocks=tuple(self._identity_blocks()))
        general = ((DURATION_KEY, self.duration), (CERTIFICATION_KEY, self.certification))
        blocks = tuple(Block(path=(key,), text=f"{key}: {value}") for key, value in general if value)
        if blocks:
            yield Section(name="Informations générales", blocks=blocks)
        yield from (section for section in self.sections if section.blocks)
        yield from list_section("Métiers associés", self.metiers)

    def _identity_blocks(self) -> Iterator[Block]:
        names = f"{self.name}\nSigle: {self.sigle}" if self.sigle else self.name
        yield Block(path=("Appellations",), text=names)
        for key, value in (("Type", self.type), ("Code scolarité", self.code), ("Lien", self.link)):
            if value:
                yield Block(path=(key,), text=f"{key}: {value}")
