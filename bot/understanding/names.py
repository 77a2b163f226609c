"""Which métiers a question names: exact tables over the fiches' own names and codes, never embeddings.

Names and questions are compared as tuples of keys (`bot.understanding.keys`). A question names a métier when it holds
one of its names (the longest match wins), or the beginning of one that no other fiche shares (`ingénieure cloud` for
`ingénieure cloud computing`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.understanding import cues
from bot.understanding.keys import PAUSE, Keys, keys_of, placed_keys, singular, stretches, words_of
from bot.understanding.sound import sound_of
from bot.understanding.spelling import HeardNames, Speller
from ingest.fiche import Appellation, FicheMetier
from ingest.lexicon import Lexicon
from ingest.text import fold, words

#: `on met 5 ans` is a verb and a duration, not MET.5.
_CODE = re.compile(r"\b(met|for)\s?[.\-_ ]?\s?(\d{1,9})\b(?! (?:ans?|annees?|mois|semaines?|jours?|heures?|h)\b)")
#: `professeur de musique ou de danse` is also called `professeur de danse`.
_EITHER = re.compile(r"^(?P<head>.+?) (?P<of>de |d['’]|en )(?P<one>[^,]+?) ou (?:(?P=of))?(?P<other>[^,]+)$")
#: Stands in a question where a name stood, so that `professeure des écoles` does not ask for schools.
_ANY_METIER = "metier"
#: A beginning of a name must hold this many keys to stand for it: one word alone ("chef", "ingénieur") is no name.
_MIN_BEGINNING = 2
#: A word stands for the one métier that has it in its names when it is this long and this rare in the fiches' texts.
_SHORTEST_RARE = 6
_RAREST = 12
#: Words that begin with the same letters, as many as this, are taken for forms of one another.
_ALIKE = 4

_ASKED = frozenset(map(sound_of, cues.ASKING))

_Placed = Sequence[tuple[int, str, int]]


@dataclass(frozen=True)
class NameMatch:
    """A name found in a question, every fiche that bears it, and the words it spans.

    The fiches come in the order of the library; with `titled`, the first one has the name as its title.
    """

    keys: Keys
    fiches: tuple[str, ...]
    start: int
    end: int
    titled: bool = False


class NameIndex:
    """The names of one version of the library, with what people call its métiers."""

    def __init__(self, fiches: Mapping[str, FicheMetier], lexicon: Lexicon | None = None) -> None:
        self._fiches = fiches
        self._names: dict[Keys, dict[str, None]] = defaultdict(dict)
        self._beginnings: dict[Keys, dict[str, None]] = defaultdict(dict)
        self._single: dict[str, dict[str, None]] = defaultdict(dict)
        self._with_pause: set[Keys] = set()
        self._spoken: dict[Keys, list[str]] = {}
        self._titles: dict[str, FicheMetier] = {}
        self._titled: dict[Keys, str] = {}
        self._borrowed: set[tuple[Keys, str]] = set()
        for fiche in fiches.values():
            self._titles.setdefault(fold(fiche.title), fiche)
            for form in forms_of(fiche.name):
                self._titled.setdefault(keys_of(form), fiche.id)
            for name in (fiche.name, *fiche.other_names):
                for form in forms_of(name):
                    self._add(form, fiche.id)
        for fiche_id, entry in (lexicon or {}).items():
            if fiche_id in fiches:
                for alias in entry.names:
                    self._names[keys_of(alias)][fiche_id] = None
                    self._spoken.setdefault(keys_of(alias), words_of(alias))
                own = {key[:_ALIKE] for name in fiches[fiche_id].searched_names for key in keys_of(name)}
                aliases = map(keys_of, entry.aliases)
                self._borrowed.update((keys, fiche_id) for keys in aliases if own.isdisjoint(k[:_ALIKE] for k in keys))
        self._names.pop((), None)
        self._longest = max(map(len, self._names), default=0)

    def find(self, question: str) -> tuple[NameMatch, ...]:
        """The métiers that a question names, in the order of its words; each stretch of words counts once.

        Words that occur in no fiche are read as the known words that they look or sound like, short forms as what
        they stand for, where that gives a name, or a longer one: "colaborateur de notaire" is no notaire.
        """
        placed = list(stretches(question))
        found = list(self._scan(placed))
        short = [(place, cues.SHORT_FORMS.get(key, key), end) for place, key, end in placed]
        if short != placed:
            found += self._scan(short)
        if any(self._strange(word) for word in words_of(question)):
            found += self._scan([(place, self.correct(key) or key, end) for place, key, end in short])
            found += self._heard(question)
        return tuple(sorted(_longest_apart(found), key=lambda match: match.start))

    def titled(self, title: str) -> FicheMetier | None:
        """The métier that has this very title, case and accents aside."""
        return self._titles.get(fold(title))

    def is_borrowed(self, match: NameMatch) -> bool:
        """Whether a name is an everyday one alone, without a word of its only bearer's own: "barbier", not "kiné"."""
        return len(match.fiches) == 1 and (match.keys, match.fiches[0]) in self._borrowed

    def find_rare(self, question: str) -> NameMatch | None:
        """The métier that alone has a word of the question in its names ("podologue" for `pédicure-podologue`)."""
        for place, key in placed_keys(question):
            known = key if key in self._single else self.correct(key)
            bearers = self._single.get(known or "", {})
            if known and len(bearers) == 1 and len(known) >= _SHORTEST_RARE and self._frequency[known] <= _RAREST:
                return NameMatch((known,), tuple(bearers), place, place + 1)
        return None

    def knows(self, key: str) -> bool:
        """Whether a key occurs in any name or text of the version, or is a misspelling of one that does."""
        return self._speller.knows(key) or self.correct(key) is not None

    def uses(self, word: str) -> bool:
        """Whether a folded word, as it is written, occurs in any name or text of the version."""
        return all(self._speller.knows(key) for key in keys_of(word))

    def warm(self) -> None:
        """Build what only misspelt names need: a second or two over 1,043 fiches."""
        self._speller.knows("")
        self._heard_names[0].find((), ())

    def correct(self, key: str) -> str | None:
        """The key that a misspelt one stands for; None when it is spelt as the fiches spell it, or like nothing."""
        return None if _asks(key) else self._speller.correct(key)

    @cached_property
    def heads(self) -> frozenset[str]:
        """The keys that names begin with: "chef", "pilote", "agent"."""
        return frozenset(keys[0] for keys in self._names)

    @property
    def all(self) -> Iterable[tuple[Keys, Iterable[str]]]:
        """Every name, as keys, with the fiches that bear it."""
        return self._names.items()

    def joined(self, keys: Sequence[str]) -> list[str]:
        """Keys, neighbours put together where names write them as one word: "cyber sécurité"."""
        kept: list[str] = []
        for key in keys:
            if kept and kept[-1] + key in self._single:
                key = kept.pop() + key
            kept.append(key)
        return kept

    @cached_property
    def modifiers(self) -> frozenset[str]:
        """The keys that names go on with: "spatial", "équin"."""
        return frozenset(key for keys in self._names for key in keys[1:])

    @cached_property
    def _frequency(self) -> Counter[str]:
        """How many fiches use each key in their texts. Counted at first need: it takes a second over 1,043 fiches."""
        frequency: Counter[str] = Counter()
        for fiche in self._fiches.values():
            texts = (section.text for section in fiche.citable_sections() if section.name != "Identité")
            frequency.update({singular(word) for text in texts for word in words(text)})
        return frequency

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._frequency, {key: len(bearers) for key, bearers in self._single.items()})

    @cached_property
    def _heard_names(self) -> tuple[HeardNames, list[Keys]]:
        return HeardNames(self._spoken.values()), list(self._spoken)

    def _add(self, form: str, fiche_id: str) -> None:
        keys = keys_of(form)
        self._names[keys][fiche_id] = None
        self._spoken.setdefault(keys, words_of(form))
        if PAUSE.search(form):
            self._with_pause.add(keys)
        for key in keys:
            self._single[key][fiche_id] = None
        for length in range(_MIN_BEGINNING, len(keys)):
            self._beginnings[keys[:length]][fiche_id] = None

    def _strange(self, word: str) -> bool:
        """Whether a word occurs in no fiche, nor asks anything."""
        if len(word) <= 2 or not word.isalpha() or singular(word) in self._single or _asks(word):
            return False  # most words: the texts of all fiches need not be read for them
        return not self._speller.knows(singular(word))

    def _heard(self, question: str) -> Iterator[NameMatch]:
        """The names that words of a question sound like together, where some of them occur in no fiche."""
        index, keys = self._heard_names
        first = 0
        for part in PAUSE.split(question):
            said = words_of(part)
            for heard in index.find(said, [self._strange(word) for word in said]):
                name = keys[heard.name]
                bearers, titled = self._ranked(name, self._names[name])
                yield NameMatch(name, bearers, first + heard.start, first + heard.end, titled)
            first += len(said)

    def _scan(self, placed: _Placed) -> Iterator[NameMatch]:
        keys, start = tuple(key for _, key, _ in placed), 0
        while start < len(keys):
            name, bearers = self._at(keys, start, placed[start][2])
            end = start + max(len(name), 1)
            if name:
                ranked, titled = self._ranked(name, bearers)
                yield NameMatch(name, ranked, placed[start][0], placed[end - 1][0] + 1, titled)
            start = end

    def _ranked(self, name: Keys, bearers: Iterable[str]) -> tuple[tuple[str, ...], bool]:
        """The bearers of a name, the one whose title it is first, and whether there is one."""
        first = self._titled.get(name)
        return tuple(sorted(bearers, key=lambda fiche_id: fiche_id != first)), first is not None

    def _at(self, keys: Keys, start: int, stop: int) -> tuple[Keys, Iterable[str]]:
        """The longest name that begins there, and its bearers; empty when there is none before the pause."""
        for length in range(min(self._longest, len(keys) - start), 0, -1):
            stretch = keys[start : start + length]
            if start + length > stop and stretch not in self._with_pause:
                continue
            bearers = self._names.get(stretch)
            if bearers:
                return stretch, bearers
            beginners = self._beginnings.get(stretch, {})
            if len(beginners) == 1:
                return stretch, beginners
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


def _asks(word: str) -> bool:
    return word in cues.ORDINARY or sound_of(word) in _ASKED


def without_names(question: str, matches: Iterable[NameMatch]) -> str:
    """The folded words of a question, each name in it replaced: what is asked, whatever the métier is called."""
    kept = words_of(question)
    for match in sorted(matches, key=lambda match: -match.start):
        kept[match.start : match.end] = [_ANY_METIER]
    return " ".join(kept)


def codes_in(question: str) -> tuple[str, ...]:
    """The fiche codes written in a question (`MET.228`, `met 228`), in order, whether or not a fiche bears them."""
    return tuple(dict.fromkeys(f"{kind.upper()}.{number}" for kind, number in _CODE.findall(fold(question))))


def _longest_apart(matches: Iterable[NameMatch]) -> list[NameMatch]:
    """The longest matches that share no word; of two as long, the one found first."""
    kept: list[NameMatch] = []
    for match in sorted(matches, key=lambda match: match.start - match.end):
        if all(match.end <= other.start or other.end <= match.start for other in kept):
            kept.append(match)
    return kept


def forms_of(name: Appellation) -> Iterator[str]:
    """Everything that a name is written as: its genders, and each branch of an "ou"."""
    for form in name.forms if name.feminine or name.masculine else _slash_forms(name):
        yield form
        either = _EITHER.match(form)
        if either:
            yield from (f"{either['head']} {either['of']}{either[branch]}" for branch in ("one", "other"))


def _slash_forms(name: Appellation) -> Iterable[str]:
    """Older dumps give the title alone: `concepteur/trice de cartes` also stands for `concepteur de cartes`."""
    return (name.title, re.sub(r"/\w+", "", name.title))
