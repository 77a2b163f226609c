"""Which domaines and sous-domaines a question names: "la logistique et le transport", "dans le tourisme"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import Any

import yaml

from bot.understanding.wording import GAP, alternatives, cut
from ingest.text import words

_GLUE = r"(?:(?: (?:et|ou|de|d|des|du|la|le|les|l|aux?|a|dans|en|metiers|secteur|domaine))* | )"
_LINKS = (
    r"(?: (?:de|d|du|des|la|le|l|les|a|au|aux|en|par|pour|lies?|tout|ce|qui|est|c est|touche\w*|relevant|et|ou|un|une"
    rf"|\{GAP}))*$"
)
#: Says that the words that follow are a field of work: plainly, or in a wish.
_PLAINLY = re.compile(
    rf"\b(?:metiers|boulots|jobs?|tafs?|professions?|carrieres?|secteurs?|domaines?|filieres?|branches?){_LINKS}"
)
_LOOSELY = re.compile(
    r"\b(?:metiers|boulots|jobs?|taf|travail\w*|boss\w*|emplois?|postes?|orient\w*|milieu|monde|univers|dans|vers|faire"
    r"|aim\w+|ador\w+|kiff\w+|prefere\w*|interess\w+|passion\w+|attir\w+|fan|fou|folle|accro|artisane?s?|fonctionnaires?"
    r"|independant\w*|salarie\w*|saisonni\w+|militaires?|envie|cherche\w*|veux|voudrais|voudrait|plutot)"
    rf"(?: (?:dans|travailler|bosser|secteur|domaine|monde|milieu|univers))*{_LINKS}"
)
_FIELD_AFTER = re.compile(
    r"^ (?:me|m|l|le|la|ca|c est)\b(?: \w+){0,2} ?"
    r"(?:passion\w*|plai\w*|interess\w*|attir\w*|branche\w*|tente|botte|truc|vie|kif\w*)"
)
#: Neighbours that are read one after the other.
_MOST_NAMED = 2
_GENERAL = re.compile(r"\s*\(généralités\)$")


class DomaineReader:
    """Finds domaines by their names, whole or in part."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        #: Everything that domaines are called.
        self.phrases = [name for domaine in raw.values() for name in domaine["sub"]] + list(raw)
        self.phrases += [phrase for d in raw.values() for said in (d["said"], *d["sub"].values()) for phrase in said]
        subs = [(name, said) for domaine in raw.values() for name, said in domaine["sub"].items()]
        self._domaines = [(name, _whole(name)) for name in raw if len(_parts(name)) > 1]
        self._long = [(name, _whole(name)) for name, _ in subs if " " in _GENERAL.sub("", name)]
        self._long += [(name, _two_parts(name)) for name, _ in self._domaines]
        self._single = [(name, _any(said)) for name, said in subs if said]
        self._single += [(name, _any(domaine["said"])) for name, domaine in raw.items() if domaine["said"]]

    def names_one(self, text: str) -> bool:
        """Whether spelt-out words hold the whole name of a domaine: nobody says one in passing."""
        return any(pattern.search(text) for _, pattern in self._domaines)

    def read_names(self, text: str) -> tuple[tuple[str, ...], str]:
        """The domaines of spelt-out words, where they are named plainly, and the words without them."""
        names: list[str] = []
        for patterns in (self._domaines, self._long):
            while found := _longest(patterns, text):
                name, (start, end) = found
                names.append(name)
                text = cut(text, start, end)
        return self._read_single(text, names, lambda before, _: bool(_PLAINLY.search(before)))

    def read_wished(self, text: str) -> tuple[tuple[str, ...], str]:
        """The domaines that somebody wishes to work in, in words of which the plain names were taken out."""
        return self._read_single(
            text, [], lambda before, after: bool(not before or _LOOSELY.search(before) or _FIELD_AFTER.search(after))
        )

    def _read_single(
        self, text: str, names: list[str], is_field: Callable[[str, str], bool]
    ) -> tuple[tuple[str, ...], str]:
        """Single words that name a domaine, where the words before and after them speak of a field of work."""
        for _ in range(_MOST_NAMED):  # one that was taken out makes a field of its neighbour: "la mécanique ou le bois"
            for name, pattern in self._single:
                for found in pattern.finditer(text):
                    if is_field(text[: found.start()].rstrip(), text[found.end() :]):
                        names.append(name)
                        text = cut(text, *found.span())
                        break
        return tuple(dict.fromkeys(names)), text


def load_domaines() -> DomaineReader:
    """Read `domaines.yaml` beside this module."""
    return DomaineReader(yaml.safe_load(files("bot.understanding").joinpath("domaines.yaml").read_text("utf-8")))


def _longest(patterns: Iterable[tuple[str, re.Pattern[str]]], text: str) -> tuple[str, tuple[int, int]] | None:
    """The name whose pattern spans most of a text, and where; the first of equals."""
    spans = [(name, found.span()) for name, pattern in patterns if (found := pattern.search(text))]
    return max(spans, key=lambda found: found[1][1] - found[1][0], default=None)


def _any(phrases: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives(phrases)})\b")


def _parts(name: str) -> list[str]:
    """The parts of a name, each as a pattern that takes its plural or not: "banque", "assurances"."""
    pieces = re.split(r", | et |-", _GENERAL.sub("", name))
    return [" ".join(rf"{word.rstrip('s')}s?" for word in words(piece)) for piece in pieces]


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{_GLUE.join(_parts(name))}\b")


def _two_parts(name: str) -> re.Pattern[str]:
    part = "|".join(_parts(name))
    return re.compile(rf"\b(?:{part})(?:{_GLUE}(?:{part}))+\b")
