"""Where somebody stands today, as a question says it: "je suis en 3e", "en terminale STMG", "avec un CAP pâtisserie".

A class or a diploma counts when words before it say that it is somebody's (`present_class.yaml`); "quel CAP", "sans le
bac" or "avant le BTS" are nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, get_args

import yaml

from bot.bacs import SERIES, Bac, Type
from bot.understanding.formation_names import FormationName, FormationNames
from bot.understanding.wording import spelt_out
from bot.ways import Start
from ingest.fiche import LEVEL_RANKS
from ingest.kinds import kind_of
from ingest.text import fold

_BAC = LEVEL_RANKS["bac ou équivalent"]
_TYPES: tuple[Type, ...] = get_args(Type)
_GENERAL = "FOR.3354"


class PresentClassReader:
    """Finds where somebody stands, against the names of one version's formations."""

    def __init__(self, names: FormationNames) -> None:
        said: Mapping[str, Any] = yaml.safe_load(
            files("bot.understanding").joinpath("present_class.yaml").read_text(encoding="utf-8")
        )
        self._names = names
        self._classes = [(re.compile(rf"(?:{entry['said']})\b"), entry) for entry in said["classes"]]
        self._classes.sort(key=lambda pair: -len(pair[1]["said"]))
        series = "|".join(name.lower() for name in SERIES)
        types = "|".join(f"(?P<t{n}>{said['types'][name]})" for n, name in enumerate(_TYPES))
        lycee = "|".join(f"(?P<{fold(label)}>{pattern})" for label, pattern in said["lycee"].items())
        self._lycee = re.compile(rf"(?:{lycee})(?: bac)?(?: (?:(?P<series>{series})|{types}))?\b")
        self._series = re.compile(rf"(?P<series>{series})\b")
        fillers = rf"(?:(?:{said['fillers']}) )*"
        cues = re.sub(r"\s*\n\s*", "", said["cues"]).replace("  ", " ")
        self._cue = re.compile(rf"(?:\b(?:{cues})|^(?:{said['first']})) {fillers}")
        self._nobodys = re.compile(rf"\b(?:{said['not_owned']})(?: (?:un|une|le|la|l|de|du|d))*$")

    def find(self, question: str) -> Start | None:
        """Where the person of a question stands; None where it says nothing of it."""
        text = spelt_out(question)
        for cue in self._cue.finditer(text):
            if not self._nobodys.search(text[: cue.start()].rstrip()) and (start := self._at(text, cue.end())):
                return start
        return None

    def named(self, text: str) -> Start | None:
        """The class or diploma that some words name by themselves: "3e", "terminale STMG", "CAP pâtissier"."""
        return self._at(spelt_out(text), 0)

    def _at(self, text: str, place: int) -> Start | None:
        said, first = text.split(), len(text[:place].split())
        if first >= len(said):
            return None
        name = self._names.at(said, first)
        if name and (start := self._holding(name, said)):
            return start
        if lycee := self._lycee.match(text, place):
            return self._of_lycee(lycee)
        if series := self._series.match(text, place):
            return _bac_start("terminale", Bac("techno", series["series"].upper()))
        for pattern, entry in self._classes:
            if pattern.match(text, place):
                return _class_start(entry)
        return None

    def _holding(self, name: FormationName, said: Sequence[str]) -> Start | None:
        """The start of whoever has, or is in, the formations of a name."""
        titles = [self._names.titles[formation_id] for formation_id in name.ids if formation_id in self._names.titles]
        kinds = {kind for title in titles if (kind := kind_of(title))}
        ranks = [kind.rank for kind in kinds if kind.rank is not None]
        if not ranks:
            return None
        rank, names = max(ranks), {kind.name for kind in kinds}
        bac: Bac | None = None
        if rank >= _BAC:
            bac = Bac(next((t for t in _TYPES if f"bac {t}" in names), None), _series_of(titles))
        if rank > _BAC:
            names.add(f"bac + {rank - _BAC}")
        label = titles[0] if len(titles) == 1 else " ".join(_spoken(word) for word in said[name.start : name.end])
        return Start(label, rank, frozenset(names), name.ids, bac)

    def _of_lycee(self, found: re.Match[str]) -> Start:
        kind = next((t for n, t in enumerate(_TYPES) if found[f"t{n}"]), None)
        series = found["series"].upper() if found["series"] else None
        label = next(label for label in ("première", "terminale", "bac") if found[fold(label)])
        return _bac_start(label, Bac("techno" if series else kind, series))


def _bac_start(label: str, bac: Bac) -> Start:
    feminine = {"général": "générale", "techno": "technologique", "pro": "professionnelle"}
    masculine = {"général": "général", "techno": "technologique", "pro": "pro"}
    of_type = (feminine if label != "bac" else masculine).get(bac.type or "", "")
    formations = (_GENERAL,) if bac.type == "général" else ()
    return Start(" ".join(filter(None, (label, bac.series or of_type))), _BAC, frozenset(), formations, bac)


def _class_start(entry: Mapping[str, Any]) -> Start:
    bac = Bac() if entry.get("bac") else None
    return Start(entry["label"], LEVEL_RANKS[entry["rank"]], frozenset(entry["kinds"]), (), bac)


def _series_of(titles: Sequence[str]) -> str | None:
    return next((name for name in SERIES for title in titles if name in title), None)


_IN_CAPITALS = re.compile(
    r"^(?:cap|capa|bts|btsa|but|bp|bpa|bma|btm|bm|tp|cs|dn|deust|bpjeps|dejeps|dcg|dscg|[bcdfgmnpst]{2,4})$"
)


def _spoken(word: str) -> str:
    """A folded word as it is written: sigles in capitals."""
    return word.upper() if _IN_CAPITALS.match(word) or word.upper() in SERIES else word
