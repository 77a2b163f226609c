"""Constraints on facts: level, status, interest, domaine. What a list keeps is decided by them, exactly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from bot.understanding.levels import Levels, find_levels
from ingest.fiche import LEVEL_RANKS, FicheMetier
from ingest.text import words

NO_LEVELS = Levels()
_LABELS = {rank: label for label, rank in reversed(LEVEL_RANKS.items())}
#: Words that say that somebody looks for métiers by what they like; without them an interest is a description.
_WISH = re.compile(
    r"\b(?:j ?aime\w*|j ?adore\w*|j ?kiff\w*|kiff\w*|aimer\w*|j(?:e )?veux?|veut|voudrai\w*|envie|passion\w*"
    r"|interess\w*|attire\w*|reve\w*"
    r"|plai\w*|fan|accro|mordu\w*|metiers?|boulots?|jobs?|quoi faire|taf|pour moi|mon truc|fait pour|cherch\w*"
    r"|recherch\w*|vocation|tient a coeur"
    r"|besoin de|i (?:like|love|want|enjoy)|fascine\w*|doue\w*|bon en|bonne en|a l aise|j ?ai (?:le sens|un bon))\b"
)
#: A description of one métier, whatever else it says.
_DESCRIPTION = re.compile(
    r"\b(?:celui|celle|ceux|la personne|(?<!pour )quelqu un|le monsieur|la dame|le metier|le boulot|le job"
    r"|la meuf|le gars|le mec) (?:qui|ou)\b"
)


@dataclass(frozen=True)
class Constraints:
    """What every métier of a list satisfies: the level bounds, a status, each interest, a domaine."""

    levels: Levels = NO_LEVELS
    statuses: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    domaines: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.levels or self.statuses or self.interests or self.domaines)

    def accept(self, fiche: FicheMetier) -> bool:
        """Whether a fiche satisfies every constraint."""
        return (
            self.levels.accept(fiche.level_rank)
            and (not self.statuses or any(status in fiche.statuses for status in self.statuses))
            and all(interest in fiche.interests for interest in self.interests)
            and (not self.domaines or any(domaine.name in self.domaines for domaine in fiche.domaines))
        )

    def merged(self, newer: Constraints, replacing: bool) -> Constraints:
        """These constraints with those of a follow-up: a kind that it speaks of gives way, interests add up.

        With `replacing` ("non, plutôt dehors") the new interest takes the place of the old ones.
        """
        interests = newer.interests if replacing and newer.interests else (*self.interests, *newer.interests)
        return Constraints(
            newer.levels or self.levels,
            newer.statuses or self.statuses,
            tuple(dict.fromkeys(interests)),
            newer.domaines or self.domaines,
        )

    @property
    def summary(self) -> str:
        """The constraints in one line, as the standalone question shows them."""
        shown = self.to_json().items()
        return ", ".join(f"{key} {', '.join(value) if isinstance(value, list) else value}" for key, value in shown)

    def to_json(self) -> dict[str, Any]:
        """The constraints as answers show them; bounds as level labels."""
        shown = {
            "level_min": _LABELS.get(self.levels.low) if self.levels.low is not None else None,
            "level_max": _LABELS.get(self.levels.high) if self.levels.high is not None else None,
            "status": list(self.statuses),
            "interest": list(self.interests),
            "domaine": list(self.domaines),
        }
        return {key: value for key, value in shown.items() if value}


NO_CONSTRAINTS = Constraints()


@dataclass(frozen=True)
class _Phrase:
    values: tuple[str, ...]
    pattern: re.Pattern[str]


class ConstraintReader:
    """Finds constraints in questions, by the phrases of `constraints.yaml`."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._statuses = [_phrase(entry["values"], entry["phrases"]) for entry in raw["statuses"]]
        self._interests = [_phrase([value], [fold_words(value), *said]) for value, said in raw["interests"].items()]
        self._domaines = [_phrase([value], [fold_words(value), *said]) for value, said in raw["domaines"].items()]

    def read(self, question: str, wishing: bool = False) -> tuple[Constraints, str]:
        """The constraints of a question, and its folded words without those that set them.

        Interests and domaines count only where the question looks for métiers, or when `wishing` says that the
        conversation does: "celui qui soigne les animaux" describes one métier and lists none.
        """
        levels, rest = find_levels(" ".join(words(question)))
        looks = wishing or ((bool(_WISH.search(rest)) or bool(levels)) and not _DESCRIPTION.search(rest))
        statuses, rest = _first(self._statuses, rest)
        looks = looks or bool(statuses)
        domaines, rest = _all(self._domaines, rest) if looks else ((), rest)
        interests, rest = _all(self._interests, rest) if looks else ((), rest)
        return Constraints(levels, statuses, interests, domaines), rest


def load_constraints() -> ConstraintReader:
    """Read `constraints.yaml` beside this module."""
    return ConstraintReader(yaml.safe_load(files("bot.understanding").joinpath("constraints.yaml").read_text("utf-8")))


def fold_words(text: str) -> str:
    """The folded words of a text, joined by spaces: the form in which phrases are written."""
    return " ".join(words(text))


def _phrase(values: Iterable[str], phrases: Iterable[str]) -> _Phrase:
    longest_first = sorted(phrases, key=len, reverse=True)
    body = "|".join(re.escape(phrase).replace(r"\*", r"\w*").replace(r"\ ", " ") for phrase in longest_first)
    return _Phrase(tuple(values), re.compile(rf"\b(?:{body})\b"))


def _first(phrases: Iterable[_Phrase], text: str) -> tuple[tuple[str, ...], str]:
    for phrase in phrases:
        if phrase.pattern.search(text):
            return phrase.values, _squeezed(phrase.pattern.sub(" ", text))
    return (), text


def _all(phrases: Iterable[_Phrase], text: str) -> tuple[tuple[str, ...], str]:
    values: list[str] = []
    for phrase in phrases:
        if phrase.pattern.search(text):
            values += phrase.values
            text = _squeezed(phrase.pattern.sub(" ", text))
    return tuple(values), text


def _squeezed(text: str) -> str:
    return " ".join(text.split())
