"""Content words of a sentence, and whether a passage says them: by stem, by derivation, by a synonym."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import Stemmer
import yaml

from bot.grounding.figures import NUMBER_WORDS
from ingest.text import words

#: Two words of one family share this many letters and differ by short endings: `spécialisation`, `spécialiste`.
_SHARED_LETTERS = 6
_LONGEST_ENDING = 5
_LONG_PLURAL = 7
_SHORT = 5


@dataclass(frozen=True)
class Vocabulary:
    """What the check knows of French words: stems, and whole folded words for languages and speakers."""

    silent: frozenset[str]
    same: Mapping[str, frozenset[int]]
    broader: Mapping[str, frozenset[str]]
    actors: frozenset[str]
    foreign: frozenset[str]
    french: frozenset[str]
    speakers: frozenset[str]

    def content(self, text: str) -> list[str]:
        """The stems of the words that state something, in order; figures are checked apart."""
        return [
            stem(word)
            for word in words(text)
            if not word.isdigit() and word not in NUMBER_WORDS and stem(word) not in self.silent and len(word) > 1
        ]

    def says(self, word: str, said: Collection[str]) -> bool:
        """Whether stems said in a passage say this one too."""
        if word in said or not self.broader.get(word, frozenset()).isdisjoint(said):
            return True
        groups = self.same.get(word, frozenset())
        return any(groups & self.same.get(other, frozenset()) or _related(word, other) for other in said)


@cache
def load_vocabulary() -> Vocabulary:
    """The words of `vocabulary.yaml`."""
    raw = yaml.safe_load(files("bot.grounding").joinpath("vocabulary.yaml").read_text(encoding="utf-8"))
    same: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(raw["same"]):
        for word in words(line):
            same[stem(word)].add(number)
    return Vocabulary(
        silent=frozenset(map(stem, words(f"{raw['neutral']} {raw['function']}"))),
        same={word: frozenset(groups) for word, groups in same.items()},
        broader={stem(general): frozenset(map(stem, words(precise))) for general, precise in raw["broader"].items()},
        actors=frozenset(map(stem, words(raw["actors"]))),
        foreign=frozenset(words(raw["foreign"])),
        french=frozenset(words(raw["french"])),
        speakers=frozenset(words(raw["speakers"])),
    )


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a folded word.

    Without its accents a word may need a second pass (`fixees`, `fixe`, `fix`), and the stemmer leaves the plural of
    verbs (`recrutent`).
    """
    found: str = _stemmer().stemWord(word)
    if found.endswith("ent") and len(found) >= _LONG_PLURAL:
        found = found[:-3]
    return found if found == word or len(found) < _SHORT else stem(found)


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("french")


def _related(one: str, other: str) -> bool:
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= _SHARED_LETTERS and max(len(one), len(other)) - shared <= _LONGEST_ENDING
