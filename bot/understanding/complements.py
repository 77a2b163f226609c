"""Names of métiers that exist nowhere: a known name whose complement makes it another, or a name that no fiche bears.

"Boulanger spatial", "sommelier en eau de pluie" and "chef de gare" are made of words that fiches hold. A complement
makes another métier when neither the fiche nor its everyday words hold what it says; places, persons, times and ways of
working make none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
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


class Complements:
    """What the métiers of a version are about, as far as it tells whether a complement fits one of them."""

    def __init__(self, fiches: Mapping[str, FicheMetier], lexicon: Lexicon, names: NameIndex) -> None:
        self._fiches = fiches
        self._lexicon = lexicon
        self._names = names
        self._stemmer = Stemmer.Stemmer("french")

    def warm(self) -> None:
        """Count what is counted at first need."""
        self._stem(next(iter((*self._usage, *self._modifiers)), ""))

    def makes_another(self, question: str, match: NameMatch, asking: Collection[str]) -> bool:
        """Whether what follows a name, or stands just before it, makes it the name of another métier.

        `asking` are the words of the question that ask for something: they are no complement.
        """
        before, after = _around(question, match)
        places = _capitalised(question)
        nouns = [word for word in _complement(after) if word not in places and word not in asking]
        if any(self._is_foreign(noun, match) for noun in nouns):
            return True
        if self._is_prefixed(before):
            return True
        beside = _beside(after, asking)
        return beside not in places and self._is_foreign(beside, match) and self._modifies(beside)

    def looks_like_a_name(self, said: Sequence[str]) -> bool:
        """Whether words are built like the name of a métier: few, the first one being what such names begin with."""
        keys = [singular(word) for word in said if word not in cues.DETERMINERS and word not in cues.JOINS]
        if not 0 < len(keys) <= _MOST_KEYS or (cues.INFINITIVE.search(keys[0]) and keys[0] not in self._names.heads):
            return False
        if any(self._is_unheard(key) for key in keys):
            return True
        return len(keys) > 1 and keys[0] in self._names.heads and not self._is_in_one_name(keys)

    def _is_in_one_name(self, keys: Sequence[str]) -> bool:
        """Whether a name holds all these keys, whatever their order and gender: "assistante social"."""
        stems = {self._stem(key) for key in self._names.joined(keys)}
        return any(stems <= set(map(self._stem, name)) for name in self._names.all if len(name) >= len(stems))

    def _is_prefixed(self, before: Sequence[str]) -> bool:
        """Whether a word that nobody knows stands between what announces a name and the name: "growth hacker"."""
        return len(before) > 1 and before[-2] in cues.ANNOUNCES and self._is_unheard(before[-1])

    def _is_unheard(self, key: str) -> bool:
        return len(key) > _SHORTEST and key.isalpha() and not self._names.knows(key)

    def _modifies(self, word: str) -> bool:
        """Whether a word beside a name can be a part of it: others are misspelt, or belong to the question."""
        return self._stem(singular(word)) in self._modifiers

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
        stem = self._stem(key)
        return any(self._stem(word) == stem for word in set(self._own_words(fiche_id)))

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


def _complement(after: Sequence[str]) -> Iterator[str]:
    """The nouns that a name is told apart by: "eau" and "pluie" in "en eau de pluie, ça recrute"."""
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
                yield word
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
