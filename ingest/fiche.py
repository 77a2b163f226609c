"""The domain's words: a fiche, its sections, the names of a métier, the formations it points to.

Everything is frozen and comparable: two readers of two formats give *equal* fiches. Text is kept as
published (NFC only); matching is done elsewhere, on a folded copy (`ingest.text.fold`).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, field_validator

ONISEP_METIER_URL = "https://www.onisep.fr/http/redirection/metier/slug/{id}"

MetierSectionName = Literal[
    "Identité",
    "Présentation",
    "En bref",
    "Nature du travail",
    "Compétences requises",
    "Conditions de travail",
    "Vie professionnelle",
    "Accès au métier",
    "Formations recommandées",
    "Statuts possibles",
    "Centres d'intérêt",
]

FormationSectionName = Literal[
    "Identité",
    "Informations générales",
    "Description",
    "Accès",
    "Attendus",
    "Poursuite d'études",
    "Métiers associés",
]

SectionName = Literal[MetierSectionName, FormationSectionName]

PROSE_SECTIONS: tuple[MetierSectionName, ...] = (
    "Présentation",
    "En bref",
    "Nature du travail",
    "Compétences requises",
    "Conditions de travail",
    "Vie professionnelle",
    "Accès au métier",
)

LEVEL_KEY = "Niveau d'accès minimum"

#: Onisep's minimum levels, in order; "autre formation" has no rank: no order holds for it.
LEVEL_RANKS: dict[str, int] = {
    "sans diplôme": 0,
    "3e": 1,
    "diplôme national du brevet": 2,
    "cap ou équivalent": 3,
    "cap ou équivalent + 1 an": 4,
    "bac ou équivalent": 5,
    **{f"bac + {years}": 5 + years for years in range(1, 9)},
    "bac + 9 et plus": 14,
}


#: Structured facts of a fiche, as the index keeps them beside each passage.
Facts = Mapping[str, str | int | list[str] | None]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Appellation(_Frozen):
    """One name of a métier: the title as published, and its two grammatical genders where the source gives them."""

    title: str
    feminine: str | None = None
    masculine: str | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        """Every distinct written form, the published title first."""
        return tuple(dict.fromkeys(form for form in (self.title, self.feminine, self.masculine) if form))


class FormationLink(_Frozen):
    """A formation that a métier fiche recommends: its Onisep id (`FOR.5574`) and its label as published."""

    id: str
    label: str


class Domaine(_Frozen):
    """A place in Onisep's tree of domaines (20, with 128 sous-domaines): navigation, never quoted."""

    name: str
    sub: str | None = None


class RomeLabel(_Frozen):
    """France Travail's label of a ROME code, as Onisep's métier index gives it."""

    code: str
    label: str


class Block(_Frozen):
    """The text that stands under one leaf heading.

    `path` holds the headings inside the section, outermost first (empty for a section's opening text);
    `text` holds paragraphs separated by a blank line, `<br/>` as a line break, list items as `- …`.
    """

    path: tuple[str, ...] = ()
    text: str = ""

    @property
    def heading(self) -> str:
        """The heading path as it is shown: `Salaire › Salaire du débutant`."""
        return " › ".join(self.path)


class Section(_Frozen):
    """A section of a fiche, by its canonical name, as blocks in reading order."""

    name: SectionName
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The section's text without its headings, blocks separated by a blank line."""
        return "\n\n".join(block.text for block in self.blocks if block.text)


class Fiche(_Frozen, ABC):
    """What every fiche has in common, whatever it describes: passages, citations and links hang on this."""

    id: str
    sections: tuple[Section, ...] = ()

    ID_PATTERN: ClassVar[re.Pattern[str]]

    @field_validator("id")
    @classmethod
    def _id_is_well_formed(cls, value: str) -> str:
        if not cls.ID_PATTERN.fullmatch(value):
            raise ValueError(f"identifiant mal formé : {value!r}")
        return value

    @property
    @abstractmethod
    def title(self) -> str:
        """The title as published."""

    @property
    @abstractmethod
    def url(self) -> str:
        """The page of this fiche at its publisher."""

    @property
    def searched_names(self) -> tuple[str, ...]:
        """The names that a passage of this fiche carries in its embedded text, most important first."""
        return (self.title,)

    @property
    def facts(self) -> Facts:
        """The facts that the index keeps beside each passage of this fiche."""
        return {"title": self.title}

    def citable_sections(self) -> Iterator[Section]:
        """Every section that can be quoted, in reading order: here the prose alone."""
        yield from self.sections

    def section(self, name: SectionName) -> Section | None:
        """The citable section of that name, or None where the fiche has none."""
        return next((section for section in self.citable_sections() if section.name == name), None)


class FicheMetier(Fiche):
    """A *fiche métier*: names, facts of closed vocabularies, and prose sections."""

    ID_PATTERN = re.compile(r"MET\.\d{1,9}", re.ASCII)

    name: Appellation
    other_names: tuple[Appellation, ...] = ()
    rome: tuple[str, ...] = ()
    level: str | None = None
    formations: tuple[FormationLink, ...] = ()
    statuses: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    domaines: tuple[Domaine, ...] = ()
    rome_labels: tuple[RomeLabel, ...] = ()

    @property
    def title(self) -> str:
        """The title as published, slash form included (`ingénieur/e cloud computing`)."""
        return self.name.title

    @property
    def url(self) -> str:
        """The fiche's page at Onisep."""
        return ONISEP_METIER_URL.format(id=self.id)

    @property
    def searched_names(self) -> tuple[str, ...]:
        """Both genders of the title, then the titles of the other appellations."""
        own = (self.name.feminine, self.name.masculine) if self.name.feminine else (self.name.title,)
        return tuple(dict.fromkeys(name for name in (*own, *(other.title for other in self.other_names)) if name))

    @property
    def level_rank(self) -> int | None:
        """The place of the level among all levels, or None when it is absent or has no rank."""
        return _rank_of(self.level) if self.level else None

    @property
    def facts(self) -> Facts:
        """Title, level and its rank, ROME codes, statuses, interests, formation ids and names of domaines."""
        return {
            "title": self.title,
            "level": self.level,
            "level_rank": self.level_rank,
            "rome": list(self.rome),
            "statuses": list(self.statuses),
            "interests": list(self.interests),
            "formations": [formation.id for formation in self.formations],
            "domaines": list(dict.fromkeys(domaine.name for domaine in self.domaines)),
        }

    def citable_sections(self) -> Iterator[Section]:
        """Prose sections and structured facts, facts rendered exactly as the lines of the Markdown fiche."""
        prose = {section.name: section for section in self.sections}
        yield Section(name="Identité", blocks=tuple(self._identity_blocks()))
        for name in PROSE_SECTIONS:
            blocks = prose[name].blocks if name in prose else ()
            if name == "Accès au métier" and self.level:
                blocks = (*blocks, Block(path=(LEVEL_KEY,), text=f"{LEVEL_KEY}: {self.level}"))
            if blocks:
                yield Section(name=name, blocks=blocks)
        yield from list_section("Formations recommandées", [f"{f.label} (ID: {f.id})" for f in self.formations])
        yield from list_section("Statuts possibles", self.statuses)
        yield from list_section("Centres d'intérêt", self.interests)

    def _identity_blocks(self) -> Iterator[Block]:
        lines = "\n".join((self.name.title, f"ID: {self.id}", *_gender_lines(self.name)))
        yield Block(path=("Appellations",), text=lines)
        if self.other_names:
            others = "\n\n".join("\n".join((name.title, *_gender_lines(name))) for name in self.other_names)
            yield Block(path=("Autres appellations",), text=others)
        if self.rome:
            yield Block(path=("Codes ROME",), text="\n".join(f"- {code}" for code in self.rome))


@lru_cache(maxsize=256)  # a list asks it of every fiche, and there are sixteen labels
def _rank_of(level: str) -> int | None:
    return LEVEL_RANKS.get(" ".join(level.lower().split()))


def _gender_lines(name: Appellation) -> Iterator[str]:
    if name.feminine:
        yield f"- Féminin: {name.feminine}"
    if name.masculine:
        yield f"- Masculin: {name.masculine}"


def list_section(name: SectionName, items: Sequence[str]) -> Iterator[Section]:
    """A section that is a list of facts, one `- …` line each; none without facts."""
    if items:
        yield Section(name=name, blocks=(Block(text="\n".join(f"- {item}" for item in items)),))
