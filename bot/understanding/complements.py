"""Names of métiers that exist nowhere: a known name whose complement makes it another, or a name that no fiche bears.

"Boulanger spatial", "sommelier en eau de pluie" and "chef de gare" are made of words that fiches hold. A complement
makes another métier when neither the fiche nor its everyday words hold what it says; places, persons, times and ways of
working make none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import Stemmer

from bot.understanding import cues
from bot.understanding.keys import parts_of, singular
from bot.understanding.names import NameIndex, NameMatch
from ingest.fiche import FicheMetier
from ingest.lexicon import Lexicon
from ingest.text import fold, words

#: The fixed sentences on what people like, and the names of schools, say nothing of what a métier is about.
_LEFT_OUT = ("Centres d'intérêt", "Formations recommandées")
#: Shorter words tell nothing.
_SHORTEST = 4
#: Of 1,043 fiches, so many use a word that is too general to make another métier ("client", "entreprise").
_GENERAL = 100
#: A name of a métier that no fiche bears holds at most this many telling words.
_MOST_KEYS = 3
#: One word that a name holds tells too little.
_FEWEST_STEMS = 2


@dataclass(frozen=True)
class Another:
    """What a complement makes of a name: another métier, of the library (its fiche) or of none."""

    fiches: tuple[str, ...]


class Complements:
    """What the métiers of a version are about, as far as it tells whether a complement fits one of them."""

    def __init__(self, fiches: Mapping[str, FicheMetier], lexicon: Lexicon, names: NameIndex) -> None:
        self._fiches = fiches
        self._lexicon = lexicon
        self._names = names
        self._own: dict[str, frozenset[str]] = {}
        self._stemmer = Stemmer.Stemmer("french")

    def warm(self) -> None:
        """Count what is counted at first need."""
        self._stem(next(iter((*self._usage, *self._modifiers)), ""))
        self.bearers_of_all(("", " "))

    def another(self, question: str, match: NameMatch, asking: Collection[str]) -> Another | None:
        """The métier that what follows a name, or stands just before it, makes of it; None where it makes none.

        `asking` are the words of the question that ask for something: they are no complement. A field that fiches
        know ("infirmier en pédiatrie") is where a métier is done, not another one.
        """
        before, after = _around(question, match)
        places = _capitalised(question)
        said = [(join, noun) for join, noun in _complement(after) if noun not in places and noun not in asking]
        nouns = [noun for join, noun in said if not (join == "en" and self._usage[self._stem(singular(noun))])]
        beside = _beside(after, asking)
        if any(self._is_foreign(noun, match) for noun in nouns):
            return Another(self.bearers_of_all((*match.keys, *(noun for _, noun in said))))
        is_beside = beside not in places and self._is_foreign(beside, match) and self._modifies(beside)
        if is_beside:
            return Another(self.bearers_of_all((*match.keys, beside)))
        return Another(()) if self._is_prefixed(before) else None

    def looks_like_a_name(self, said: Sequence[str]) -> bool:
        """Whether words are built like the name of a métier: few, the first one being what such names begin with."""
        keys = _telling(said)
        if not 0 < len(keys) <= _MOST_KEYS or (cues.INFINITIVE.search(keys[0]) and keys[0] not in self._names.heads):
            return False
        return any(map(self._is_unheard, keys)) or (len(keys) > 1 and keys[0] in self._names.heads)

    def bearers_of_all(self, said: Sequence[str]) -> tuple[str, ...]:
        """The one métier with a name that holds several words, in any order and gender: "assistante social".

        Empty when several have, or none.
        """
        stems = {self._stem(key) for key in self._names.joined(_telling(said))}
        if len(stems) < _FEWEST_STEMS:
            return ()
        bearers = {fiche for fiche, name in self._stemmed_names if stems <= name}
        return tuple(bearers) if len(bearers) == 1 else ()

    @cached_property
    def _stemmed_names(self) -> list[tuple[str, frozenset[str]]]:
        return [(fiche, frozenset(map(self._stem, keys))) for keys, bearers in self._names.all for fiche in bearers]

    def _is_prefixed(self, before: Sequence[str]) -> bool:
        """Whether a word that nobody knows stands between what announces a name and the name: "growth hacker"."""
        return len(before) > 1 and before[-2] in cues.ANNOUNCES and self._is_unheard(before[-1])

    def _is_unheard(self, key: str) -> bool:
        return len(key) > _SHORTEST and key.isalpha() and not self._names.knows(key)

    def _modifies(self, word: str) -> bool:
        """Whether a word beside a name can be a part of it: others are misspelt, or belong to the question."""
        return self._stem(singular(word)) in self._modifiers or bool(cues.ADJECTIVE.search(word))

    def _is_foreign(self, word: str, match: NameMatch) -> bool:
        """Whether a word tells something that none of the bearers of a name is about."""
        key = singular(word)
        known = cues.SHORT_FORMS.get(key) or self._names.correct(key) or key
        if len(key) < _SHORTEST or not key.isalpha() or {word, key, known} & (cues.NO_COMPLEMENT | cues.ORDINARY):
            return False
        if known in cues.SAID_OTHERWISE:
            return True
        if self._usage[self._stem(known)] > _GENERAL:
            return False
        return not any(self._is_about(fiche_id, known) for fiche_id in match.fiches)

    def _is_about(self, fiche_id: str, key: str) -> bool:
        if fiche_id not in self._own:
            self._own[fiche_id] = frozenset(map(self._stem, self._own_words(fiche_id)))
        return self._stem(key) in self._own[fiche_id]

    def _own_words(self, fiche_id: str) -> Iterator[str]:
        yield from _words_of(self._fiches[fiche_id])
        entry = self._lexicon.get(fiche_id)
        if entry:
            for text in (*entry.names, *entry.descriptions, entry.words):
                yield from words(text)

    @cached_property
    def _modifiers(self) -> frozenset[str]:
        return frozenset(map(self._stem, self._names.modifiers))

    @cached_property
    def _usage(self) -> Counter[str]:
        """How many fiches use each stem. Counted at first need: it takes a second over 1,043 fiches."""
        usage: Counter[str] = Counter()
        for fiche in self._fiches.values():
            usage.update({self._stem(word) for word in set(_words_of(fiche))})
        return usage

    def _stem(self, word: str) -> str:
        return str(self._stemmer.stemWord(word))


def _telling(said: Sequence[str]) -> list[str]:
    return [singular(word) for word in said if word not in cues.DETERMINERS and word not in cues.JOINS]


def _words_of(fiche: FicheMetier) -> Iterator[str]:
    for section in fiche.citable_sections():
        if section.name not in _LEFT_OUT:
            yield from words(section.text)


def _around(question: str, match: NameMatch) -> tuple[list[str], list[str]]:
    """The words before and after a name, as far as the stops on both sides."""
    for first, said in parts_of(question):
        if first <= match.start < first + len(said):
            return said[: match.start - first], said[match.end - first :]
    return [], []


def _complement(after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The nouns that a name is told apart by, each with what joins it: "en eau", "de pluie"."""
    joined = ""
    for place, word in enumerate(after):
        if word in cues.JOINS:
            joined = word
        elif joined and word in cues.DETERMINERS:
            continue
        elif word in cues.ENDS_NAME or not (joined or place):
            return
        elif joined:
            if not (joined == "pour" and cues.INFINITIVE.search(word)):
                yield joined, word
            joined = ""


def _beside(after: Sequence[str], asking: Collection[str]) -> str:
    """An adjective of a name: the word that follows it, and ends what is said of it."""
    ends = len(after) == 1 or (len(after) > 1 and (after[1] in cues.ENDS_NAME or after[1] in asking))
    return after[0] if ends and after[0] not in asking else ""


def _capitalised(question: str) -> frozenset[str]:
    """The words with a capital inside a sentence: places and persons, unless all of it is in capitals."""
    if question.isupper():
        return frozenset()
    return frozenset(fold(word) for word in question.replace("'", " ").split()[1:] if word[0].isupper())
