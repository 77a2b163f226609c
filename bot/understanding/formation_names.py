"""Formations as people name them: "BTS SIO", "CAP pâtisserie", "licence de droit", "école d'ingé info", "DCG", FOR.622.

A formation is named by its code, its whole title, its sigle or its code scolarité; or by its kind and words of its
title, which may be cut short, of the same family ("pâtisserie" for pâtissier) or misspelt. Titles that what is said
does not tell apart are all meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import yaml

from bot.understanding.formation_title import Title
from bot.understanding.keys import LITTLE_WORDS, singular
from bot.understanding.likeness import FAMILY, alike, begins, looks_spoken, runs, stands_in
from bot.understanding.names import forms_of
from ingest.fiche import FicheMetier
from ingest.formation import Formation
from ingest.text import fold, words

_CODE = re.compile(r"\bfor\s?[.\-_ ]\s?(\d{1,9})\b|\bfor(\d{2,9})\b")
_SCHOOL_CODE = re.compile(r"\b\d{6,9}[a-z]?\b")
_SHORTEST_SIGLE = 3
#: Formations that a métier's name stands for, at most: of more it names none.
_MOST_OF_A_METIER = 6
#: Words that tell the variants of one title apart, or are in most titles.
_VARIANTS = frozenset({"parcours", "option"})
_LONGEST_SIGLE = 8
#: A kind whose titles begin with the name of a school: what is said of it is said of many.
_OF_SCHOOLS = ("diplome", "d", "ingenieur")
_OF_BUSINESS = ("diplome", "du", "programme", "grande", "ecole")
_CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
_OF_STATE = ("diplome", "d", "etat")
#: Written in capitals only: it is a little word too.
_IN_CAPITALS = ("de",)
_VARIANT_WORDS = frozenset({"parcour", "option"})
#: Small words between those of a name.
_LINKS = frozenset({"a", "au", "aux", "en"})
_PLAIN = frozenset({"mention", "parcour", "option", "specialite", "domaine", "metier", "ex", "mc"})


@dataclass(frozen=True)
class FormationName:
    """Formations that some words of a question name: the places of these words among all, and how they name them.

    `has_kind` says that the words begin with a kind of formation; a title without one may be a métier's name as well.
    `is_exact` says that every word is one of the title, and none merely like one; `is_firm` that the kind by itself
    tells a formation from a métier, as "CAP" does and "diplôme" does not.
    """

    ids: tuple[str, ...]
    start: int
    end: int
    has_kind: bool = True
    is_exact: bool = True
    is_firm: bool = False


class FormationNames:
    """The names of the formations of one version: those that have a fiche, and those that métier fiches name."""

    def __init__(self, fiches: Mapping[str, FicheMetier], formations: Mapping[str, Formation]) -> None:
        said = yaml.safe_load(files("bot.understanding").joinpath("formation_names.yaml").read_text(encoding="utf-8"))
        self._kinds = [
            (tuple(name.split()), tuple(words(kind))) for kind, names in said["kinds"].items() for name in names
        ]
        self._kinds.sort(key=lambda pair: -len(pair[0]))
        self._also = {
            tuple(words(kind)): [tuple(words(other)) for other in others] for kind, others in said["also"].items()
        }
        self._opening = sorted({kind for _, kind in self._kinds}, key=len, reverse=True)
        self._means = {
            short: [_keys(words(meaning)) for meaning in meant.split("|")] for short, meant in said["words"].items()
        }
        self._loose = frozenset(tuple(name.split()) for name in said["loose"])
        self._ends = frozenset(words(said["ends"]))
        self.titles = {link.id: link.label for fiche in fiches.values() for link in fiche.formations}
        self.with_fiche = frozenset(formations)
        self.titles |= {formation.id: formation.title for formation in formations.values()}
        self._by_kind: dict[tuple[str, ...], list[Title]] = defaultdict(list)
        self._by_sigle: dict[str, list[str]] = defaultdict(list)
        self._by_code: dict[str, list[str]] = defaultdict(list)
        self._whole: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._by_metier: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for fiche in fiches.values():
            for form in (form for name in (fiche.name, *fiche.other_names) for form in forms_of(name)):
                self._by_metier[_keys(words(form))] |= dict.fromkeys(link.id for link in fiche.formations)
        for formation_id, text in self.titles.items():
            formation = formations.get(formation_id)
            self._add(formation_id, text, formation.sigle if formation else None)
            if formation and formation.code:
                self._by_code[fold(formation.code)].append(formation_id)

    def find(self, question: str) -> tuple[FormationName, ...]:
        """The formations that a question names, in its order; no two share a word."""
        said, found, place = words(question), list(self._by_codes(question)), 0
        while place < len(said):
            name = self._at(said, place, question)
            if name:
                found.append(name)
            place = name.end if name else place + 1
        return tuple(sorted(found, key=lambda name: name.start))

    def of_other_kind(self, text: str, before: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The kind that a text names by itself, and the formations of it whose name goes on as one said before."""
        said = words(text)
        kind = next((name for name, _ in self._kinds if stands_in(name, said)), None)
        _, rest = self._taken_apart(before)
        found = self.at([*kind, *rest], 0) if kind and rest else None
        return (kind, found.ids) if kind and found else None

    def of_same_kind(self, telling: Sequence[str], before: str) -> tuple[str, ...]:
        """The formations that some words name after the kind of one said before: "et psycho ?"."""
        kind, _ = self._taken_apart(before)
        found = self.at([*kind, *telling], 0) if kind and telling else None
        return found.ids if found and found.end == len(kind) + len(telling) else ()

    def _taken_apart(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The first name of a text: the words of its kind, and those that go on from it."""
        named = next((name for name in self.find(text) if name.end), None)
        said = tuple(words(text)[named.start : named.end]) if named else ()
        kind = self._opening_kind(said)
        return kind, said[len(kind) :]

    def at(self, said: Sequence[str], place: int) -> FormationName | None:
        """The formations whose name begins at a place among folded words."""
        return self._at(said, place, " ".join(said))

    def _by_codes(self, question: str) -> Iterator[FormationName]:
        for found in _CODE.finditer(fold(question)):
            yield FormationName((f"FOR.{found[1] or found[2]}",), 0, 0)
        for found in _SCHOOL_CODE.finditer(fold(question)):
            if ids := self._by_code.get(found[0]):
                yield FormationName(tuple(ids), 0, 0)

    def _add(self, formation_id: str, text: str, sigle: str | None) -> None:
        said = words(text)
        keys = _keys(said)
        kind = next((kind for kind in self._opening if tuple(said[: len(kind)]) == kind), ())
        variant = next((place for place, word in enumerate(said) if word in _VARIANTS), len(said))
        rest, core = (
            tuple(key for key in _keys(said[len(kind) : end]) if key not in _PLAIN) for end in (None, variant)
        )
        initials = {"".join(key[0] for key in rest[:length]) for length in range(2, min(len(rest), _LONGEST_SIGLE) + 1)}
        if kind:
            variant_keys = rest[len(core) :] if core else ()
            title = Title(
                formation_id, rest, core or rest, variant_keys, frozenset(initials), runs(rest), fold(sigle or "")
            )
            self._by_kind[kind].append(title)
        sigles = {fold(sigle)} if sigle else set()
        if kind == _OF_STATE:  # "DEAES" is written in no fiche, and said by all
            letters = "".join(key[0] for key in rest)
            sigles |= {f"de{letters}"} | ({letters} if len(letters) > _SHORTEST_SIGLE else set())
        if kind == _OF_BUSINESS:  # "HEC"
            sigles |= {fold(word) for word in _CAPITALS.findall(text)}
        for short in sigles:
            self._by_sigle[short].append(formation_id)
        self._whole[keys].append(formation_id)

    def _at(self, said: Sequence[str], place: int, question: str) -> FormationName | None:
        whole = self._by_whole_title(said, place)
        return whole or self._by_kind_at(said, place, question) or self._by_sigle_at(said, place, question)

    def _by_whole_title(self, said: Sequence[str], place: int) -> FormationName | None:
        if said[place] in LITTLE_WORDS:
            return None
        for end in range(min(len(said), place + 30), place + 1, -1):
            keys = _keys(said[place:end])
            if len(keys) > 1 and keys in self._whole and said[end - 1] not in LITTLE_WORDS:
                opening = self._opening_kind(said[place:end])
                is_firm = bool(opening) and opening not in self._loose
                return FormationName(tuple(self._whole[keys]), place, end, has_kind=bool(opening), is_firm=is_firm)
        return None

    def _opening_kind(self, said: Sequence[str]) -> tuple[str, ...]:
        """How the kind is said that a name opens with; nothing where it opens with none."""
        return next((name for name, _ in self._kinds if tuple(said[: len(name)]) == name), ())

    def _by_sigle_at(self, said: Sequence[str], place: int, question: str) -> FormationName | None:
        """A sigle alone, where it is written in capitals or is no word: "DCG", "un dcg"."""
        word = said[place]
        ids = self._by_sigle.get(word, []) if len(word) >= _SHORTEST_SIGLE else []
        capitals = re.search(rf"\b{re.escape(word.upper())}\b", question)
        if ids and (capitals or not looks_spoken(word)):
            return FormationName(tuple(ids), place, place + 1)
        return None

    def _by_kind_at(self, said: Sequence[str], place: int, question: str) -> FormationName | None:
        for name, kind in self._kinds:
            if tuple(said[place : place + len(name)]) != name:
                continue
            if name == _IN_CAPITALS and not re.search(r"\bDE\b", question):
                continue
            is_firm = name not in self._loose
            of_metier = self._of_metier(kind, said, place + len(name)) if is_firm else None
            for possible in (kind, *self._also.get(kind, ())):
                if found := self._of_kind(possible, said, place + len(name), may_skip=is_firm):
                    ids, end, exact = found
                    if of_metier and not exact and of_metier[1] >= end:
                        break
                    return FormationName(ids, place, end, is_exact=exact, is_firm=is_firm)
            if of_metier:
                return FormationName(of_metier[0], place, of_metier[1], is_exact=False, is_firm=True)
            return None  # "bac pro" alone is no "bac" of something that begins with "pro"
        return None

    def _of_kind(
        self, kind: tuple[str, ...], said: Sequence[str], place: int, may_skip: bool
    ) -> tuple[tuple[str, ...], int, bool] | None:
        """The titles of a kind that fit the words after it, as many words as fit any of them."""
        left, end, last, is_exact = self._by_kind.get(kind, []), place, place, True
        used: list[str] = []
        wide, in_variant, was_skipped = left, False, False
        while end < len(said) and said[end] not in self._ends:
            word = singular(said[end])
            end += 1
            if word in LITTLE_WORDS or word in _PLAIN or word in _LINKS:
                in_variant = in_variant or word in _VARIANT_WORDS
                continue
            like = [title for title in wide if self._says_a_word_of(title, word)]
            exact = [title for title in left if in_variant and word in title.variant]
            exact = exact or [title for title in left if self._names(title, word)]
            fitting = exact or [title for title in like if title in left] or like
            if not fitting:
                if was_skipped or not may_skip or (used and not self._goes_on(left, said, end)):
                    break
                if self._opening_kind(said[end - 1 : end + 2]):
                    break
                was_skipped = True
                continue
            is_exact = is_exact and (bool(exact) or any(begins(word, key) for title in fitting for key in title.keys))
            left, wide, last = fitting, like, end
            used.append(word)
        if not used:
            return None
        kept = left if kind == _OF_SCHOOLS else self._closest(left, used)
        return tuple(title.id for title in kept), last, is_exact

    def _of_metier(self, kind: tuple[str, ...], said: Sequence[str], place: int) -> tuple[tuple[str, ...], int] | None:
        """The formations of a kind that the métiers of a name recommend: "CAP magasinier" is called otherwise."""
        of_kind = {title.id for title in self._by_kind.get(kind, [])}
        for end in range(min(len(said), place + 4), place, -1):
            ids = [i for i in self._by_metier.get(_keys(said[place:end]), ()) if i in of_kind]
            if 0 < len(ids) <= _MOST_OF_A_METIER:
                return tuple(ids), end
        return None

    def _goes_on(self, titles: Sequence[Title], said: Sequence[str], place: int) -> bool:
        """Whether the word at a place is a word of one of the titles: the one before it was only put in."""
        word = singular(said[place]) if place < len(said) else ""
        return bool(word) and word not in _PLAIN and any(word in title.keys for title in titles)

    def _says_a_word_of(self, title: Title, word: str) -> bool:
        return self._names(title, word) or any(alike(word, key) for key in title.keys)

    def _names(self, title: Title, word: str) -> bool:
        """Whether a word is one of the title, its sigle, its initials, or said for some of its words."""
        if word in title.keys or word in title.initials or word == title.sigle:
            return True
        if len(word) > FAMILY and word[-1] == "e" and word[:-1] in title.keys:  # "soignante", "assistante"
            return True
        if word in title.runs:
            return True
        return any(set(means) <= set(title.keys) for means in self._means.get(word, ()))

    def _closest(self, titles: Sequence[Title], used: Sequence[str]) -> Sequence[Title]:
        """Of the titles that fit, those that have the fewest words beside what was said.

        Those that differ by their option or parcours stay together when none was named.
        """
        initials = [title for title in titles if any(word == title.sigle for word in used)]
        if initials or any(word in title.initials for title in titles for word in used):
            return initials or titles
        of_core = [title for title in titles if all(self._said_by_any(word, title.core) for word in used)]
        unsaid = {title.id: self._unsaid(title.core if of_core else title.keys, used) for title in of_core or titles}
        best = min(unsaid.values())
        return [title for title in of_core or titles if unsaid[title.id] == best]

    def _unsaid(self, keys: Sequence[str], used: Sequence[str]) -> int:
        return sum(not any(self._says(word, key) for word in used) for key in keys)

    def _said_by_any(self, word: str, keys: Sequence[str]) -> bool:
        return any(self._says(word, key) for key in keys)

    def _says(self, word: str, key: str) -> bool:
        return key == word or any(key in means for means in self._means.get(word, ())) or alike(word, key)


def _keys(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(singular(word) for word in said if word not in LITTLE_WORDS)
