"""What the indexes of the next version lose and gain, compared with those of the version in service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.library import Change, Contents, Indexed

#: Beyond this share of changed passages a new index beats a copy of the old one, which keeps the deleted as holes.
REBUILD_SHARE = 0.3


@dataclass(frozen=True)
class Changes:
    """The version whose indexes to start from, None to start anew, and what changes in each of them."""

    base: str | None
    passages: Change
    expressions: Change


def hashes_of(entries: Sequence[Indexed]) -> dict[str, str]:
    """What an index of these entries holds, by id."""
    return {entry.id: entry.content_hash for entry in entries}


def changes_since(old: Contents | None, passages: Sequence[Indexed], expressions: Sequence[Indexed]) -> Changes:
    """The smallest changes to the indexes of `old`; everything anew when there are none or when most of it changed."""
    if old is not None:
        change = _difference(old.passage_hashes, passages)
        if len(change.deleted) + len(change.added) < REBUILD_SHARE * len(passages):
            return Changes(old.manifest.version, change, _difference(old.expression_hashes, expressions))
    return Changes(None, Change((), tuple(passages)), Change((), tuple(expressions)))


def _difference(before: Mapping[str, str], entries: Sequence[Indexed]) -> Change:
    after = hashes_of(entries)
    deleted = tuple(entry_id for entry_id in before if after.get(entry_id) != before[entry_id])
    return Change(deleted, tuple(entry for entry in entries if before.get(entry.id) != after[entry.id]))
