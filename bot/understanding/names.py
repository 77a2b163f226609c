"""Which métiers a question names: exact tables over the fiches' own names and codes, never embeddings.

Names and questions are compared as tuples of *keys*: folded words without the little ones (`de`, `des`, `l'`…) and
without plural endings. A question names a métier when it contains one of its names (the longest match wins), or the
beginning of one that no other fiche shares (`ingénieure cloud` for `ingénieure cloud computing`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.understanding.spelling import Speller
from ingest.fiche import Appellation, FicheMetier
from ingest.lexicon import Lexicon
from ingest.text import fold, words

_LITTLE_WORDS = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "un", "une", "pour", "par", "sur"]
)
#: `un/e sportif/ve` is no e-sportif.
_BOTH_ARTICLES = re.compile(r"\bun[/·.(-]e\)?(?!\w)", re.IGNORECASE)
#: `un boulanger et un pâtissier` are two métiers, not `boulanger-pâtissier`: there, `et` is not little.
_ARTICLES = frozenset(["un", "une", "le", "la", "l"])
_PAUSE = re.compile(r"[,;?!]")
#: `on met 5 ans` is a verb and a duration, not MET.5.
_CODE = re.compile(r"\b(met|for)\s?[.\-_ ]?\s?(\d{1,9})\b(?! (?:ans?|annees?|mois|semaines?|jours?|heures?|h)\b)")
#: Stands in a question where a name stood, so that `professeure des écoles` does not ask for schools.
_ANY_METIER = "metier"
#: A beginning of a name must hold this many keys to stand for it: one word alone ("chef", "ingénieur") is no name.
_MIN_BEGINNING = 2
#: A word stands for the one métier that has it in its names when it is this long and this rare in the fiches' texts.
_SHORTEST_RARE = 6
_RAREST = 12
#: A word that so few fiches use (of 1,043) says nothing of a métier whose fiche does not.
_FEW = 25

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


def _stretches(question: str) -> Iterator[tuple[int, str, int]]:
    """The placed keys of a question, each with where its stretch of words ends, counted in keys.

    A name cannot go on there, unless it holds the pause itself: "chirurgien, dentiste" are two métiers.
    """
    first = end = 0
    for part in _PAUSE.split(question):
        placed = _placed_keys(part)
        end += len(placed)
        yield from ((first + place, key, end) for place, key in placed)
        first += len(_words(part))


def _words(text: str) -> list[str]:
    return words(_BOTH_ARTICLES.sub("un ", text))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("aux"):
        return word[:-3] + "al"
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and not word.endswith("ss") else word


class NameIndex:
    """The names of one version of the library, with what people call its métiers."""

    def __init__(self, fiches: Mapping[str, FicheMetier], lexicon: Lexicon | None = None) -> None:
        self._fiches = fiches
        self._names: dict[Keys, dict[str, None]] = defaultdict(dict)
        self._beginnings: dict[Keys, dict[str, None]] = defaultdict(dict)
        self._single: dict[str, dict[str, None]] = defaultdict(dict)
        self._with_pause: set[Keys] = set()
        self._titles: dict[str, FicheMetier] = {}
        for fiche in fiches.values():
            self._titles.setdefault(fold(fiche.title), fiche)
            for form in _forms(fiche):
                self._add(keys_of(form), fiche.id)
                if _PAUSE.search(form):
                    self._with_pause.add(keys_of(form))
        for fiche_id, entry in (lexicon or {}).items():
            if fiche_id in fiches:
                for name in entry.names:
                    self._names[keys_of(name)][fiche_id] = None
        self._names.pop((), None)
        self._longest = max(map(len, self._names), default=0)

    def find(self, question: str) -> tuple[NameMatch, ...]:
        """The métiers that a question names, in the order of its words; each stretch of words counts once.

        Words that occur in no fiche are read as the known words that they look or sound like, where that gives a name,
        or a longer one: "colaborateur de notaire" is no notaire.
        """
        placed = list(_stretches(question))
        found = tuple(self._scan(placed))
        corrected = [(place, self._speller.correct(key) or key, end) for place, key, end in placed]
        if corrected == placed:
            return found
        return max(found, tuple(self._scan(corrected)), key=lambda matches: sum(len(match.keys) for match in matches))

    def titled(self, title: str) -> FicheMetier | None:
        """The métier that has this very title, case and accents aside."""
        return self._titles.get(fold(title))

    def find_rare(self, question: str) -> NameMatch | None:
        """The métier that alone has a word of the question in its names ("podologue" for `pédicure-podologue`)."""
        for place, key in _placed_keys(question):
            known = key if key in self._single else self._speller.correct(key)
            bearers = self._single.get(known or "", {})
            if known and len(bearers) == 1 and len(known) >= _SHORTEST_RARE and self._frequency[known] <= _RAREST:
                return NameMatch((known,), tuple(bearers), place, place + 1)
        return None

    def knows(self, key: str) -> bool:
        """Whether a key occurs in any name or text of the version, or is a misspelling of one that does."""
        return key in self._frequency or key in self._single or self._speller.correct(key) is not None

    def is_rare(self, key: str) -> bool:
        """Whether a key stands in no name, and in the texts of few fiches, however it is spelt."""
        known = key if key in self._frequency else self._speller.correct(key) or key
        return known not in self._single and self._frequency[known] <= _FEW

    @cached_property
    def _frequency(self) -> Counter[str]:
        """How many fiches use each key in their texts. Counted at first need: it takes a second over 1,043 fiches."""
        frequency: Counter[str] = Counter()
        for fiche in self._fiches.values():
            texts = (section.text for section in fiche.citable_sections() if section.name != "Identité")
            frequency.update({_singular(word) for text in texts for word in words(text)})
        return frequency

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._frequency, {key: len(bearers) for key, bearers in self._single.items()})

    def _add(self, keys: Keys, fiche_id: str) -> None:
        self._names[keys][fiche_id] = None
        for key in keys:
            self._single[key][fiche_id] = None
        for length in range(_MIN_BEGINNING, len(keys)):
            self._beginnings[keys[:length]][fiche_id] = None

    def _scan(self, placed: list[tuple[int, str, int]]) -> Iterator[NameMatch]:
        keys, start = tuple(key for _, key, _ in placed), 0
        while start < len(keys):
            name, bearers = self._at(keys, start, placed[start][2])
            end = start + max(len(name), 1)
            if name:
                yield NameMatch(name, bearers, placed[start][0], placed[end - 1][0] + 1)
            start = end

    def _at(self, keys: Keys, start: int, stop: int) -> tuple[Keys, tuple[str, ...]]:
        """The longest name that begins there, and its bearers; empty when there is none before the pause."""
        for length in range(min(self._longest, len(keys) - start), 0, -1):
            stretch = keys[start : start + length]
            if start + length > stop and stretch not in self._with_pause:
                continue
            bearers = self._names.get(stretch)
            if bearers:
                return stretch, tuple(bearers)
            beginners = self._beginnings.get(stretch, {})
            if len(beginners) == 1:
                return stretch, tuple(beginners)
        return (), ()


class JobNames:
    """Job names that are looked up whole: France Travail's, for what no fiche is named after."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[Keys, list[str]] = defaultdict(list)
        for name in names:
            self._names[keys_of(name)].append(name)
        self._longest = max(map(len, self._names), default=0)

    def find(self, question: str) -> tuple[str, ...]:
        """The names that a question holds, as the longest stretch of its words that is one."""
        keys = keys_of(question)
        for length in range(min(self._longest, len(keys)), 0, -1):
            for start in range(len(keys) - length + 1):
                if found := self._names.get(keys[start : start + length]):
                    return tuple(found)
        return ()


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
