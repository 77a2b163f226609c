"""What a reader yields: fiches with the place they stood at, entries of companion files, rejections."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.fiche import Domaine, FicheMetier, RomeLabel
from ingest.formation import Formation


@dataclass(frozen=True)
class Source:
    """A candidate file: the name shown in reports (`folder/MET.1.md`, `fiches.zip!MET.1.md`) and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class ReadFiche:
    """A fiche and where it was read, so that a later complaint (two fiches with one id) can say where."""

    fiche: FicheMetier | Formation
    source: str
    line: int


@dataclass(frozen=True)
class IndexEntry:
    """What Onisep's métier index adds to a fiche: its domaines and the labels of its ROME codes."""

    fiche_id: str
    domaines: tuple[Domaine, ...]
    rome_labels: tuple[RomeLabel, ...]


@dataclass(frozen=True)
class RomeName:
    """One of France Travail's job names and the ROME code that it falls under."""

    name: str
    code: str


@dataclass(frozen=True)
class Rejection:
    """Something that was not ingested, why, and how to mend it. `line` is None when no line can be named."""

    path: str
    line: int | None
    reason: str


Record = ReadFiche | IndexEntry | RomeName | Rejection


class UnreadableFicheError(ValueError):
    """A fiche that breaks the layout. `reason` is one French sentence for the operator; `line` counts from 1."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
