"""Questions about formations: their facts, what they lead to, ways into a métier, lists of them, comparisons.

Read after the rest of the question was (`Reading`): what names a métier and no class or diploma of somebody's stays as
it was read, and so does a question that asks which métiers a formation leads to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from bot.understanding import cues
from bot.understanding.constraints import NO_CONSTRAINTS, Constraints
from bot.understanding.formation_names import FormationName, FormationNames
from bot.understanding.intents import pattern_of
from bot.understanding.keys import keys_of
from bot.understanding.levels import find_levels
from bot.understanding.limits import DECISION, GENDER, Limit
from bot.understanding.naming import MOST_COMPARED
from bot.understanding.present_class import PresentClassReader
from bot.understanding.wording import GAP, spelt_out
from bot.ways import Start
from ingest.fiche import FormationSectionName
from ingest.passages import Passage
from ingest.text import words


@dataclass(frozen=True)
class FormationIntent:
    """One thing that can be asked of a formation, and where its fiche answers."""

    name: str
    section: FormationSectionName
    pattern: re.Pattern[str]
    heading: str = ""

    def covers(self, passage: Passage) -> bool:
        """Whether a passage stands where the answer to this intent does."""
        return passage.section == self.section and passage.heading.startswith(self.heading)


@dataclass(frozen=True)
class Study:
    """What a question asks about formations.

    `kind` is `formation` (facts, or a short portrait), `formation_comparison`, `formation_list` or `path`. `groups` are
    the formations named, those that one name does not tell apart together; `intents` what is asked of them, `limit`
    what no fiche says. `start` is where a path begins, `metier` where it ends. A list keeps the formations of the
    `kinds`, else of the level `wished`, that lead to the métiers of the reading, else to those of the domaines `wished`
    or of the words of `topic`.
    """

    kind: str
    groups: tuple[tuple[str, ...], ...] = ()
    intents: tuple[FormationIntent, ...] = ()
    limit: Limit | None = None
    start: Start | None = None
    wished: Constraints = NO_CONSTRAINTS
    kinds: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    metier: str | None = None

    @property
    def formations(self) -> tuple[str, ...]:
        """The ids of all formations named."""
        return tuple(formation_id for group in self.groups for formation_id in group)

    def to_json(self) -> dict[str, Any]:
        """What answers show of it."""
        shown = {
            "formation": list(self.formations),
            "from": self.start.label if self.start else None,
            "asked": [intent.name for intent in self.intents],
            "formation_kind": list(self.kinds),
        }
        return {key: value for key, value in shown.items() if value}


@dataclass(frozen=True)
class Asked:
    """What the rest of the reading found in a question, as far as formations are concerned.

    `metiers` are the ids of the métiers it is about, `names` the places of all métiers' names in it, each with those
    that bear it.
    """

    text: str
    metiers: tuple[str, ...] = ()
    names: tuple[tuple[int, int, tuple[str, ...]], ...] = ()
    compared: bool = False
    reverse: bool = False
    intents: frozenset[str] = frozenset()
    wished: Constraints = NO_CONSTRAINTS
    limit: Limit | None = None


#: What is asked of a métier beside the way into it: these are no path questions.
_OF_METIERS = frozenset({"salary", "skills", "conditions", "prospects", "statuses", "interests", "rome", "identity"})
#: What asks for formations for métiers, and says nothing of these.
_NO_TOPIC = frozenset(
    [
        "mene",
        "menent",
        "formation",
        "metier",
        "travailler",
        "dans",
        "existe",
        "existent",
        "debouche",
        "debouchent",
        "preparent",
        "prepare",
        "conduisent",
        "vers",
        "secteur",
        "domaine",
        "niveau",
        "bac",
        "exister",
        "mener",
        "conduire",
        "professionnel",
        "filiere",
        "faut",
        "passer",
        "niveaux",
    ]
)
#: Limits that questions about formations meet.
_NOT_OF_FORMATIONS = frozenset({DECISION, GENDER, "later_pay", "body", "purchase"})


class StudyReader:
    """Reads questions about formations, against the names of one version."""

    def __init__(self, names: FormationNames) -> None:
        raw: Mapping[str, Any] = yaml.safe_load(
            files("bot.understanding").joinpath("studies.yaml").read_text(encoding="utf-8")
        )
        self.names = names
        self.classes = PresentClassReader(names)
        self._intents = tuple(
            FormationIntent(name, entry["section"], pattern_of(entry["phrases"]), entry.get("heading", ""))
            for name, entry in raw["asked"].items()
        )
        self._portrait = pattern_of(raw["portrait"])
        self._metiers, self._compares, self._becomes, self._plainly, self._formations, self._aims = (
            re.compile(rf"\b(?:{raw[name]})\b")
            for name in ("metiers", "compares", "becomes", "plainly", "formations", "aims")
        )
        self._kinds = [(kind, re.compile(rf"\b(?:{said})\b")) for kind, said in raw["kinds"].items()]

    def read(self, asked: Asked) -> Study | None:
        """What is asked about formations; None where the question is not about them."""
        start, named = self.classes.find(asked.text), self._named(asked)
        outside = self._outside(asked, named)
        if asked.metiers and (outside if asked.names else not named):
            return self._path(asked, start, asked.metiers) or self._list(asked)
        if outside and start and self._plainly.search(spelt_out(asked.text)):
            return self._path(asked, start, outside[0])
        return (self._about(asked, named) if named else None) or self._list(asked)

    def asked_of_formations(self, text: str) -> tuple[FormationIntent, ...]:
        """What a text asks of a formation, whichever it speaks of; a way on from it before the métiers it leads to."""
        said = f"{' '.join(words(text))} | {spelt_out(text)}"
        intents = tuple(intent for intent in self._intents if intent.pattern.search(said))
        return tuple(intent for intent in intents if intent.name != "metiers") or intents

    def outside(self, asked: Asked) -> bool:
        """Whether a question names a métier beside the formations that it names."""
        return bool(self._outside(asked, self.names.find(_completed(asked.text))))

    def _outside(self, asked: Asked, named: Sequence[FormationName]) -> list[tuple[str, ...]]:
        """The bearers of each name of a métier that stands outside the formations': "CAP boulanger" names none."""
        inside = [(name.start, name.end) for name in named]
        return [bearers for start, _, bearers in asked.names if not any(s <= start < e for s, e in inside)]

    def _path(self, asked: Asked, start: Start | None, metiers: tuple[str, ...]) -> Study | None:
        """The way from where somebody stands to the métier of the question."""
        text = spelt_out(asked.text)
        if start is None or asked.compared or not self._becomes.search(text):
            return None
        if asked.intents & _OF_METIERS and not self._plainly.search(text):
            return None
        if asked.metiers and len(metiers) > 1:
            return None
        return Study("path", start=start, metier=metiers[0])

    def _named(self, asked: Asked) -> tuple[FormationName, ...]:
        """The formations named. A title that is a métier's name too, or only like it, is read as the métier."""
        return tuple(
            name
            for name in self.names.find(_completed(asked.text))
            if (name.has_kind and (name.is_exact or name.is_firm))
            or not any(name.start <= start and end <= name.end for start, end, _ in asked.names)
        )

    def leading(self, asked: Asked) -> tuple[str, ...]:
        """The formations of a question that asks which métiers they lead to, and names none; else nothing."""
        named = [name for name in self._named(asked) if name.has_kind and name.end]
        says = f"{self._without(asked.text, named)}"
        return named[0].ids if len(named) == 1 and not asked.names and self._metiers.search(says) else ()

    def _about(self, asked: Asked, named: Sequence[FormationName]) -> Study | None:
        """Facts of the formations named, a comparison of them, or a portrait."""
        text = spelt_out(asked.text)
        rest = self._without(asked.text, named)
        said = f"{rest} | {spelt_out(rest)}"
        intents = tuple(intent for intent in self._intents if intent.pattern.search(said))
        groups = tuple(dict.fromkeys(name.ids for name in named))[:MOST_COMPARED]
        limit = asked.limit if asked.limit and asked.limit.name not in _NOT_OF_FORMATIONS else None
        precise = tuple(intent for intent in intents if intent.name != "metiers")
        if len(groups) > 1 and self._compares.search(text):
            return Study("formation_comparison", groups, precise, limit)
        if limit and not any(intent.name == "expected" for intent in precise):
            return Study("formation", groups[:1], precise, limit)
        if self._metiers.search(said) and not any(intent.name == "onward" for intent in precise):
            return None
        if not precise and re.search(r"\bapres\b", rest):
            precise = tuple(intent for intent in self._intents if intent.name == "onward")
        if precise:
            return Study("formation", groups[:1], precise)
        unsaid = self._portrait.sub(" ", rest).split()
        has_fiche = not self.names.with_fiche.isdisjoint(groups[0])
        return Study("formation", groups[:1]) if not unsaid and (has_fiche or not asked.reverse) else None

    def _without(self, text: str, named: Sequence[FormationName]) -> str:
        """The folded words of a question without the names of formations."""
        said = words(_completed(text))
        for name in sorted(named, key=lambda name: -name.start):
            del said[name.start : name.end]
        rest = re.sub(r"\bfor \d+\b|\bfor\d+\b", " ", " ".join(said))
        return rest

    def _list(self, asked: Asked) -> Study | None:
        """Formations, of a kind or of a level, that lead to some métiers."""
        text = spelt_out(asked.text)
        found = self._formations.search(text)
        if not found or not self._aims.search(text[found.end() :]) or (asked.reverse and found.start()):
            return None
        kinds = tuple(kind for kind, pattern in self._kinds if pattern.fullmatch(found[0]) or pattern.search(found[0]))
        topic = _topic(text[found.end() :])
        if not (kinds or asked.wished.levels) or not (topic or asked.metiers or asked.wished.domaines):
            return None
        if asked.metiers and (kinds or self._plainly.search(text)):
            return None  # "quel CAP pour devenir luthière ?": the métier's fiche says it in its own words
        return Study("formation_list", wished=asked.wished, kinds=kinds, topic=topic)


def _topic(rest: str) -> tuple[str, ...]:
    """The words that say what the formations of a list are for."""
    without_levels = find_levels(rest)[1].replace(GAP, " ")
    return tuple(
        key for key in keys_of(without_levels) if len(key) > 2 and key not in _NO_TOPIC and key not in cues.GLUE
    )


#: "CAP ou bac pro cuisine": the first of two kinds takes its words from the second.
_SHARED = re.compile(
    r"\b(?P<one>cap|bts|but|bp|bac pro|licence|master|licence pro)"
    r"(?P<link> ou (?:un |une |le |la )?| et (?:le |la |un )?)"
    r"(?P<other>cap|bts|but|bp|bac pro|licence pro|licence|master) (?P<what>(?:de |du |d |en )?\w+)",
    re.IGNORECASE,
)


def _completed(text: str) -> str:
    return _SHARED.sub(
        lambda found: f"{found['one']} {found['what']}{found['link']}{found['other']} {found['what']}", text
    )
