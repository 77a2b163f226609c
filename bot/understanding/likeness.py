"""How words of a question are like words of a formation's title: cut short, of its family, misspelt, or initials."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import DamerauLevenshtein

#: Words of the same family begin alike; longer ones may be misspelt by a letter.
FAMILY = 5
_SHORTEST_MISSPELT, _SHORTEST_LONG, _SHORTEST_BEGINNING = 6, 6, 3


def runs(keys: Sequence[str]) -> frozenset[str]:
    """The first letters of three to six words in a row: "apa" in the middle of a title."""
    letters = "".join(key[0] for key in keys)
    return frozenset(
        letters[start : start + length] for length in range(3, 7) for start in range(len(letters) - length + 1)
    )


def begins(word: str, key: str) -> bool:
    """Whether a word is another cut short: "educ"."""
    return len(word) >= _SHORTEST_BEGINNING and key.startswith(word)


def alike(word: str, key: str) -> bool:
    """Whether a word is the beginning of another, of its family, or a misspelling of it."""
    if begins(word, key):
        return True
    word, key = _undoubled(word), _undoubled(key)
    shorter = min(len(word), len(key))
    if shorter < FAMILY:
        return False
    if word.startswith(key):  # "maçonnerie"
        return True
    if word[:FAMILY] == key[:FAMILY] and shorter > FAMILY:
        return DamerauLevenshtein.distance(word[:_SHORTEST_LONG], key[:_SHORTEST_LONG], score_cutoff=1) <= 1
    close = shorter >= _SHORTEST_MISSPELT and abs(len(word) - len(key)) <= 1
    return close and DamerauLevenshtein.distance(word, key, score_cutoff=1) <= 1


def _undoubled(word: str) -> str:
    """A word without its doubled letters, which are often left out or put in: "carosserie"."""
    return re.sub(r"(.)\1", r"\1", word)


def stands_in(name: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the words of a name follow each other among others."""
    return any(tuple(said[place : place + len(name)]) == tuple(name) for place in range(len(said)))


def looks_spoken(word: str) -> bool:
    """Whether letters can be spoken as a word: those that hold a vowel can."""
    return bool(re.search(r"[aeiouy]", word))
