"""All fiches of a version, searched and filtered: what the Explorer shows and what the API's `search` gives.

A text is looked up in names first (every word begins one of a name's words, misspelt ones corrected), then, when no
name holds it, in the everyday words of each métier: the result then says that it is a neighbourhood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.understanding.keys import singular
from bot.understanding.lookup import Tables
from bot.understanding.names import codes_in
from bot.understanding.present_class import PresentClassReader
from bot.understanding.spelling import Speller
from bot.ways import Start
from ingest.fiche import LEVEL_RANKS, FicheMetier
from ingest.formation import Formation
from ingest.text import fold, words

#: Without a name that matches, métiers whose words are at least this near to the best one.
_NEAR = 0.5
_MOST_NEAR = 20
#: In a phrase, a shorter word stands for itself alone.
_SHORTEST_BEGINNING = 4
#: Comes after every level.
_NO_RANK = 99
#: Words of a search that say nothing of a name: "métiers de la mer".
_EMPTY = frozenset(words("le la les un une des de du d l en et a au aux ou metier metiers"))


@dataclass(frozen=True)
class Filters:
    """What is looked for. Empty fields filter nothing; levels are labels of `LEVEL_RANKS`, both ends included."""

    text: str = ""
    level_min: str = ""
    level_max: str = ""
    status: str = ""
    interest: str = ""
    domaine: str = ""
    rome: str = ""

    def accept(self, fiche: FicheMetier) -> bool:
        """Whether the facts of a fiche pass; the text is not one of them."""
        return (
            _within(fiche.level_rank, self.level_min, self.level_max)
            and (not self.status or self.status in fiche.statuses)
            and (not self.interest or self.interest in fiche.interests)
            and (not self.domaine or any(self.domaine in (d.name, d.sub) for d in fiche.domaines))
            and (not self.rome or any(code.upper().startswith(self.rome.strip().upper()) for code in fiche.rome))
        )


@dataclass(frozen=True)
class Found:
    """Métiers that pass; `near` says that no name holds the text and that these are the nearest by their words."""

    fiches: tuple[FicheMetier, ...]
    near: bool = False


@dataclass(frozen=True)
class Choices:
    """The values that filters can take, those that occur in the version alone."""

    levels: tuple[str, ...]
    statuses: tuple[str, ...]
    interests: tuple[str, ...]
    domaines: tuple[tuple[str, tuple[str, ...]], ...]


class Catalogue:
    """The métiers and formations of one version."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.version = tables.version

    def search(self, filters: Filters) -> Found:
        """The métiers that pass all filters, in the order of the alphabet; best match first where a text is given."""
        passing = {fiche.id: fiche for fiche in self._sorted if filters.accept(fiche)}
        if not filters.text.strip():
            return Found(tuple(passing.values()))
        named = [fiche_id for fiche_id in self._named(filters.text) if fiche_id in passing]
        if named:
            return Found(tuple(passing[fiche_id] for fiche_id in named))
        scores = self.tables.lexical.scores(filters.text)[0]
        near = sorted((i for i, score in scores.items() if score >= _NEAR and i in passing), key=lambda i: -scores[i])
        return Found(tuple(passing[fiche_id] for fiche_id in near[:_MOST_NEAR]), near=True)

    def search_formations(self, filters: Filters) -> tuple[Formation, ...]:
        """The formations whose title, sigle or code holds the text, within the levels; other filters are métiers'.

        Where none holds it as it is typed, words that no title holds are read as those that they are misspellings of.
        """
        wanted = _wanted(filters.text)
        corrected = [self._formation_speller.correct(word.strip()) or word for word in wanted]
        return self._formations_of(filters, wanted) or self._formations_of(filters, corrected)

    def _formations_of(self, filters: Filters, wanted: Sequence[str]) -> tuple[Formation, ...]:
        codes = set(codes_in(filters.text))
        return tuple(
            formation
            for formation in self._sorted_formations
            if _within(formation.level_rank, filters.level_min, filters.level_max)
            and (formation.id in codes or _covers(self._formation_words[formation.id], wanted))
        )

    def metiers_of(self, formation: Formation) -> tuple[FicheMetier, ...]:
        """The métiers whose fiche recommends a formation, and those that the formation's fiche names by their title."""
        bearers = self.tables.formations.bearers.get(formation.id, {})
        titled = (self.tables.names.titled(title) for title in formation.metiers)
        ids = dict.fromkeys((*bearers, *(fiche.id for fiche in titled if fiche)))
        return tuple(self.version.fiches[fiche_id] for fiche_id in ids)

    def metier_called(self, name: str) -> FicheMetier | None:
        """The métier that an id or a name stands for, a misspelt one too; the first where several bear it."""
        names = self.tables.names
        fiche = self.version.fiches.get(name) or names.titled(name)
        named = (match.fiches[0] for match in names.find(name))
        return fiche or next((self.version.fiches[fiche_id] for fiche_id in named), None)

    def place_called(self, name: str) -> Start | None:
        """The class or the diploma that somebody has reached, by its name: "3e", "terminale STMG", "CAP pâtissier"."""
        return self._classes.named(name)

    @cached_property
    def _classes(self) -> PresentClassReader:
        return PresentClassReader(self.tables.formation_names)

    @cached_property
    def choices(self) -> Choices:
        """What the filters offer."""
        fiches = self.version.fiches.values()
        ranks = {fiche.level_rank for fiche in fiches}
        tree: dict[str, set[str]] = {}
        for fiche in fiches:
            for domaine in fiche.domaines:
                tree.setdefault(domaine.name, set()).update({domaine.sub} if domaine.sub else ())
        return Choices(
            levels=tuple(level for level, rank in LEVEL_RANKS.items() if rank in ranks),
            statuses=_alphabetical({status for fiche in fiches for status in fiche.statuses}),
            interests=_alphabetical({interest for fiche in fiches for interest in fiche.interests}),
            domaines=tuple((name, _alphabetical(tree[name])) for name in _alphabetical(tree)),
        )

    def _named(self, text: str) -> Iterable[str]:
        """Métiers by code, by the words of their names, and by what a question with this text would name."""
        found = dict.fromkeys(code for code in codes_in(text) if code in self.version.fiches)
        wanted = _wanted(text)
        names = self.tables.names
        corrected = [word if self._begins(word) else names.correct(word.strip()) or word for word in wanted]
        for sought in dict.fromkeys((tuple(wanted), tuple(corrected))):
            found |= dict.fromkeys(self._by_words(sought) if sought else ())
        found |= dict.fromkeys(fiche_id for match in names.find(text) for fiche_id in match.fiches)
        return found

    def _by_words(self, wanted: Sequence[str]) -> list[str]:
        """Métiers of which one name holds all words, those whose own title does first."""
        ranked = []
        for fiche_id, names in self._names.items():
            places = [place for place, name in enumerate(names) if _covers(name, wanted)]
            if places:
                ranked.append(
                    (places[0] > 0, len(names[places[0]]), fold(self.version.fiches[fiche_id].title), fiche_id)
                )
        return [fiche_id for *_, fiche_id in sorted(ranked)]

    def _begins(self, word: str) -> bool:
        return any(f"{known} ".startswith(word) for known in self._known)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(word for names in self._names.values() for name in names for word in name)

    @cached_property
    def _names(self) -> dict[str, list[list[str]]]:
        """The words of every name of every métier, the title's genders first."""
        return {
            fiche.id: [
                [singular(word) for word in words(form)]
                for name in (fiche.name, *fiche.other_names)
                for form in name.forms[::-1]
            ]
            for fiche in self.version.fiches.values()
        }

    @cached_property
    def _sorted(self) -> list[FicheMetier]:
        return sorted(self.version.fiches.values(), key=lambda fiche: fold(fiche.title))

    @cached_property
    def _sorted_formations(self) -> list[Formation]:
        return sorted(self.version.formations.values(), key=lambda formation: fold(formation.title))

    @cached_property
    def _formation_words(self) -> dict[str, list[str]]:
        return {
            formation.id: [singular(word) for word in words(f"{formation.title} {formation.sigle or ''}")]
            for formation in self._sorted_formations
        }

    @cached_property
    def _formation_speller(self) -> Speller:
        return Speller((), Counter(word for title in self._formation_words.values() for word in title))


def _wanted(text: str) -> list[str]:
    """The words that a name must hold: as beginnings, which one types, but whole where a short one stands in a phrase.

    "psy" begins psychologue; "métiers de la mer" is not about merchandising. A whole word ends with a space.
    """
    typed = words(text)
    return [
        singular(word) + (" " if len(typed) > 1 and len(word) < _SHORTEST_BEGINNING else "")
        for word in typed
        if word not in _EMPTY
    ]


def _covers(name: Sequence[str], wanted: Iterable[str]) -> bool:
    return all(any(f"{word} ".startswith(start) for word in name) for start in wanted)


def _within(rank: int | None, low: str, high: str) -> bool:
    if not low and not high:
        return True
    return rank is not None and LEVEL_RANKS.get(low.lower(), 0) <= rank <= LEVEL_RANKS.get(high.lower(), _NO_RANK)


def _alphabetical(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(values, key=fold))
