"""Constraints on facts: level, status, interest, domaine. What a list keeps is decided by them, exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from bot.understanding.domaines import DomaineReader, load_domaines
from bot.understanding.levels import Levels, find_levels
from bot.understanding.wording import Vocabulary, Wording, alternatives, cut, spelt_out
from ingest.fiche import LEVEL_RANKS, FicheMetier
from ingest.text import words

NO_LEVELS = Levels()
_LABELS = {rank: label for label, rank in reversed(LEVEL_RANKS.items())}


@dataclass(frozen=True)
class Constraints:
    """What every métier of a list satisfies: the level bounds, a status, each interest, a domaine or sous-domaine.

    `besides` are further statuses of which one is wanted too: "à la fois fonctionnaire et à mon compte".
    """

    levels: Levels = NO_LEVELS
    statuses: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    domaines: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.levels or self.statuses or self.interests or self.domaines)

    def accept(self, fiche: FicheMetier) -> bool:
        """Whether a fiche satisfies every constraint."""
        return (
            (not self.levels or self.levels.accept(fiche.level_rank))
            and (not self.statuses or not set(self.statuses).isdisjoint(fiche.statuses))
            and (not self.besides or not set(self.besides).isdisjoint(fiche.statuses))
            and (not self.interests or set(self.interests).issubset(fiche.interests))
            and (not self.domaines or any({d.name, d.sub} & set(self.domaines) for d in fiche.domaines))
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
            newer.besides if newer.statuses else self.besides,
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
            "status": [*self.statuses, *self.besides],
            "interest": list(self.interests),
            "domaine": list(self.domaines),
        }
        return {key: value for key, value in shown.items() if value}


#: Little words between what is not wished and what says so: "je n'aime pas trop les maths".
_LITTLE = (
    r"trop|du tout|de|d|la|le|les|l|des|du|un|une|etre|aimer|faire|aime|specialement|forcement|en|a|au|aux|vraiment|mes"
)


NO_CONSTRAINTS = Constraints()


class ConstraintReader:
    """Finds constraints in questions, by the phrases of `constraints.yaml`, `interests.yaml` and `domaines.yaml`."""

    def __init__(self, said: Mapping[str, Any], interests: Mapping[str, Any], domaines: DomaineReader) -> None:
        self._statuses = [Wording.of(entry["values"], entry["phrases"]) for entry in said["statuses"]]
        self._interests = [Wording.of([name], [fold_words(name), *entry["likes"]]) for name, entry in interests.items()]
        self._selves = [Wording.of([name], entry["self"]) for name, entry in interests.items()]
        self._domaines = domaines
        self._wish, self._description = _pattern(said["wishes"]), _pattern(said["descriptions"])
        self._together = _pattern(said["together"])
        self._unwished = re.compile(rf"\b(?:{alternatives(said['unwished'])})(?: (?:{_LITTLE}))*$")
        phrases = [phrase for entry in said["statuses"] for phrase in entry["phrases"]]
        phrases += [phrase for entry in interests.values() for phrase in entry["likes"]]
        self._vocabulary = Vocabulary(phrases, domaines.phrases)

    def read(
        self, question: str, wishing: bool = False, is_word: Callable[[str], bool] | None = None
    ) -> tuple[Constraints, str]:
        """The constraints of a question, and its spelt-out words with gaps for those that set them.

        Interests and domaines count only where the question looks for métiers, or when `wishing` says that the
        conversation does: "celui qui soigne les animaux" describes one métier and lists none. Words that are not one
        (`is_word`) are read as those of the phrases that they look like.
        """
        text = spelt_out(question)
        if is_word:
            text = self._vocabulary.correct(text, is_word)
        described = bool(self._description.search(text))
        looks = wishing or (not described and (bool(self._wish.search(text)) or self._domaines.names_one(text)))
        levels, text = find_levels(text)
        domaines, text = self._domaines.read_names(text) if looks or levels else ((), text)
        statuses, besides, text = self._read_statuses(text)
        looks = looks or bool(statuses) or bool(levels and not described)
        interests, text = self._read_all(self._selves, text) if not described else ((), text)
        if looks or interests:
            more, text = self._read_all(self._interests, text)
            interests = tuple(dict.fromkeys((*interests, *more)))
            wished, text = self._domaines.read_wished(text)
            domaines = (*domaines, *wished)
        return Constraints(levels, statuses, interests, domaines, besides), text

    def _read_statuses(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        """The statuses of which one is wanted, those of which another is, and what is left of the words."""
        groups: list[tuple[str, ...]] = []
        for wording in self._statuses:
            values, text = self._read_all([wording], text)
            if values:
                groups.append(values)
        if len(groups) > 1 and self._together.search(text):
            return groups[0], groups[1], text
        narrow = [group for group in groups if not any(set(other) < set(group) for other in groups)]
        return tuple(dict.fromkeys(value for group in narrow for value in group)), (), text

    def _read_all(self, wordings: Iterable[Wording], text: str) -> tuple[tuple[str, ...], str]:
        """The values of the phrases that are found and wished for, and the words with gaps in their places."""
        values: list[str] = []
        for wording in wordings:
            while found := wording.pattern.search(text):
                if not self._unwished.search(text[: found.start()].rstrip()):
                    values += wording.values
                text = cut(text, *found.span())
        return tuple(dict.fromkeys(values)), text


def load_constraints() -> ConstraintReader:
    """Read the three files beside this module."""
    return ConstraintReader(_said("constraints.yaml"), _said("interests.yaml"), load_domaines())


def fold_words(text: str) -> str:
    """The folded words of a text, joined by spaces."""
    return " ".join(words(text))


def _said(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(files("bot.understanding").joinpath(name).read_text("utf-8"))
    return read


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives(phrases)})\b")
