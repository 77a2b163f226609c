"""Kinds of formations (`CAP`, `bac pro`, `BTS`) and full titles of formations, found in the prose of fiches.

A text is read as keys: folded words, sigles in capitals kept as they are (`DU`, `BUT` and `DE` are French words
too), and the long or plural names of a kind put in the form that opens the titles: `baccalauréat professionnel`,
`bacheliers professionnels` become `bac pro`. Whatever is found is found by equal keys: nothing is likened.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from ingest.fiche import LEVEL_RANKS
from ingest.text import fold

_CAP, _BAC = LEVEL_RANKS["cap ou équivalent"], LEVEL_RANKS["bac ou équivalent"]


@dataclass(frozen=True)
class Kind:
    """A kind of formation, as titles name it, and the level that it ends at; None where it ends at several."""

    name: str
    rank: int | None = None


#: "3e" is a class and "bac + 2" a level: fiches name them where others name a diploma.
KINDS: tuple[Kind, ...] = (
    Kind("3e", LEVEL_RANKS["3e"]),
    Kind("CAP", _CAP),
    Kind("CAPa", _CAP),
    Kind("BPA", _CAP),
    Kind("CTM", _CAP),
    Kind("CS"),
    Kind("TP"),
    Kind("DU"),
    Kind("FCIL"),
    Kind("bac", _BAC),
    Kind("bac pro", _BAC),
    Kind("bac techno", _BAC),
    Kind("bac général", _BAC),
    Kind("BP", _BAC),
    Kind("BMA", _BAC),
    Kind("BTM", _BAC),
    Kind("BPJEPS", _BAC),
    Kind("BTS", _BAC + 2),
    Kind("BTSA", _BAC + 2),
    Kind("BTMS", _BAC + 2),
    Kind("BM", _BAC + 2),
    Kind("DEUST", _BAC + 2),
    Kind("DEJEPS", _BAC + 2),
    Kind("BUT", _BAC + 3),
    Kind("licence", _BAC + 3),
    Kind("licence pro", _BAC + 3),
    Kind("DN MADE", _BAC + 3),
    Kind("DNA", _BAC + 3),
    Kind("DESJEPS", _BAC + 3),
    Kind("DNSEP", _BAC + 5),
    Kind("DSAA", _BAC + 5),
    Kind("master", _BAC + 5),
    Kind("diplôme d'ingénieur", _BAC + 5),
    Kind("mastère spé."),
    Kind("diplôme d'État"),
    *(Kind(f"bac + {years}", _BAC + years) for years in range(1, 9)),
)

#: Other ways to write the beginning of a name.
_ALIASES: dict[str, str] = {
    "troisième": "3e",
    "3ème": "3e",
    "3e année": "année",  # of a course, not the class
    "3ème année": "année",
    "troisième année": "année",
    "baccalauréat professionnel": "bac pro",
    "bac professionnel": "bac pro",
    "bacs pro": "bac pro",
    "bacs professionnels": "bac pro",
    "bacheliers professionnels": "bac pro",
    "baccalauréat technologique": "bac techno",
    "bac technologique": "bac techno",
    "bacs technologiques": "bac techno",
    "bacheliers technologiques": "bac techno",
    "baccalauréat général": "bac général",
    "bacheliers généraux": "bac général",
    "baccalauréat": "bac",
    "bacs": "bac",
    "bachelier": "bac",
    "bacheliers": "bac",
    "CAP agricole": "CAPa",
    "CAPA": "CAPa",
    "brevet professionnel agricole": "BPA",
    "brevet professionnel": "BP",
    "brevets professionnels": "BP",
    "brevet des métiers d'art": "BMA",
    "brevet de technicien supérieur": "BTS",
    "brevet de technicien supérieur agricole": "BTSA",
    "brevet technique des métiers": "BTM",
    "brevet de maîtrise": "BM",
    "mention complémentaire": "CS (ex MC)",
    "certificat de spécialisation": "CS",
    "titre professionnel": "TP",
    "licence professionnelle": "licence pro",
    "licences professionnelles": "licence pro",
    "licences": "licence",
    "masters": "master",
    "école d'ingénieurs": "diplôme d'ingénieur",
    "écoles d'ingénieurs": "diplôme d'ingénieur",
    "école d'ingénieur": "diplôme d'ingénieur",
    "mastère spécialisé": "mastère spé.",
    "DE": "diplôme d'État",
}

#: A title is looked for in prose when it opens with one of these: others ("designer", "bande dessinée",
#: "prothésiste dentaire") are plain words or names of métiers as well.
_DIPLOMA_WORDS = frozenset({"diplome", "certificat", "bachelor", "magistere", "mastere", "bac", "licence", "master"})

_WORD = re.compile(r"[^\W_]+")
#: What stands before a mention that is the sentence's subject: the fiche then speaks of itself ("Ce BTS est …").
_SUBJECT = re.compile(r"(?:^|[.!?]\s*|\n\s*)(?:[Ll][ea]s?|[Cc]e(?:tte|s)?|[Uu]n)\s+(?:titulaires? d[eu]\w*\s+)?$")
_ANOTHER = re.compile(r"\b(?:autres?|second|deuxième|nouveau)\s+$", re.IGNORECASE)

Keys = tuple[str, ...]
T = TypeVar("T")


@dataclass(frozen=True)
class Mention:
    """A kind of formation that a text names: the words as written, the kind, and the formation whose title they are."""

    words: str
    kind: str | None
    rank: int | None
    formation: str | None = None


@dataclass(frozen=True)
class _Key:
    text: str
    start: int
    end: int


def keys_of_title(title: str) -> Keys:
    """A title's keys: two titles are the same when these are equal."""
    return tuple(key.text for key in _keys(title))


@lru_cache(maxsize=16_384)  # asked of the same titles again and again while ways are looked for
def kind_of(title: str) -> Kind | None:
    """The kind of the formation that bears a title, told by how the title begins."""
    keys = keys_of_title(title)
    return next((kind for length, kind in _openings(keys) if length), None)


class MentionFinder:
    """Finds the kinds of formations and the titles that a text names."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        """`titles` gives each formation's title by its id; a title that two formations bear is nobody's."""
        bearers: dict[Keys, list[str]] = defaultdict(list)
        for formation_id, title in titles.items():
            bearers[keys_of_title(title)].append(formation_id)
        self._by_first: dict[str, list[tuple[Keys, str]]] = defaultdict(list)
        for keys, ids in bearers.items():
            if len(ids) == 1 and len(keys) > 1 and (keys[0] in _DIPLOMA_WORDS or keys[0] in _SIGLES):
                self._by_first[keys[0]].append((keys, ids[0]))
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def find(self, text: str, own_id: str, own_title: str) -> tuple[Mention, ...]:
        """What the text of a formation's fiche names, in its order, each once; the fiche's own name left aside."""
        own_kind, keys, place = kind_of(own_title), _keys(text), 0
        found: dict[tuple[str | None, str | None], Mention] = {}
        while place < len(keys):
            length, mention = self._at(keys, place, text)
            if mention and not _speaks_of_itself(mention, text[: keys[place].start], own_id, own_kind):
                found.setdefault((mention.kind, mention.formation), mention)
            place += max(length, 1)
        return tuple(found.values())

    def _at(self, keys: list[_Key], place: int, text: str) -> tuple[int, Mention | None]:
        """The longest title, else the longest kind, that begins at a key, and how many keys it takes."""
        here = tuple(key.text for key in keys[place : place + _LONGEST])
        for title, formation_id in self._by_first.get(here[0], ()):
            if here[: len(title)] == title:
                kind = next((kind for _, kind in _openings(title)), None)
                return len(title), _mention(keys, place, len(title), text, kind, formation_id)
        for length, kind in _openings(here):
            return self._with_sigle(keys, place, length, text), _mention(keys, place, length, text, kind, None)
        return 1, None

    @staticmethod
    def _with_sigle(keys: list[_Key], place: int, length: int, text: str) -> int:
        """A kind takes along the sigle that follows it at once: the CS of "BUT CS" is no other kind."""
        following = place + length
        if following < len(keys):
            between = text[keys[following - 1].end : keys[following].start]
            if not between.strip() and keys[following].text.isupper():
                return length + 1
        return length


def _speaks_of_itself(mention: Mention, before: str, own_id: str, own_kind: Kind | None) -> bool:
    """Whether a fiche means its own formation: by its title, by its kind unless it says "another", as the subject.

    "Ce BTS est accessible avec…" names no other formation; nor does a sibling's title there, copied with the text.
    """
    if mention.formation == own_id:
        return True
    if own_kind is None or mention.kind != own_kind.name:
        return False
    return bool(_SUBJECT.search(before)) if mention.formation else not _ANOTHER.search(before)


def _mention(
    keys: list[_Key], place: int, length: int, text: str, kind: Kind | None, formation_id: str | None
) -> Mention:
    words = text[keys[place].start : keys[place + length - 1].end]
    return Mention(words, kind.name if kind else None, kind.rank if kind else None, formation_id)


def _keys(text: str) -> list[_Key]:
    """The keys of a text with their places; those of an alias stand at its first word and reach to its last."""
    plain = [_Key(_key(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
    keys, place = [], 0
    while place < len(plain):
        for alias, canonical in _ALIASES_BY_FIRST.get(plain[place].text, ()):
            if tuple(key.text for key in plain[place : place + len(alias)]) == alias:
                first, last = plain[place], plain[place + len(alias) - 1]
                keys += [_Key(key, first.start, last.end) for key in canonical]
                place += len(alias)
                break
        else:
            keys.append(plain[place])
            place += 1
    return keys


def _key(word: str) -> str:
    if len(word) > 1 and word.isupper():
        return word
    return word.lower() if word.isascii() else fold(word)


def _plain_keys(text: str) -> Keys:
    return tuple(_key(word) for word in _WORD.findall(text))


def _openings(keys: Keys) -> Iterator[tuple[int, Kind]]:
    """The kinds whose name opens some keys, longest first, each with its length in keys."""
    for name, kind in _KINDS_BY_FIRST.get(keys[0], ()) if keys else ():
        if keys[: len(name)] == name:
            yield len(name), kind


def _by_first(pairs: Iterable[tuple[Keys, T]]) -> dict[str, list[tuple[Keys, T]]]:
    grouped: dict[str, list[tuple[Keys, T]]] = defaultdict(list)
    for keys, value in sorted(pairs, key=lambda pair: -len(pair[0])):
        grouped[keys[0]].append((keys, value))
    return grouped


_ALIASES_BY_FIRST = _by_first((_plain_keys(alias), _plain_keys(name)) for alias, name in _ALIASES.items())
_KINDS_BY_FIRST = _by_first((_plain_keys(kind.name), kind) for kind in KINDS)
_SIGLES = frozenset(_plain_keys(kind.name)[0] for kind in KINDS)
#: Keys that a title can have; the longest of Onisep's has 60.
_LONGEST = 80
