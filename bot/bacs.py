"""The bacs that a text names: general, the technological series by their sigles, professional.

"Un baccalauréat général ou technologique (STL, STI2D)" opens a formation to three bacs; "le bac", to all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from ingest.text import fold

Type = Literal["général", "techno", "pro"]
#: The technological series, as fiches write them.
SERIES = ("STI2D", "STMG", "ST2S", "STL", "STD2A", "STHR", "STAV", "S2TMD", "TMD")

_TYPES: dict[Type, re.Pattern[str]] = {
    "général": re.compile(r"\bg[ée]n[ée]r(?:al|ale|aux)\b", re.IGNORECASE),
    "techno": re.compile(r"\btechno(?:logique)?s?\b", re.IGNORECASE),
    "pro": re.compile(r"\bpro(?:fessionnel)?s?\b", re.IGNORECASE),
}
_WITH_BAC: dict[Type, re.Pattern[str]] = {
    name: re.compile(rf"\bbac\w* {pattern.pattern[2:]}", re.IGNORECASE) for name, pattern in _TYPES.items()
}
#: What is said of a bac stands in the same sentence, not far after it.
_BAC = re.compile(r"\bbac(?:s|calaur[ée]ats?|helier(?:e)?s?|heli[eè]res?)?\b[^.;\n]{0,150}", re.IGNORECASE)
#: What makes a list of series one of examples.
_FOR_EXAMPLE = re.compile(r"\b(?:notamment|principalement|plutot|surtout|de preference|recommande)")


@dataclass(frozen=True)
class Bac:
    """A bac: its type, None where not said, and the series of a technological one."""

    type: Type | None = None
    series: str | None = None

    def is_among(self, named: Collection[Bac]) -> bool:
        """Whether a text that names these bacs means this one. One of no type may be any of them."""
        if Bac() in named or (self.type is None and named):
            return True
        return any(bac.type == self.type and bac.series in (None, self.series) for bac in named)

    def words_in(self, text: str, otherwise: str) -> str:
        """The words by which a text names this bac: its series, else its type."""
        if self.series and re.search(rf"\b{self.series}\b", text):
            return self.series
        for pattern in (_WITH_BAC[self.type], _TYPES[self.type]) if self.type else ():
            if found := pattern.search(text):
                return found[0]
        return otherwise


def bacs_named(text: str) -> frozenset[Bac]:
    """The bacs that a text names. Series that it gives as all there are stand alone, without the type."""
    said = " ".join(found[0] for found in _BAC.finditer(text))
    if not said:
        return frozenset()
    series = {Bac("techno", name) for name in SERIES if re.search(rf"\b{name}\b", said)}
    types = {name for name, pattern in _TYPES.items() if pattern.search(said)}
    if series and not _FOR_EXAMPLE.search(fold(said)):
        types.discard("techno")
    return frozenset(series | {Bac(name) for name in types} or {Bac()})
