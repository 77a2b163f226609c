"""Puts right the names that people misspell: "infirmié", "ortophoniste", "chirugien".

Only words that occur nowhere in the fiches are touched, so that "chauffer" never becomes "chauffeur". A word is read as
the known word that sounds like it in French, or that differs from it by a letter or two.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

#: Shorter words have too many neighbours to be guessed, by their letters or by their sound.
_SHORTEST = 4
_SHORTEST_SOUND = 3
#: From this length on, two letters may differ.
_LONG = 9
#: Letters that an article leaves glued to a word when its apostrophe is forgotten ("lelectricien").
_ELIDED = frozenset("ldj")
#: Least likeness, in per cent, of a word read as another by its letters.
_LIKENESS = 82
#: Applied in this order to a folded word; what is left is roughly how it sounds.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"(?:qu|k|ck|ch(?=[rl])|c(?=[aour l]|$))", "k"),
        (r"(?:c(?=[eiy])|ss|sc(?=[eiy])|ti(?=on)|z)", "s"),
        (r"g(?=[eiy])", "j"),
        (r"gu(?=[eiy])", "g"),
        (r"(?:eaux?|aux?|ots?$|o)", "o"),
        (r"(?:er|ez|ers|ees?|es|ai[st]?|ei|et)$", "e"),
        (r"(?:ai|ei|ay)(?!n)", "e"),
        (r"(?:ain|ein|im(?=[pb])|yn|ym)", "in"),
        (r"(?:em|am|en|an)(?=[^aeiouy]|$)", "an"),
        (r"om(?=[pb])", "on"),
        (r"y", "i"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
        (r"(?<=.)[stdxpe]+$", ""),
    )
)


def sound_of(word: str) -> str:
    """How a folded French word sounds, roughly: words that sound alike share it."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


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
                self._by_sound[sound_of(target)].append(target)
                self._by_initial[target[0]].append(target)
        self._targets = frozenset(targets)

    def correct(self, word: str) -> str | None:
        """The known word that a misspelt one stands for; None when it is known, too short, or like nothing."""
        if word in self._known or len(word) < _SHORTEST_SOUND or not word.isalpha():
            return None
        if word[0] in _ELIDED and word[1:] in self._targets and len(word) > _SHORTEST:
            return word[1:]
        alike = self._by_sound.get(sound_of(word))
        if alike:
            return max(alike, key=lambda target: (fuzz.ratio(word, target), self._usage[target]))
        if len(word) < _SHORTEST:
            return None
        near = process.extract(word, self._by_initial.get(word[0], []), scorer=fuzz.ratio, score_cutoff=_LIKENESS)
        most = 1 if len(word) < _LONG else 2
        ranked = sorted((OSA.distance(word, target), -self._usage[target], target) for target, _, _ in near)
        return ranked[0][2] if ranked and ranked[0][0] <= most else None
