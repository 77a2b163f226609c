"""What a conversation was about: recomputed from its turns at every question, kept nowhere.

The history may come from elsewhere (plain French, marks of any style): métiers are found in it by their names, and
the lists of an answer by their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.understanding.intents import Intent
from bot.understanding.names import NameIndex
from bot.understanding.reading import Reading
from ingest.fiche import FicheMetier

_ITEM = re.compile(r"^\s*(?P<place>\d+)[.)]\s+(?P<title>[^\[\n]+?)(?:\s+:\s.*|\s*\[.*|\s*)$", re.MULTILINE)
_ORDINALS = {
    0: r"premiere?|1ere?|1er|number one|first",
    1: r"deuxieme|seconde?|2e|2eme|second",
    2: r"troisieme|3e|3eme|third",
    3: r"quatrieme|4e|4eme",
    4: r"cinquieme|5e|5eme",
    5: r"sixieme|6e|6eme",
    -1: r"derniere?|last",
}
_ORDINAL = {
    place: re.compile(rf"\b(?:le|la|l|du|de la|et|pour le|pour la|the) (?:{words})\b")
    for place, words in _ORDINALS.items()
}
_OTHER = re.compile(r"\b(?:l autre|de l autre|the other)\b")
_BOTH = re.compile(r"\b(?:leurs?|les deux|tous les deux|toutes les deux|des deux|chacun|chacune|both)\b")


@dataclass(frozen=True)
class Memory:
    """What stands after some turns.

    The métiers last spoken of (`focus`) and those side by side (`group`), what was asked of them, the métiers that the
    last answer listed, and the question that asked for the list (`asked`) with how many it has shown.
    """

    focus: tuple[FicheMetier, ...] = ()
    group: tuple[FicheMetier, ...] = ()
    intents: tuple[Intent, ...] = ()
    listed: tuple[FicheMetier, ...] = ()
    asked: Reading | None = None
    shown: int = 0

    def after_question(self, reading: Reading) -> Memory:
        """The memory once a question was read."""
        if reading.kind in ("list", "reverse"):
            return Memory(asked=reading, shown=reading.start)
        if not reading.fiches:
            return replace(self, listed=(), focus=self.focus) if reading.intents else Memory()
        group = self.group
        if len(reading.fiches) > 1:
            group = reading.fiches
        elif reading.fiches[0] not in group:
            group = (*self.focus[:1], *reading.fiches) if self.focus else ()
        return Memory(reading.fiches, group, reading.intents or self.intents)

    def after_answer(self, text: str, names: NameIndex, fiches: Mapping[str, FicheMetier]) -> Memory:
        """The memory once an answer was given: the métiers that it numbers, else the one that it names first."""
        listed = tuple(found for item in _ITEM.finditer(text) if (found := _titled(item["title"], names, fiches)))
        if listed:
            last = max(int(item["place"]) for item in _ITEM.finditer(text))
            return replace(self, listed=listed, shown=max(self.shown, last))
        if self.focus or self.asked:
            return self
        match = next(iter(names.find(text)), None)
        return replace(self, focus=(fiches[match.fiches[0]],)) if match else self

    def meant(self, question: str) -> tuple[FicheMetier, ...]:
        """The métiers that "le deuxième", "l'autre" or "les deux" mean, by the folded words of a question."""
        order = self.listed or self.group
        for place, pattern in _ORDINAL.items():
            if order and pattern.search(question) and -len(order) <= place < len(order):
                return (order[place],)
        if _OTHER.search(question) and len(self.group) > 1:
            return tuple(fiche for fiche in self.group if fiche not in self.focus[:1])[:1]
        if _BOTH.search(question) and len(self.group) > 1:
            return self.group
        return ()


def _titled(text: str, names: NameIndex, fiches: Mapping[str, FicheMetier]) -> FicheMetier | None:
    """The métier of a list's line: the one with this very title, else the first that the line names."""
    exact = names.titled(text)
    if exact:
        return exact
    match = next(iter(names.find(text)), None)
    return fiches[match.fiches[0]] if match else None
