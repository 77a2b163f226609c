"""Formations and ROME codes in a question, looked up as names in what the fiches themselves say: never by embeddings.

A formation is named by its kind and some words of its label ("BTS tourisme", "CAP petite enfance"), or by initials
("BTS NDRC", "DEAP"). Labels that differ only by their option or parcours answer together when none is named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml

from bot.understanding.keys import Keys, keys_of
from ingest.fiche import FicheMetier
from ingest.text import fold

#: `il y a 1500 places` and `plus d 2000 euros` hold no code: a space after these letters needs the word before.
_ROME = re.compile(r"\b([a-n])(?:|(?<![adjl]) |(?<=rome [adjl]) )(\d{4})\b")
#: What follows one of these words in a label tells its variants apart.
_VARIANT = re.compile(r"\b(?:parcours|option|specialite|mention|domaine)\b")
_SHORTEST_PREFIX = 3
#: Kinds of formations whose names take two words: by themselves they name none.
_KINDS = frozenset(
    [
        *(("bac", kind) for kind in ("pro", "techno", "technologique", "general", "metier")),
        *(("licence", "pro"), ("diplome", "etat"), ("diplome", "ingenieur")),
        *((kind, "metier") for kind in ("cap", "bts", "but", "licence", "master")),
    ]
)
#: Begins the label of a university diploma, "DU" being as little a word as "du", and of every question about lists.
_NO_KIND = "metier"
#: Words that say how much, after a level: "entre le bac et bac+2", "le bac au plus".
_OF_LEVELS = frozenset(keys_of("bac cap bts plus max maxi maximum min mini minimum moins seulement exactement pile ou"))


@dataclass(frozen=True)
class FormationMatch:
    """Formations that a question names: their ids, and the keys of the question that name them."""

    ids: tuple[str, ...]
    keys: Keys


@dataclass(frozen=True)
class _Label:
    id: str
    keys: Keys
    core: Keys
    initials: frozenset[str]


class FormationIndex:
    """The formations that the fiches of a version recommend, and the ROME codes that they bear."""

    def __init__(self, fiches: Mapping[str, FicheMetier]) -> None:
        self.bearers: dict[str, dict[str, None]] = defaultdict(dict)
        self.labels: dict[str, str] = {}
        for fiche in fiches.values():
            for link in fiche.formations:
                self.bearers[link.id][fiche.id] = None
                self.labels.setdefault(link.id, link.label)
            for code in fiche.rome:
                self.bearers[code.upper()][fiche.id] = None
        said = yaml.safe_load(files("bot.understanding").joinpath("formations.yaml").read_text(encoding="utf-8"))
        self._aliases: dict[str, Keys] = {short: keys_of(label) for short, label in said.items()}
        self._by_kind: dict[str, list[_Label]] = defaultdict(list)
        self._by_initials: dict[str, list[_Label]] = defaultdict(list)
        for formation_id, text in self.labels.items():
            label = _label(formation_id, text)
            self._by_kind[label.keys[0]].append(label)
            if len(label.core) > 2:
                self._by_initials["".join(key[0] for key in label.core)].append(label)

    def find(self, question: str) -> FormationMatch | None:
        """The formations that a question names, the longest match first; None when it names none."""
        keys = keys_of(question)
        matches = [match for start in range(len(keys)) if (match := self._at(keys, start))]
        return max(matches, key=lambda match: len(match.keys), default=None)

    def rome_codes(self, question: str) -> tuple[str, ...]:
        """The ROME codes written in a question (`M1802`, `m 1802`), whether or not a fiche bears them."""
        return tuple(dict.fromkeys(f"{letter.upper()}{digits}" for letter, digits in _ROME.findall(fold(question))))

    def _at(self, keys: Keys, start: int) -> FormationMatch | None:
        if keys[start] in self._by_initials and len(keys[start]) > 3:
            return FormationMatch(_ids(self._by_initials[keys[start]]), keys[start : start + 1])
        left, end = ([] if keys[start] == _NO_KIND else self._by_kind.get(keys[start], [])), start + 1
        while end < len(keys) and (fitting := [label for label in left if self._fits(label, keys[end])]):
            left, end = fitting, end + 1
        if end == start + 1:
            return None
        said = keys[start:end]
        if said in _KINDS:
            return None
        return FormationMatch(tuple(self._closest(left, said)), said)

    def _fits(self, label: _Label, key: str) -> bool:
        """Whether a word of the question stands for a part of the label: a word of it, its beginning, its initials."""
        alias = self._aliases.get(key)
        return key not in _OF_LEVELS and (
            key in label.keys
            or key in label.initials
            or (alias is not None and set(alias) <= set(label.keys))
            or (len(key) >= _SHORTEST_PREFIX and any(word.startswith(key) for word in label.keys[1:]))
        )

    def _closest(self, labels: Iterable[_Label], said: Keys) -> Iterator[str]:
        """Of the labels that fit, those whose core is nearest to what was said; variants of one core stay together."""
        by_distance: dict[int, list[_Label]] = defaultdict(list)
        for label in labels:
            explained = any(key in label.initials or key in self._aliases for key in said)
            unsaid = [] if explained else [word for word in label.core if not any(word.startswith(key) for key in said)]
            elsewhere = [key for key in said if not explained and not any(word.startswith(key) for word in label.core)]
            by_distance[len(unsaid) + len(elsewhere)].append(label)
        yield from _ids(by_distance[min(by_distance)])


def _label(formation_id: str, text: str) -> _Label:
    folded = fold(text)
    variant = _VARIANT.search(folded)
    keys, core = keys_of(folded), keys_of(folded[: variant.start()] if variant else folded)
    initials = {"".join(word[0] for word in core[first:]) for first in range(1, min(len(core), 4))}
    return _Label(formation_id, keys, core or keys, frozenset(text for text in initials if len(text) > 1))


def _ids(labels: Iterable[_Label]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label.id for label in labels))
