"""Which métiers a list shows, and in which order: exact filters over the fiches' facts, ranked by fit."""

from __future__ import annotations

from bot.answering.lists import Listing
from bot.lexical import LexicalIndex
from bot.retrieval import Ranked
from bot.understanding.constraints import Constraints
from bot.understanding.formations import FormationIndex
from bot.understanding.reading import Reading
from ingest.fiche import FicheMetier
from ingest.library import Version

#: A level without a rank comes after all others.
_NO_RANK = 99


def list_metiers(
    reading: Reading, ranked: Ranked, version: Version, formations: FormationIndex, lexical: LexicalIndex | None = None
) -> Listing:
    """The métiers that answer a list's or a reverse question.

    Over facts the list is complete; the métiers nearest to the words that set its constraints come first (`lexical`).
    With a free topic it is a neighbourhood: the métiers that retrieval ranked, kept when they satisfy the constraints,
    and no total.
    """
    if reading.formations or reading.rome:
        bearers = dict.fromkeys(
            fiche_id for code in (*reading.formations, *reading.rome) for fiche_id in formations.bearers.get(code, {})
        )
        fiches = sorted((version.fiches[fiche_id] for fiche_id in bearers), key=lambda fiche: _by_level(fiche, version))
        return Listing(tuple(fiches), formations=reading.formations, rome=reading.rome, start=reading.start)
    if reading.topic:
        near = dict.fromkeys(passage.fiche_id for passage, _ in ranked)
        kept = (version.fiches[fiche_id] for fiche_id in near)
        fiches = [fiche for fiche in kept if reading.constraints.accept(fiche)]
        return Listing(tuple(fiches), reading.constraints, exact=False, start=reading.start)
    fiches = [fiche for fiche in version.fiches.values() if reading.constraints.accept(fiche)]
    alike = lexical.scores(reading.said)[0] if lexical and _says_what(reading.constraints) else {}
    fiches.sort(key=lambda fiche: (-round(alike.get(fiche.id, 0.0), 1), *_by_fit(fiche, reading.constraints, version)))
    return Listing(tuple(fiches), reading.constraints, start=reading.start)


def _says_what(constraints: Constraints) -> bool:
    """Whether a list is one of what people do, of which the question may say more than its constraints hold."""
    return bool(constraints.interests or constraints.domaines)


def _by_fit(fiche: FicheMetier, constraints: Constraints, version: Version) -> tuple[int, int, int]:
    """The métiers that have little else than what was asked come first: one interest of one, before one of five."""
    spread = len(fiche.interests) if constraints.interests else 0
    spread += len(fiche.domaines) if constraints.domaines else 0
    rank, title = _by_level(fiche, version)
    under_a_ceiling = constraints.levels.high is not None and constraints.levels.low is None
    return (spread, -rank if under_a_ceiling else rank, title)  # what is nearest to the ceiling fits best


def _by_level(fiche: FicheMetier, version: Version) -> tuple[int, int]:
    rank = fiche.level_rank
    return (_NO_RANK if rank is None else rank, version.title_places[fiche.id])
