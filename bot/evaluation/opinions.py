"""Thumbs down whose question was joined, as questions of a set, to be completed by a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ingest.text import fold

#: The kind of these questions, until whoever completes one gives it another.
KIND = "opinion"


def candidates(opinions: Iterable[Mapping[str, str | None]]) -> Iterator[dict[str, Any]]:
    """One well-formed question for each that was found wanting, oldest first; asked twice, it is there once.

    `gold` and `outcome` are left out: what was shown was not right, and nobody has said yet what would be. `note` holds
    what is known.
    """
    seen: set[str] = set()
    for opinion in opinions:
        question = opinion["question"]
        if opinion["verdict"] != "down" or not question or not question.strip() or fold(question) in seen:
            continue
        seen.add(fold(question))
        yield {"id": f"avis-{opinion['id']}", "kind": KIND, "question": question, "note": _note(opinion)}


def _note(opinion: Mapping[str, str | None]) -> str:
    shown = f"montré : {opinion['outcome'] or 'issue inconnue'}, {opinion['fiches'] or 'aucune fiche'}"
    return f"avis du {opinion['day']}, {opinion['reason'] or 'sans raison'} ; {shown} ; gold et outcome à compléter"
