"""A formation's title, taken apart into what people say of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """The keys of a title after its kind: all, those before its option or parcours (`core`) and after (`variant`).

    `initials` are the first letters of its first words, `runs` those of any words in a row.
    """

    id: str
    keys: tuple[str, ...]
    core: tuple[str, ...]
    variant: tuple[str, ...]
    initials: frozenset[str]
    runs: frozenset[str]
    sigle: str
