"""Whether a métier satisfies a list's predicate, recomputed from its fiche.

It shares no code with the filters of the bot: a mistake there must not be able to hide here. Only the domain model is
common (`Fiche` and the order of levels in `ingest.fiche.LEVEL_RANKS`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ingest.fiche import LEVEL_RANKS, FicheMetier
from ingest.text import fold

if TYPE_CHECKING:
    from bot.evaluation.questions import Predicate

_RANKS = {fold(label): rank for label, rank in LEVEL_RANKS.items()}


def level_rank(label: str | None) -> int | None:
    """The rank of a level's label, whatever its case and spaces; None for "autre formation" and unknown labels."""
    return _RANKS.get(fold(label)) if label else None


def satisfies(fiche: FicheMetier, predicate: Predicate) -> bool:
    """Whether the fiche's own facts satisfy every constraint.

    A level without rank satisfies no bound, in either direction. One status of those asked is enough. A domaine is met
    by its name or by that of a sous-domaine. Texts are compared folded: case, accents and kinds of spaces do not count.
    """
    return (
        _level_fits(fiche, predicate)
        and (not predicate.status or _meet(predicate.status, fiche.statuses))
        and (predicate.interest is None or _meet((predicate.interest,), fiche.interests))
        and (predicate.domaine is None or _meet((predicate.domaine,), _domaines(fiche)))
    )


def count_satisfying(fiches: Mapping[str, FicheMetier], predicate: Predicate) -> int:
    """How many métiers of a library satisfy the predicate: the total that a complete list must say."""
    return sum(satisfies(fiche, predicate) for fiche in fiches.values())


def _level_fits(fiche: FicheMetier, predicate: Predicate) -> bool:
    if predicate.level_max is None and predicate.level_min is None:
        return True
    rank, top, bottom = map(level_rank, (fiche.level, predicate.level_max, predicate.level_min))
    return rank is not None and (top is None or rank <= top) and (bottom is None or rank >= bottom)


def _meet(asked: tuple[str, ...], borne: tuple[str, ...]) -> bool:
    return not {fold(text).replace("’", "'") for text in asked}.isdisjoint(fold(t).replace("’", "'") for t in borne)


def _domaines(fiche: FicheMetier) -> tuple[str, ...]:
    return tuple(name for domaine in fiche.domaines for name in (domaine.name, domaine.sub) if name)
