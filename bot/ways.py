"""The words of study paths: where somebody stands, the stages of a way into a métier, and the ways that were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.bacs import Bac
from ingest.fiche import FicheMetier, SectionName


@dataclass(frozen=True)
class Start:
    """Where somebody stands today: a class, or a diploma.

    `label` is shown; `rank` is its place among the levels (`LEVEL_RANKS`); `kinds` are the names by which fiches open
    their formations to it (`ingest.kinds`); `formations` are the ids it is called by, where it names some; `bac` is the
    bac that a class of lycée prepares, or that a bachelier has.
    """

    label: str
    rank: int
    kinds: frozenset[str]
    formations: tuple[str, ...] = ()
    bac: Bac | None = None


@dataclass(frozen=True)
class Said:
    """Where an arrow stands: the words of a section of a fiche."""

    source: str
    section: SectionName
    words: str


@dataclass(frozen=True)
class Stage:
    """One step of a way. A class or a diploma that fiches name without saying which has no id.

    `by` says what leads here from the stage before; None for the start, and where no fiche says it.
    """

    kind: Literal["class", "formation", "metier"]
    title: str
    id: str | None = None
    by: Said | None = None


@dataclass(frozen=True)
class Way:
    """From today's class (first) to the métier (last). `months` adds up the formations after `counted_from`.

    `months` is None when the fiche of one of them gives no duration. Without `is_said` no fiche says how the first
    formation is entered.
    """

    stages: tuple[Stage, ...]
    months: int | None
    counted_from: str
    rank: int | None
    is_said: bool = True

    @property
    def formations(self) -> tuple[str, ...]:
        """The ids of its formations, in order."""
        return tuple(stage.id for stage in self.stages if stage.kind == "formation" and stage.id)


@dataclass(frozen=True)
class Ways:
    """What the fiches say of how to get from a start to a métier: the ways, shortest first, each with another end.

    `unsaid` are the other formations that the métier's fiche names: no fiche says how one gets there from the start.
    `below` says that no way reaches the métier's minimum level.
    """

    metier: FicheMetier
    start: Start
    ways: tuple[Way, ...] = ()
    unsaid: tuple[str, ...] = ()
    below: bool = False

    @property
    def shortest(self) -> Way | None:
        """The way of the lowest level that suffices, then of the least months; None where there is none."""
        return self.ways[0] if self.ways else None
