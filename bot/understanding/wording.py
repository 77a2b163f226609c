"""Wordings: what people write, spelt out, and the phrases that are looked for in it.

Both are folded words (lower case, no accents, no punctuation). A question is spelt out first ("jveux", "bak +2",
"ki a ça"), so that phrases need not hold every way to write a word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.understanding.spelling import Speller
from ingest.text import words

#: Stands where words were taken out: what stood on both sides is no phrase.
GAP = "|"
#: Shorter words are spelt right, or too common to be guessed.
_SHORTEST_GUESSED = 6
_DIGITS = {
    word: str(n)
    for n, word in enumerate(["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"], start=1)
}
_SPELT_OUT = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), said)
    for pattern, said in (
        (r"(?:bac|bak|bacc|baq)(?: ?plus?| ?pluss| ?plu)? ?(\d)(?: ans?)?", r"bac \1"),
        (
            r"(?:bac|bak|bacc|baq) (?:plus?s?|pluss|puls|p) (?=(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf)\b)",
            "bac ",
        ),
        (r"bak|bacc|baq|bacs", "bac"),
        (r"jsuis|jsui|j suis|je sui|chui|chuis|jss|jsuit", "je suis"),
        (r"jveux|jveu|j veux|je veut|je veu|jvx|jve|j veu", "je veux"),
        (r"j ?voudrais|j ?voudrai|je voudrai", "je voudrais"),
        (r"jai|g(?= (?:un|le|pas|mon|que|juste))", "j ai"),
        (r"j(ador\w*|aimer\w*|aime|aurai|kiff\w*|cherche\w*|peux|peu|arret\w*|reve\w*)", r"j \1"),
        (r"m(occup\w*|arret\w*|interess\w*|engag\w*|eclat\w*)", r"m \1"),
        (r"ki", "qui"),
        (r"ke", "que"),
        (r"k[ea]ls?|kelles?|quel", "quels"),
        (r"koi", "quoi"),
        (r"bcp|bcoup", "beaucoup"),
        (r"ds", "dans"),
        (r"pr", "pour"),
        (r"(?:cest|c) tou[st]?", "c est tout"),
        (r"(?:avc|avk|avek|ac)(?= (?:un|une|le|la|mon|juste|que|des|les|seulement)\b)", "avec"),
        (r"san(?= (?:le|mon|l|aucun|bac|diplom\w*|etud\w*|avoir|passer|faire|depasser|aller)\b)", "sans"),
        (r"pa(?= (?:plus|de|le|besoin|fair\w*|d|bac|trop|etre|rester)\b)", "pas"),
        (r"apre|apret", "apres"),
        (r"annee?|anee?s?|annes|an(?=s)", "annees"),
        (r"etude?", "etudes"),
        (r"c a p", "cap"),
        (r"maxi(?:mom|mun|mal)?|max", "maximum"),
        (r"mini(?:mom|mun)?|min", "minimum"),
        (r"deplomes?|diplom|diplaumes?", "diplome"),
        (r"metie[rz]?s?|meti|metiers?", "metiers"),
        (r"boulo[ts]?s?", "boulots"),
        (r"3 ?(?:em|eme|ieme|iem|ime|e)|troisi?eme|troizieme|3 e", "3e"),
    )
)
#: "bac+5 ou +".
_OR_MORE = re.compile(r"\b(?:ou|et) ?\+(?! ?\d)|(?<=\d)\+(?! ?\d)")
#: "bac+2max", "3ans".
_GLUED = re.compile(r"(?<=\d)(?=(?:max|min|ans?\b|annee))")
_BAC_IN_WORDS = re.compile(rf"\bbac ({'|'.join(_DIGITS)})\b(?! (?:ans?|annees|metiers?|idees?)\b)")


def spelt_out(text: str) -> str:
    """The folded words of a text, those that are glued or written as they sound being spelt out."""
    folded = _GLUED.sub(" ", " ".join(words(_OR_MORE.sub(" ou plus ", text))))
    for pattern, said in _SPELT_OUT:
        folded = pattern.sub(said, folded)
    return _BAC_IN_WORDS.sub(lambda found: f"bac {_DIGITS[found[1]]}", folded)


def cut(text: str, start: int, end: int) -> str:
    """A text without a stretch of it; a gap stands there."""
    return " ".join(f"{text[:start]} {GAP} {text[end:]}".split())


class Vocabulary:
    """The words of a set of phrases, in which misspelt ones are put right."""

    def __init__(self, phrases: Iterable[str], known: Iterable[str] = ()) -> None:
        """Words of `phrases` are what misspelt ones are read as; those of `known` phrases are only left alone."""
        targets = Counter(word for phrase in phrases for word in words(phrase) if len(word) >= _SHORTEST_GUESSED)
        self._words = frozenset([*targets, *(word for phrase in known for word in words(phrase))])
        self._speller = Speller((), targets)

    def correct(self, text: str, is_word: Callable[[str], bool]) -> str:
        """Folded words, those that are neither of the vocabulary nor a word read as the ones of it they look like."""
        return " ".join(self._corrected(word, is_word) for word in text.split())

    def _corrected(self, word: str, is_word: Callable[[str], bool]) -> str:
        if len(word) < _SHORTEST_GUESSED or word in self._words or is_word(word):
            return word
        if word[0] in "ld" and word[1:] in self._words:
            return f"{word[0]} {word[1:]}"
        found = self._speller.correct(word)
        return found or (self._elided(word) or word)

    def _elided(self, word: str) -> str | None:
        """A word whose article is glued to it, and misspelt too: "dintermitent"."""
        found = self._speller.correct(word[1:]) if word[0] in "ld" else None
        return f"{word[0]} {found}" if found else None


@dataclass(frozen=True)
class Wording:
    """Phrases that all say the same (see `alternatives`), and the values that they stand for."""

    values: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, values: Iterable[str], phrases: Iterable[str]) -> Wording:
        """Compile phrases; of those that begin at one place, the longest is tried first."""
        return cls(tuple(values), re.compile(rf"\b(?:{alternatives(phrases)})\b"))


def alternatives(phrases: Iterable[str]) -> str:
    """A pattern of any of the phrases, the longest tried first.

    A phrase is a regular expression but for `*`, which lets a word go on; after a group it repeats it, as usual.
    """
    longest_first = sorted(phrases, key=len, reverse=True)
    return "|".join(re.sub(r"\)\*", ")@", phrase).replace("*", r"\w*").replace(")@", ")*") for phrase in longest_first)
