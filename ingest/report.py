"""What an ingestion did, as the command prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.fiche import Fiche
from ingest.graph import LinkCounts, Unlinked
from ingest.readers import Rejection


@dataclass
class FormationCounts:
    """What became of the fiches formations."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0


@dataclass
class Report:
    """What an ingestion did. `version` is the one in service afterwards, None when there still is none.

    The counts are those of fiches métiers; `formations` has those of formations, and `links` says what of the graph
    of studies linked and what did not, `unlinked` what exactly. `pruned` says whether what the sources no longer hold
    was removed: never when a file was rejected, since a fiche that cannot be read today is not one withdrawn.
    """

    version: str | None = None
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    ignored: int = 0
    index_entries: int = 0
    rome_names: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    pruned: bool = False
    passages: int = 0
    expressions: int = 0
    formations: FormationCounts = field(default_factory=FormationCounts)
    links: LinkCounts | None = None
    unlinked: tuple[Unlinked, ...] = ()
    embedded: int = 0
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 when all went well, 1 when something was rejected, 2 when nothing at all was usable."""
        if self.version is None or not (self.read or self.formations.read or self.index_entries or self.rome_names):
            return 2
        return 1 if self.rejected else 0

    def to_json(self) -> dict[str, Any]:
        """The report as the command prints it."""
        return asdict(self)


def count_changes(counts: Report | FormationCounts, old: Mapping[str, Fiche], new: Mapping[str, Fiche]) -> None:
    """Count what was added, changed, left unchanged and removed between two states, by id."""
    counts.added = len(new.keys() - old.keys())
    counts.unchanged = sum(old[fiche_id] == fiche for fiche_id, fiche in new.items() if fiche_id in old)
    counts.changed = len(new.keys() & old.keys()) - counts.unchanged
    counts.removed = len(old.keys() - new.keys())
