"""Figures of a text with their units, however they are written: `3 080 €`, `trois mille quatre-vingts euros`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.text import fold

_UNITS = {
    "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
    "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "octante": 80, "huitante": 80, "nonante": 90,
    "dizaine": 10, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40, "cinquantaine": 50,
    "soixantaine": 60, "centaine": 100, "douzaine": 12,
}  # fmt: skip
_SCALES = {"cent": 100, "cents": 100, "mille": 1000, "millier": 1000, "milliers": 1000, "million": 10**6,
           "millions": 10**6, "milliard": 10**9, "milliards": 10**9}  # fmt: skip
_FRACTIONS = {"moitie": 50.0, "tiers": 33.3, "quart": 25.0, "quarts": 25.0}
_RANKS = {
    "deuxieme": 2, "second": 2, "seconde": 2, "troisieme": 3, "quatrieme": 4, "cinquieme": 5, "sixieme": 6,
    "septieme": 7, "huitieme": 8, "neuvieme": 9, "dixieme": 10,
}  # fmt: skip
NUMBER_WORDS = frozenset({*_UNITS, *_SCALES, *_FRACTIONS, *_RANKS} - {"un", "une"})

_MEASURES = {
    "%": "%", "pourcent": "%", "€": "euro", "euro": "euro", "euros": "euro", "eur": "euro", "k€": "euro",
    "an": "ans", "ans": "ans", "annee": "ans", "annees": "ans", "mois": "mois", "semaine": "semaine",
    "semaines": "semaine", "jour": "jour", "jours": "jour", "h": "heure", "heure": "heure", "heures": "heure",
    "kg": "kg", "kilo": "kg", "kilos": "kg", "km": "km", "fois": "fois", "minute": "minute", "minutes": "minute",
}  # fmt: skip
_MONTHS = {"ans": 12, "mois": 1}
_NAMED = {"euro", "%", "semaine", "jour", "kg", "km"}
_TOKEN = re.compile(r"\d+(?:er?|eme|re)\b|\d+(?:[ .]\d{3})+(?:,\d+)?(?!\d)|\d+(?:[.,]\d+)?|k?€|%|[^\W\d_]+|[+;:.,()\n]")
_JOINERS = frozenset({"a", "et", "ou", "-", "de"})
#: An article before these is a figure: `un an`, `une semaine`; elsewhere `un` counts nothing.
_COUNTED_BY_ONE = frozenset({"an", "mois", "semaine", "million", "milliard"})


@dataclass(frozen=True)
class Figure:
    """A figure, its unit where it has one, and where it stands in the folded text."""

    value: float
    unit: str | None
    start: int
    end: int

    def agrees_with(self, other: Figure) -> bool:
        """Whether both say the same: equal values and units, two years being 24 months.

        Without a unit a figure counts anything, but no money and no share: those are always named.
        """
        if self.unit in _MONTHS and other.unit in _MONTHS:
            return self.value * _MONTHS[self.unit] == other.value * _MONTHS[other.unit]
        if self.unit != other.unit and (None not in (self.unit, other.unit) or {self.unit, other.unit} & _NAMED):
            return False
        return abs(self.value - other.value) < 0.05


def figures_of(text: str) -> list[Figure]:
    """Every figure of a text, in order; places are those of `folded(text)`."""
    found = list(_raw_figures(list(_TOKEN.finditer(folded(text)))))
    return list(_with_shared_units(found, folded(text)))


def folded(text: str) -> str:
    """The text as figures are looked for in it: folded, hyphens of number words opened."""
    return re.sub(r"(?<=[a-z])-(?=[a-z])", " ", fold(text).replace("’", "'"))


def _raw_figures(tokens: list[re.Match[str]]) -> Iterator[Figure]:
    place = 0
    while place < len(tokens):
        value, unit, after = _read(tokens, place)
        if value is not None:
            yield Figure(value, unit, tokens[place].start(), tokens[after - 1].end())
        place = after


def _read(tokens: list[re.Match[str]], place: int) -> tuple[float | None, str | None, int]:
    """The figure that begins at a token, its unit, and the place after it; None for a word that is no figure."""
    word = tokens[place][0]
    if word in _FRACTIONS:
        return _FRACTIONS[word], "%", place + 1
    if word in _RANKS:
        return float(_RANKS[word]), "rang", place + 1
    if word[0].isdigit():
        if word[-1].isalpha():  # "3e", "1er": a name, no figure
            return None, None, place + 1
        value, after = _digits(word), place + 1
        if after < len(tokens) and tokens[after][0] in ("million", "millions", "milliard", "milliards"):
            value, after = value * _SCALES[tokens[after][0]], after + 1
    elif word in _UNITS or word in _SCALES:
        value, after = _spelled(tokens, place)
        if word in ("un", "une") and after == place + 1 and _word_at(tokens, after) not in _COUNTED_BY_ONE:
            return None, None, after
    else:
        return None, None, place + 1
    if (_word_at(tokens, after), _word_at(tokens, after + 1)) == ("pour", "cent"):
        return value, "%", after + 2
    after_plus = place >= 2 and tokens[place - 1][0] == "+" and tokens[place - 2][0] in ("bac", "ou", "a")
    return value, "ans" if after_plus else _unit(tokens, after), after


def _word_at(tokens: list[re.Match[str]], place: int) -> str:
    return tokens[place][0] if place < len(tokens) else ""


def _digits(text: str) -> float:
    if re.fullmatch(r"\d+(?:[ .]\d{3})+(?:,\d+)?", text):
        text = re.sub(r"[ .]", "", text)
    return float(text.replace(",", "."))


def _spelled(tokens: list[re.Match[str]], place: int) -> tuple[float, int]:
    """The value of number words from `place` on, and the place after them: `quatre vingt dix sept`."""
    total, current, first = 0.0, 0.0, place
    while (word := _word_at(tokens, place)) in _UNITS or word in _SCALES or _joins(tokens, place, current):
        if word in _SCALES:
            total, current = _scaled(total, current, _SCALES[word])
        elif word in _UNITS:
            if place > first and not _continues(current, word):
                break
            current += 76 if word in ("vingt", "vingts") and current % 100 == 4 else _UNITS[word]
        place += 1
    return total + current, max(place, first + 1)


def _scaled(total: float, current: float, scale: int) -> tuple[float, float]:
    if scale == 100:
        return total, (current or 1) * 100
    return ((total + (current or 1)) * scale if scale >= 10**6 else total + (current or 1) * scale), 0.0


def _continues(current: float, word: str) -> bool:
    """Whether a number word goes on with the number before it: `soixante` `dix`, but not `trois` `cinq`."""
    if word in ("vingt", "vingts") and current % 100 == 4:
        return True
    return current % 100 == 0 or (current % 10 == 0 and current % 100 >= 20 and _UNITS[word] < 20)


def _joins(tokens: list[re.Match[str]], place: int, current: float) -> bool:
    return current >= 20 and _word_at(tokens, place) == "et" and _word_at(tokens, place + 1) in ("un", "une", "onze")


def _unit(tokens: list[re.Match[str]], after: int) -> str | None:
    words = [token[0] for token in tokens[after : after + 2]]
    if words[:1] and words[0] in _MEASURES:
        return _MEASURES[words[0]]
    if words[:1] in (["de"], ["d"]) and len(words) == 2:
        return _MEASURES.get(words[1])
    return None


def _with_shared_units(found: list[Figure], text: str) -> Iterator[Figure]:
    """`11 à 12 ans`, `entre 1830 et 2579 euros`: the first figure has the unit of the second."""
    for figure, following in zip(found, [*found[1:], None], strict=False):
        if figure.unit is None and following is not None and following.unit:
            between = re.findall(r"[^\W\d_]+|[^\w\s]", text[figure.end : following.start])
            if between and len(between) <= 2 and set(between) <= {*_JOINERS, "+", "bac"}:
                figure = replace(figure, unit=following.unit)
        yield figure
