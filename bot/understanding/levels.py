"""Levels of study in a question: "sans le bac", "bac+2 max", "pas plus de trois ans après le bac", "avec un CAP".

A *mention* ("bac 2", "trois ans", "un CAP") is no constraint by itself: the words just before or after it say whether
it is a ceiling, a floor or the level itself. Some turns of phrase need no mention ("sans diplôme", "études courtes").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ingest.fiche import LEVEL_RANKS

BAC = LEVEL_RANKS["bac ou équivalent"]
CAP = LEVEL_RANKS["cap ou équivalent"]
HIGHEST = max(LEVEL_RANKS.values())
#: What pupils call short and long studies.
SHORT_STUDIES, LONG_STUDIES = BAC + 2, BAC + 5

_NUMBERS = {
    word: n
    for n, word in enumerate(["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"], start=1)
}
_NUMBERS |= {str(n): n for n in range(1, 11)}
_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True))
#: Diplomas that people name instead of a level, and the rank they stand for.
_DIPLOMAS = {
    "troisieme": LEVEL_RANKS["3e"],
    "3e": LEVEL_RANKS["3e"],
    "brevet": LEVEL_RANKS["diplôme national du brevet"],
    "dnb": LEVEL_RANKS["diplôme national du brevet"],
    "cap": CAP,
    "bep": CAP,
    "baccalaureat": BAC,
    "bac": BAC,
    "bac pro": BAC,
    "bac general": BAC,
    "bac techno": BAC,
    "bts": BAC + 2,
    "btsa": BAC + 2,
    "dut": BAC + 2,
    "licence": BAC + 3,
    "bachelor": BAC + 3,
    "master": BAC + 5,
    "doctorat": BAC + 8,
}
_MENTION = re.compile(
    rf"\bbac (?P<plus>[1-9])(?: ans?)?\b|\b(?P<years>{_NUMBER}) (?:ans?|annees?)(?: d etudes?)?(?: (?:apres le"
    rf"|une fois le) bac(?: obtenu)?)?\b"
    rf"|\b(?P<diploma>{'|'.join(sorted(_DIPLOMAS, key=len, reverse=True))})\b"
)

_CEILING_BEFORE = re.compile(
    r"\b(?:pas plus(?: de| que)?|pas faire plus(?: de| que)?|au plus|maximum|max|moins de|jusqu (?:a|au)"
    r"|depasse\w*(?: pas)?|sans depasser|pas au dela d[eu]|inferieur\w* a|arret\w* (?:a|au)"
    r"|avec|apres (?:un|mon)|juste|seulement|j ?ai|j ?aurai|que)(?: que| juste| seulement)?(?: un| une| le| la"
    r"| mon| ma| niveau)* $"
)
_CEILING_AFTER = re.compile(
    r"^ (?:grand )?(?:maxi?m?u?m?|au (?:plus|maximum)|ou moins|pas plus|et pas plus|tout au plus)\b"
)
_FLOOR_BEFORE = re.compile(
    r"(?<!pas )(?<!faire )\b(?:au moins|minimum|a partir d[eu]|plus de|au dela d[eu]|superieur\w* a)"
    r"(?: un| une| le| la)* $"
)
_FLOOR_AFTER = re.compile(r"^ (?:mini?m?u?m?|au (?:moins|minimum)|et plus|ou plus|et au (?:dela|dessus))\b")
_EXACT_BEFORE = re.compile(r"\b(?:a|niveau|exactement)(?: un| une| le| la)* $")
_EXACT_AFTER = re.compile(r"^ (?:pile|exactement|tout juste|precisement)\b")
_STRICTLY_ABOVE = re.compile(r"(?<!pas )(?<!faire )\b(?:plus de|au dela d[eu]|superieur\w* a) (?:un |le )?$")
_STRICTLY_BELOW = re.compile(r"\b(?:moins de|inferieur\w* a) (?:un |le )?$")


@dataclass(frozen=True)
class Levels:
    """Bounds on a fiche's level rank (`FicheMetier.level_rank`), both included; None where nothing was said."""

    low: int | None = None
    high: int | None = None

    def __bool__(self) -> bool:
        return self.low is not None or self.high is not None

    def accept(self, rank: int | None) -> bool:
        """Whether a level satisfies the bounds; one without a rank ("autre formation") satisfies no bound."""
        if not self:
            return True
        return rank is not None and (self.low or 0) <= rank <= (HIGHEST if self.high is None else self.high)


_Bounds = Callable[[re.Match[str]], Levels]
_WITHOUT_MENTION: tuple[tuple[re.Pattern[str], _Bounds], ...] = (
    (
        re.compile(r"\bbac (?P<low>[1-9]) (?:ou|a|et) (?:bac )?(?P<high>[1-9])\b"),
        lambda found: Levels(BAC + int(found["low"]), BAC + int(found["high"])),
    ),
    (
        re.compile(
            rf"\b(?:de|entre) (?:bac )?(?P<low>{_NUMBER})(?: ans?)? (?:a"
            rf"|et) (?:bac )?(?P<high>{_NUMBER})(?: ans?)?(?: apres le bac)?\b"
        ),
        lambda found: Levels(BAC + _NUMBERS[found["low"]], BAC + _NUMBERS[found["high"]]),
    ),
    (
        re.compile(
            r"\bsans (?:faire )?(?:d )?etudes? (?:apres le bac|superieures)\b|\bsans (?:passer par|aller a) la fac\b"
        ),
        lambda _: Levels(high=BAC),
    ),
    (
        re.compile(r"\b(?:sans|aucun|pas de) (?:aucun |le moindre )?diplomes?\b|\bsans etudes\b"),
        lambda _: Levels(high=LEVEL_RANKS["sans diplôme"]),
    ),
    (
        re.compile(
            r"\b(?:sans|pas|avant|n ai pas|sans avoir) (?:le |mon |eu le |besoin du |passer le )*(?:bac"
            r"|baccalaureat)\b(?! \d)"
        ),
        lambda _: Levels(high=BAC - 1),
    ),
    (
        re.compile(rf"\bpas (?P<years>{_NUMBER}) (?:ans?|annees?)(?: d etudes?)?\b"),
        lambda found: Levels(high=BAC + _NUMBERS[found["years"]] - 1),
    ),
    (
        re.compile(
            r"\bcourtes? etudes?\b|\betudes? courtes?\b|\bpeu d etudes\b|\bpas (?:de |trop )*(?:longues etudes"
            r"|long|d etudes)\b"
        ),
        lambda _: Levels(high=SHORT_STUDIES),
    ),
    (re.compile(r"\blongues etudes\b|\betudes longues\b"), lambda _: Levels(low=LONG_STUDIES)),
)


def find_levels(text: str) -> tuple[Levels, str]:
    """The bounds that folded words set, and the words without those that set them."""
    for pattern, bounds in _WITHOUT_MENTION:
        found = pattern.search(text)
        if found:
            return bounds(found), _cut(text, found.start(), found.end())
    for mention in _MENTION.finditer(text):
        levels, start, end = _qualified(text, mention)
        if levels:
            return levels, _cut(text, start, end)
    return Levels(), text


def _qualified(text: str, mention: re.Match[str]) -> tuple[Levels, int, int]:
    """What the words around a mention make of it, and where they start and end."""
    rank, before, after = _rank(mention), text[: mention.start()], text[mention.end() :]
    choices = (
        (
            _FLOOR_BEFORE.search(before),
            _FLOOR_AFTER.search(after),
            Levels(low=min(rank + bool(_STRICTLY_ABOVE.search(before)), HIGHEST)),
        ),
        (
            _CEILING_BEFORE.search(before),
            _CEILING_AFTER.search(after),
            Levels(high=rank - bool(_STRICTLY_BELOW.search(before))),
        ),
        (_EXACT_BEFORE.search(before), _EXACT_AFTER.search(after), Levels(rank, rank)),
    )
    for preceding, following, levels in sorted(choices, key=lambda choice: choice[1] is None):
        if preceding or following:
            start = preceding.start() if preceding else mention.start()
            return levels, start, mention.end() + (following.end() if following else 0)
    return Levels(), 0, 0


def _rank(mention: re.Match[str]) -> int:
    if mention["diploma"]:
        return _DIPLOMAS[mention["diploma"]]
    return min(BAC + (int(mention["plus"]) if mention["plus"] else _NUMBERS[mention["years"]]), HIGHEST)


def _cut(text: str, start: int, end: int) -> str:
    return " ".join((text[:start] + " " + text[end:]).split())
