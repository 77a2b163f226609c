"""Puts right the names that people misspell: "infirmié", "ortophoniste", "eksper contable", "danjin".

Only words that occur nowhere in the fiches are touched, so that "chauffer" never becomes "chauffeur". A word is read as
the known word that sounds like it in French, or that differs from it by a letter or two; several words that hold such a
one, as the name that they sound like together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.understanding.keys import LITTLE_WORDS
from bot.understanding.sound import consonants_of, sound_of, sounds_of

#: Shorter words have too many neighbours to be guessed, by their letters or by their sound.
_SHORTEST = 4
_SHORTEST_SOUND = 3
#: From this length on, two letters may differ.
_LONG = 9
#: Letters that an article leaves glued to a word when its apostrophe is forgotten ("lelectricien").
_ELIDED = frozenset("ldj")
#: Least likeness, in per cent, of a word read as another by its letters.
_LIKENESS = 82
#: A name heard whole has this many sounds; one that is not heard quite as it is said, this many in its unknown words.
_SHORTEST_NAME, _SHORTEST_NEAR = 4, 5
#: One sound more may differ for each of these in the unknown words.
_SOUNDS_PER_ERROR = 5
#: A name is looked for in at most this many words.
_LONGEST_NAME = 9


class Speller:
    """Reads unknown words as known ones."""

    def __init__(self, known: Iterable[str], targets: Mapping[str, int]) -> None:
        """`known` words are left alone; a misspelt one is read as one of `targets`, given with how often each is used.

        Usage decides between neighbours, since names have misprints of their own.
        """
        self._known = frozenset((*known, *targets))
        self._usage = targets
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        self._by_initial: dict[str, list[str]] = defaultdict(list)
        for target in sorted(set(targets)):
            if len(target) >= _SHORTEST:
                for sound in sounds_of(target):
                    self._by_sound[sound].append(target)
                self._by_initial[target[0]].append(target)
        self._targets = frozenset(targets)

    def knows(self, word: str) -> bool:
        """Whether a word is spelt as the fiches spell it."""
        return word in self._known

    def correct(self, word: str) -> str | None:
        """The known word that a misspelt one stands for; None when it is known, too short, or like nothing."""
        if word in self._known or len(word) < _SHORTEST_SOUND or not word.isalpha():
            return None
        if word[0] in _ELIDED and word[1:] in self._targets and len(word) > _SHORTEST:
            return word[1:]
        alike = self._by_sound.get(sound_of(word)) or self._by_sound.get(sound_of(word + "e"))  # "veteriner"
        if alike:
            return max(alike, key=lambda target: (fuzz.ratio(word, target), self._usage[target]))
        if len(word) < _SHORTEST:
            return None
        near = process.extract(word, self._by_initial.get(word[0], []), scorer=fuzz.ratio, score_cutoff=_LIKENESS)
        most = 1 if len(word) < _LONG else 2
        ranked = sorted((OSA.distance(word, target), -self._usage[target], target) for target, _, _ in near)
        return ranked[0][2] if ranked and ranked[0][0] <= most else None


@dataclass(frozen=True)
class Heard:
    """The number of a name that words sound like, and the places of the first of these words and past the last."""

    name: int
    start: int
    end: int


class HeardNames:
    """Names by how they sound as a whole, the bounds between their words left out."""

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        """`names` are given as folded words; they are known by their number from then on."""
        self._exact: dict[str, int] = {}
        self._by_consonants: dict[str, list[str]] = defaultdict(list)
        for number, name in enumerate(names):
            for said in product(*map(sounds_of, name)):
                sound = "".join(said)
                if len(sound) >= _SHORTEST_NAME and self._exact.setdefault(sound, number) == number:
                    self._by_consonants[consonants_of(sound)].append(sound)

    def find(self, words: Sequence[str], unknown: Sequence[bool]) -> list[Heard]:
        """The names heard in words of which some are unknown, the longest first; each name holds an unknown word.

        Known words stand for themselves; what is unknown may differ in a vowel or two, since people who write by ear
        keep the consonants: "perfusionniste" is no percussionniste.
        """
        sounds, found = [sound_of(word) for word in words], []
        for start in range(len(words)):
            if words[start] in LITTLE_WORDS:
                continue
            for end in range(start + 1, min(start + _LONGEST_NAME, len(words)) + 1):
                if words[end - 1] not in LITTLE_WORDS and any(unknown[start:end]):
                    number = self._heard(sounds[start:end], unknown[start:end])
                    if number is not None:
                        found.append(Heard(number, start, end))
        return sorted(found, key=lambda heard: heard.start - heard.end)

    def _heard(self, sounds: Sequence[str], unknown: Sequence[bool]) -> int | None:
        whole = "".join(sounds)
        if whole in self._exact:
            return self._exact[whole]
        said = sum(len(sound) for sound, strange in zip(sounds, unknown, strict=True) if strange)
        if said < _SHORTEST_NEAR:
            return None
        most = said // _SOUNDS_PER_ERROR
        kept = [sound for sound, strange in zip(sounds, unknown, strict=True) if not strange and len(sound) > 1]
        alike = self._by_consonants.get(consonants_of(whole), [])
        ranked = sorted(
            (distance, name)
            for name, distance, _ in process.extract(whole, alike, scorer=OSA.distance, score_cutoff=most)
            if all(sound in name for sound in kept)
        )
        return self._exact[ranked[0][1]] if ranked else None
