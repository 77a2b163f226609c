"""Words as names are compared: *keys*, folded words without the little ones (`de`, `des`, `l'`…) and plural endings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.text import words

LITTLE_WORDS = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "un", "une", "pour", "par", "sur"]
)
#: `un/e sportif/ve` is no e-sportif.
_BOTH_ARTICLES = re.compile(r"\bun[/·.(-]e\)?(?!\w)", re.IGNORECASE)
#: `un boulanger et un pâtissier` are two métiers, not `boulanger-pâtissier`: there, `et` is not little.
_ARTICLES = frozenset(["un", "une", "le", "la", "l"])
#: A name does not go on after it, unless it holds it itself.
PAUSE = re.compile(r"[,;?!]")
#: What is said of a name does not go on after it either.
_STOP = re.compile(r"[,;:?!.()]")

Keys = tuple[str, ...]


def keys_of(text: str) -> Keys:
    """The words of a text that count when names are compared."""
    return tuple(key for _, key in placed_keys(text))


def placed_keys(text: str) -> list[tuple[int, str]]:
    """The keys of a text, each with its place among all the words."""
    found = words_of(text)
    return [
        (place, singular(word))
        for place, (word, after) in enumerate(zip(found, [*found[1:], ""], strict=False))
        if word not in LITTLE_WORDS or (word == "et" and after in _ARTICLES)
    ]


def stretches(question: str) -> Iterator[tuple[int, str, int]]:
    """The placed keys of a question, each with where its stretch of words ends, counted in keys.

    A name cannot go on there, unless it holds the pause itself: "chirurgien, dentiste" are two métiers.
    """
    first = end = 0
    for part in PAUSE.split(question):
        placed = placed_keys(part)
        end += len(placed)
        yield from ((first + place, key, end) for place, key in placed)
        first += len(words_of(part))


def parts_of(question: str) -> list[tuple[int, list[str]]]:
    """The words of a question between its stops, each part with the place of its first word."""
    parts, first = [], 0
    for part in _STOP.split(_BOTH_ARTICLES.sub("un ", question)):
        found = words_of(part)
        if found:
            parts.append((first, found))
        first += len(found)
    return parts


def words_of(text: str) -> list[str]:
    """The folded words of a text, the ending of an article of both genders left out."""
    return words(_BOTH_ARTICLES.sub("un ", text))


def singular(word: str) -> str:
    """A folded word without its plural ending: `journaux` gives `journal`, `bateaux` gives `bateau`."""
    if len(word) > 4 and word.endswith("aux") and not word.endswith("eaux"):
        return word[:-3] + "al"
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and not word.endswith("ss") else word
