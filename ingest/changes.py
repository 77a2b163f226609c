"""What the indexes of the next version lose and gain, compared with those of the version in service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.library import Change, Contents, Indexed

#: Beyond this share of changed passages a new index beats a copy of the old one, which keeps the deleted as holes.
REBUILD_SHARE = 0.3


@dataclass(frozen=True)
class Entries:
    """Everything that the indexes of a version hold, one sequence for each index."""

    passages: Sequence[Indexed]
    expressions: Sequence[Indexed] = ()
    formation_passages: Sequence[Indexed] = ()

    @property
    def hashes(self) -> dict[str, str]:
        """What the indexes hold, all together, by id."""
        return hashes_of([*self.passages, *self.expressions, *self.formation_passages])


@dataclass(frozen=True)
class Changes:
    """The version whose indexes to start from, None to start anew, and what changes in each of them."""

    base: str | None
    passages: Change
    expressions: Change
    formation_passages: Change

    @property
    def texts(self) -> list[str]:
        """The texts of passages whose vectors are needed."""
        return [entry.embedded_text for change in (self.passages, self.formation_passages) for entry in change.added]

    @property
    def said(self) -> list[str]:
        """The texts of expressions whose vectors are needed, as those of questions."""
        return [entry.embedded_text for entry in self.expressions.added]


def hashes_of(entries: Sequence[Indexed]) -> dict[str, str]:
    """What an index of these entries holds, by id."""
    return {entry.id: entry.content_hash for entry in entries}


def changes_since(old: Contents | None, entries: Entries) -> Changes:
    """The smallest changes to the indexes of `old`; everything anew when there are none or when most of it changed."""
    if old is not None:
        passages = _difference(old.passage_hashes, entries.passages)
        formations = _difference(old.formation_hashes, entries.formation_passages)
        if not _is_most_of(passages, entries.passages) and not (
            formations.deleted and _is_most_of(formations, entries.formation_passages)
        ):
            expressions = _difference(old.expression_hashes, entries.expressions)
            return Changes(old.manifest.version, passages, expressions, formations)
    whole = (Change((), tuple(part)) for part in (entries.passages, entries.expressions, entries.formation_passages))
    return Changes(None, *whole)


def _is_most_of(change: Change, entries: Sequence[Indexed]) -> bool:
    return len(change.deleted) + len(change.added) >= REBUILD_SHARE * len(entries)


def _difference(before: Mapping[str, str], entries: Sequence[Indexed]) -> Change:
    after = hashes_of(entries)
    deleted = tuple(entry_id for entry_id in before if after.get(entry_id) != before[entry_id])
    return Change(deleted, tuple(entry for entry in entries if before.get(entry.id) != after[entry.id]))
