"""Reads France Travail's job names (`unix_referentiel_appellation_…csv`), for the names that no fiche bears."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from ingest.readers.records import RomeName
from ingest.text import squeeze

_NAME, _CODE = "libelle_appellation_long", "code_rome"


def looks_like_rome(text: str) -> bool:
    """Whether a text begins with the header of the file of job names."""
    header = text.split("\n", 1)[0]
    return _NAME in header and _CODE in header


def read_rome(text: str) -> Iterator[RomeName]:
    """Yield every written form of every job name: `Abatteur / Abatteuse de carrière` gives both genders."""
    for row in csv.DictReader(text.splitlines()):
        code = squeeze(row.get(_CODE) or "")
        for name in _forms(squeeze(row.get(_NAME) or "")):
            if name and code:
                yield RomeName(name, code)


def _forms(name: str) -> tuple[str, ...]:
    """The genders are separated by a slash; what follows the second holds for both."""
    first, slash, second = name.partition(" / ")
    if not slash:
        return (name,)
    ending = second.split()[len(first.split()) :]
    return (" ".join((first, *ending)), second)
