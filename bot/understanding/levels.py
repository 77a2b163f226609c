"""Levels of study in a question: "sans le bac", "bac+2 max", "pas plus de trois ans après le bac", "avec un CAP".

A *mention* ("bac 2", "trois ans", "un CAP") is no constraint by itself: the words around it say whether it is a
ceiling, a floor or the level itself, or what somebody has. Some turns of phrase need no mention ("sans diplôme",
"études courtes"). How all that is said stands in `levels.yaml`; texts are spelt out (`bot.understanding.wording`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from importlib.resources import files
from itertools import pairwise
from typing import Any

import yaml

from bot.understanding.wording import alternatives, cut
from ingest.fiche import LEVEL_RANKS

BAC = LEVEL_RANKS["bac ou équivalent"]
CAP = LEVEL_RANKS["cap ou équivalent"]
HIGHEST = max(LEVEL_RANKS.values())
#: What pupils call short and long studies.
SHORT_STUDIES, LONG_STUDIES = BAC + 2, BAC + 5

_SAID: dict[str, Any] = yaml.safe_load(files("bot.understanding").joinpath("levels.yaml").read_text("utf-8"))

# Mentions

_NUMBERS = {
    word: n
    for n, word in enumerate(["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"], start=1)
}
_NUMBERS |= {"une": 1} | {str(n): n for n in range(1, 11)}
_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_SCHOOLING = r"etudes?|fac|formation|ecole|scolarite|cursus|universite"
_AFTER_BAC = r"(?:apres|post|une fois|suivant)(?: (?:avoir )?(?:eu|obtenu|passe))?(?: (?:le|mon|son))? bac(?: obtenu)?"
_RANKED = list(_SAID["diplomas"])
_DIPLOMA = "|".join(f"(?P<d{n}>{alternatives(_SAID['diplomas'][label])})" for n, label in enumerate(_RANKED))
_MENTION = re.compile(
    rf"\bbac (?P<plus>[1-9])\b"
    rf"|\b(?P<years>{_NUMBER}) (?:ans?|annees)(?P<studies>(?: (?:d |de |a la |en |a l )?(?:{_SCHOOLING})(?: sup\w*)?)?"
    rf"(?: {_AFTER_BAC}| (?P<after_3e>apres (?:la )?3e))?)\b"
    rf"|\b(?:{_DIPLOMA})\b"
)
#: Years alone are years of study where the question speaks of studies, and not of an age or of experience.
_OF_STUDIES = re.compile(rf"\b(?:{_SCHOOLING}|etudi\w+|bac|diplome\w*)\b")
_OF_AGE = re.compile(
    r"\b(?:enfants?|bebes?|gosses?|petits|agee?s?|age|depuis|pendant|experience|il y a|j ai|ai|fille|fils|eleve|dans"
    r")(?: (?:de|a|d|plus|moins|deja|entre))*$"
)
#: "bac 2 ou 3", "2 à 3 ans": the number that lacks its unit.
_HALF_SAID = (
    (re.compile(r"\bbac ([1-9]) (ou|a|et) ([1-9])\b(?! (?:ans?|annees))"), r"bac \1 \2 bac \3"),
    (re.compile(r"\bbac ([1-9]) ([1-9])\b(?! (?:ans?|annees))"), r"bac \1 ou bac \2"),
    (re.compile(rf"\b({_NUMBER}) (ou|a|et) (?=(?:{_NUMBER}) (?:ans?|annees)\b)"), r"\1 ans \2 "),
)
#: A master takes five years after the bac, a CAP two after the 3e, a bac three.
_YEARS_OF_CAP, _YEARS_OF_BAC = 2, 3

# Cues

_FILLERS = rf"(?: (?:{'|'.join(_SAID['fillers'].split())})\b)*"
_NEGATED = re.compile(rf"\b(?:{alternatives(_SAID['negations'])})\b(?: \w+){{0,5}}$")
_NOT_NEGATED = re.compile(rf"\b(?:{alternatives(_SAID['no_negations'])})\b")
_BEFORE = {
    name: re.compile(rf"\b(?:{alternatives(_SAID[name]['before'])}){_FILLERS}$")
    for name in ("ceiling", "below", "floor", "above", "exact", "has", "since")
}
_AFTER = {
    name: re.compile(rf"^(?: (?:d etudes|en poche|\|))*(?: (?:{alternatives(_SAID[name]['after'])}))\b")
    for name in ("ceiling", "floor", "exact", "has")
}
_AT = re.compile(r"\b(?:a|niveau|niveaux)(?: (?:un|une|le|la|l|mon|du|de|d|niveau))*$")
#: What one has says as much of a description as of a list: "j'ai un bac pro mais…".
_OF_SOMEBODY = re.compile(r"\b(?:ai|aurai|aurais|avais|a|ont|suis|est|sont|eleve|passe|termine|finis|entre)\b")
_BETWEEN = re.compile(rf" (?P<link>a|au|et|ou|soit|jusqu|jusque){_FILLERS} ?")
_FROM = re.compile(rf"\b(?:entre|de|du|d){_FILLERS}$")


@dataclass(frozen=True)
class Levels:
    """Bounds on a fiche's level rank (`FicheMetier.level_rank`), both included; None where nothing was said.

    `of_somebody` says that they are what somebody has or is: not asked of the métiers in so many words.
    """

    low: int | None = None
    high: int | None = None
    of_somebody: bool = field(default=False, compare=False)

    def __bool__(self) -> bool:
        return self.low is not None or self.high is not None

    def accept(self, rank: int | None) -> bool:
        """Whether a level satisfies the bounds; one without a rank ("autre formation") satisfies no bound."""
        if not self:
            return True
        return rank is not None and (self.low or 0) <= rank <= (HIGHEST if self.high is None else self.high)


class _Force(IntEnum):
    """How plainly words set a bound; of several, the plainest count."""

    SAID, VAGUE, HAD, BARE = range(4)


@dataclass(frozen=True)
class _Bound:
    force: _Force
    levels: Levels
    start: int
    end: int


_PHRASES = tuple(
    (re.compile(rf"\b(?:{alternatives(_SAID[name])})\b(?! [1-9])"), force, levels)
    for name, force, levels in (
        ("no_diploma", _Force.SAID, Levels(high=LEVEL_RANKS["sans diplôme"])),
        ("no_bac", _Force.SAID, Levels(high=BAC - 1)),
        ("no_higher", _Force.SAID, Levels(high=BAC)),
        ("short", _Force.VAGUE, Levels(high=SHORT_STUDIES)),
        ("long", _Force.VAGUE, Levels(low=LONG_STUDIES)),
    )
)


def find_levels(text: str) -> tuple[Levels, str]:
    """The bounds that spelt-out words set, and the words without those that set them."""
    for pattern, full in _HALF_SAID:
        text = pattern.sub(full, text)
    phrases = list(_phrases(text))
    mentions = [found for found in _MENTION.finditer(text) if _is_level(text, found) and not _inside(found, phrases)]
    bounds = [*phrases, *_ranges(text, mentions)]
    bounds += [bound for found in mentions if not _inside(found, bounds) and (bound := _qualified(text, found))]
    if not bounds:
        return Levels(), text
    plainest = min(bound.force for bound in bounds)
    kept = sorted((bound for bound in bounds if bound.force == plainest), key=lambda bound: bound.start)
    for bound in reversed(kept):
        text = cut(text, bound.start, bound.end)
    return _together(bound.levels for bound in kept), text


def _phrases(text: str) -> Iterator[_Bound]:
    for pattern, force, levels in _PHRASES:
        found = pattern.search(text)
        if found:
            yield _Bound(force, levels, found.start(), found.end())
            return


def _ranges(text: str, mentions: list[re.Match[str]]) -> Iterator[_Bound]:
    """Two mentions that are the ends of a range ("entre le bac et bac 2"), or a choice ("un CAP ou un bac pro")."""
    for first, second in pairwise(mentions):
        link = _BETWEEN.fullmatch(text, first.end(), second.start())
        before = text[: first.start()].rstrip()
        opened = _FROM.search(before)
        if link is None or (link["link"] == "et" and not (opened and opened[0].startswith("entre"))):
            continue
        low, high = sorted((_rank(first), _rank(second)))
        start = opened.start() if opened else first.start()
        end = _qualified(text, second)
        if link["link"] in ("ou", "soit") and end and end.force is not _Force.BARE and not _AT.search(before):
            yield replace(end, start=start)
        elif link["link"] in ("ou", "soit") and (had := _qualified(text, first)) and had.levels.low is None:
            yield _Bound(had.force, Levels(None, high, had.levels.of_somebody), had.start, second.end())
        else:
            yield _Bound(_Force.SAID, Levels(low, high), start, second.end())


def _qualified(text: str, mention: re.Match[str]) -> _Bound | None:
    """What the words around a mention make of it: those just after it count first."""
    rank, before, after = _rank(mention), text[: mention.start()].rstrip(), text[mention.end() :]
    start, end = mention.span()
    plainly = {"ceiling": Levels(high=rank), "floor": Levels(low=rank), "exact": Levels(rank, rank)}
    for name, levels in plainly.items():
        if found := _AFTER[name].search(after):
            return _Bound(_Force.SAID, levels, _cue_start(before, start), end + found.end())
    for name, levels in plainly.items():
        if found := _BEFORE[name].search(before):
            return _Bound(_Force.SAID, levels, found.start(), end)
    strict = _strictly(before, rank, end) or _had(before, after, rank, mention)
    if strict or not _is_telling(mention, rank):
        return strict
    return _Bound(_Force.BARE, Levels(rank, rank), start, end)


def _strictly(before: str, rank: int, end: int) -> _Bound | None:
    """More or less than a level; "pas plus" and "pas moins" turn that round."""
    for name, plain, turned in (
        ("above", Levels(low=min(rank + 1, HIGHEST)), Levels(high=rank)),
        ("below", Levels(high=rank - 1), Levels(low=rank)),
    ):
        if found := _BEFORE[name].search(before):
            negated = _NEGATED.search(_NOT_NEGATED.sub("", before[: found.start()].rstrip()))
            return _Bound(_Force.SAID, turned if negated else plain, found.start(), end)
    return None


def _had(before: str, after: str, rank: int, mention: re.Match[str]) -> _Bound | None:
    """A level that somebody has, or that métiers stand at: "avec un CAP", "à bac+2", "bac en poche", "après la 3e"."""
    start, end = mention.span()
    if found := _BEFORE["has"].search(before):
        somebody = bool(_OF_SOMEBODY.search(found[0]))
        return _Bound(_Force.HAD if somebody else _Force.SAID, Levels(None, rank, somebody), found.start(), end)
    if found := _AT.search(before):
        return _Bound(_Force.SAID, Levels(rank, rank), found.start(), end)
    if found := _AFTER["has"].search(after):
        return _Bound(_Force.HAD, Levels(None, rank), start, end + found.end())
    if found := _BEFORE["since"].search(before):
        return _Bound(_Force.HAD, Levels(None, rank, True), found.start(), end)
    return None


def _is_telling(mention: re.Match[str], rank: int) -> bool:
    """Whether a mention alone is a level: "métiers bac+5"; "CAP" alone is more often a formation."""
    return bool(mention["plus"] or mention["after_3e"]) or rank == CAP + 1


def _cue_start(before: str, start: int) -> int:
    """Where the words begin that lead to a mention: "avec", "à", "niveau"."""
    found = _BEFORE["has"].search(before) or _AT.search(before)
    return found.start() if found else start


def _rank(mention: re.Match[str]) -> int:
    if mention["plus"]:
        return BAC + int(mention["plus"])
    if mention["years"] is None:
        return next(LEVEL_RANKS[label] for n, label in enumerate(_RANKED) if mention[f"d{n}"])
    years = _NUMBERS[mention["years"]]
    if mention["after_3e"]:
        return CAP if years <= _YEARS_OF_CAP else BAC + years - _YEARS_OF_BAC
    return min(BAC + years, HIGHEST)


def _is_level(text: str, mention: re.Match[str]) -> bool:
    if mention["years"] is None or mention["studies"]:
        return True
    return bool(_OF_STUDIES.search(text)) and not _OF_AGE.search(text[: mention.start()].rstrip())


def _inside(mention: re.Match[str], bounds: Iterable[_Bound]) -> bool:
    return any(bound.start <= mention.start() < bound.end for bound in bounds)


def _together(levels: Iterable[Levels]) -> Levels:
    """The first bounds, with the floor or the ceiling that others add to them."""
    first, *others = levels
    low, high = first.low, first.high
    for other in others:
        if low is None and other.low is not None and (high is None or other.low <= high):
            low = other.low
        if high is None and other.high is not None and (low is None or low <= other.high):
            high = other.high
    return Levels(low, high, first.of_somebody)
