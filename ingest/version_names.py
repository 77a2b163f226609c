"""What versions are called, and the digest of what they hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.fiche import Fiche

_STAMP = "%Y%m%d-%H%M%S-%f"


def content_hash(fiches: Mapping[str, Fiche], hashes: Mapping[str, str], settings: Iterable[Any]) -> str:
    """A digest of everything a version holds: equal digests mean that publishing again would change nothing."""
    digest = hashlib.sha256()
    for fiche_id in sorted(fiches):
        digest.update(fiches[fiche_id].model_dump_json().encode())
    digest.update(json.dumps([sorted(hashes.items()), *settings], ensure_ascii=False, default=str).encode())
    return digest.hexdigest()


def utc_now() -> datetime:
    """The clock of this machine, which may jump."""
    return datetime.now(UTC)


def version_name(content: str, now: datetime, after: str = "") -> str:
    """A name that sorts by date and tells contents apart: `20261124-183000-250000-1a2b3c4d`.

    It sorts after the name `after` even where the clock went backwards: versions sort as they were published.
    """
    name = f"{now:{_STAMP}}-{content[:8]}"
    if name > after:
        return name
    try:
        last = datetime.strptime(after.rpartition("-")[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:  # a name that is not of this kind has no date to go on from
        return name
    return f"{last + timedelta(microseconds=1):{_STAMP}}-{content[:8]}"
