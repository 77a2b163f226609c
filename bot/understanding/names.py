"""Which métiers a question names: exact tables over the fiches' own names and codes, never embeddings.

Names and questions are compared as tuples of *keys*: folded words without the little ones (`de`, `des`, `l'`…) and
without plural endings. A question names a métier when it contains one of its names (the longest match wins), or the
beginning of one that no other fiche shares (`ingénieure cloud` for `ingénieure cloud computing`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ingest.fiche import Appellation, FicheMetier
from ingest.text import fold, words

_LITTLE_WORDS = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "un", "une", "pour", "par", "sur"]
)
#: `un/e sportif/ve` is no e-sportif.
_BOTH_ARTICLES = re.compile(r"\bun[/·.(-]e\)?(?!\w)", re.IGNORECASE)
#: `un boulanger et un pâtissier` are two métiers, not `boulanger-pâtissier`: there, `et` is not little.
_ARTICLES = frozenset(["un", "une", "le", "la", "l"])
#: `on met 5 ans` is a verb and a duration, not MET.5.
_CODE = re.compile(r"\b(met|for)\s?[.\-_ ]?\s?(\d{1,9})\b(?! (?:ans?|annees?|mois|semaines?|jours?|heures?|h)\b)")
#: Stands in a question where a name stood, so that `professeure des écoles` does not ask for schools.
_ANY_METIER = "metier"
#: A beginning of a name must hold this many keys to stand for it: one word alone ("chef", "ingénieur") is no name.
_MIN_BEGINNING = 2

Keys = tuple[str, ...]


@dataclass(frozen=True)
class NameMatch:
    """A name found in a question, every fiche that bears it, in the order of the library, and the words it spans."""

    keys: Keys
    fiches: tuple[str, ...]
    start: int
    end: int


def keys_of(text: str) -> Keys:
    """The words of a text that count when names are compared."""
    return tuple(key for _, key in _placed_keys(text))


def _placed_keys(text: str) -> list[tuple[int, str]]:
    found = _words(text)
    return [
        (place, _singular(word))
        for place, (word, after) in enumerate(zip(found, [*found[1:], ""], strict=False))
        if word not in _LITTLE_WORDS or (word == "et" and after in _ARTICLES)
    ]


def _words(text: str) -> list[str]:
    return words(_BOTH_ARTICLES.sub("un ", text))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("aux"):
        return word[:-3] + "al"
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and not word.endswith("ss") else word


class NameIndex:
    """The names of one version of the library."""

    def __init__(self, fiches: Mapping[str, FicheMetier]) -> None:
        self._fiches = fiches
        self._names: dict[Keys, dict[str, None]] = defaultdict(dict)
        self._beginnings: dict[Keys, dict[str, None]] = defaultdict(dict)
        for fiche in fiches.values():
            for form in _forms(fiche):
                keys = keys_of(form)
                if keys:
                    self._names[keys][fiche.id] = None
                for length in range(_MIN_BEGINNING, len(keys)):
                    self._beginnings[keys[:length]][fiche.id] = None
        self._longest = max(map(len, self._names), default=0)

    def find(self, question: str) -> tuple[NameMatch, ...]:
        """The métiers that a question names, in the order of its words; each stretch of words counts once."""
        return tuple(self._scan(_placed_keys(question)))

    def _scan(self, placed: list[tuple[int, str]]) -> Iterator[NameMatch]:
        keys, start = tuple(key for _, key in placed), 0
        while start < len(keys):
            name, bearers = self._at(keys, start)
            end = start + max(len(name), 1)
            if name:
                yield NameMatch(name, bearers, placed[start][0], placed[end - 1][0] + 1)
            start = end

    def _at(self, keys: Keys, start: int) -> tuple[Keys, tuple[str, ...]]:
        """The longest name that begins there, and its bearers; empty when there is none."""
        for length in range(min(self._longest, len(keys) - start), 0, -1):
            stretch = keys[start : start + length]
            bearers = self._names.get(stretch)
            if bearers:
                return stretch, tuple(bearers)
            beginners = self._beginnings.get(stretch, {})
            if len(beginners) == 1:
                return stretch, tuple(beginners)
        return (), ()


def without_names(question: str, matches: Iterable[NameMatch]) -> str:
    """The folded words of a question, each name in it replaced: what is asked, whatever the métier is called."""
    kept = _words(question)
    for match in sorted(matches, key=lambda match: -match.start):
        kept[match.start : match.end] = [_ANY_METIER]
    return " ".join(kept)


def codes_in(question: str) -> tuple[str, ...]:
    """The fiche codes written in a question (`MET.228`, `met 228`), in order, whether or not a fiche bears them."""
    return tuple(dict.fromkeys(f"{kind.upper()}.{number}" for kind, number in _CODE.findall(fold(question))))


def _forms(fiche: FicheMetier) -> Iterator[str]:
    for name in (fiche.name, *fiche.other_names):
        yield from name.forms if name.feminine or name.masculine else _slash_forms(name)


def _slash_forms(name: Appellation) -> Iterable[str]:
    """Older dumps give the title alone: `concepteur/trice de cartes` also stands for `concepteur de cartes`."""
    return (name.title, re.sub(r"/\w+", "", name.title))
