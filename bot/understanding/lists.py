"""Questions that look for métiers by what they must satisfy: constraints, and a free topic beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from bot.understanding import cues
from bot.understanding.constraints import ConstraintReader, Constraints, fold_words
from bot.understanding.keys import keys_of
from bot.understanding.lookup import Tables
from bot.understanding.names import NameMatch
from bot.understanding.reading import Reading
from bot.understanding.wording import spelt_out
from ingest.text import words

#: A question that keeps this many telling words beside its constraints describes a métier, even one that asks which.
_TELLING_WORD, _MUCH, _VERY_MUCH = 4, 3, 4
#: A question of at most this many words, all of a constraint, is a list too.
_BARE = 8
#: One that says what somebody has, and no more of the métiers than that, may keep less.
_SOMETHING = 2


@dataclass(frozen=True)
class ListReader:
    """Reads what a list must satisfy, against the tables of one version."""

    tables: Tables
    constraints: ConstraintReader

    def read(self, text: str, matches: Iterable[NameMatch]) -> Reading | None:
        """The list that a question asks for; None where it describes a métier, or sets no constraint."""
        constraints, rest = self._constraints(text)
        if not constraints and len(words(text)) <= _BARE:
            constraints, rest = self._constraints(text, wishing=True)
            folded = fold_words(text)
            if cues.DESCRIBES.search(folded) or cues.ASKS.search(folded) or _long_words(rest):
                return None
        hints = tuple(dict.fromkeys(fiche_id for match in matches for fiche_id in match.fiches))
        if not constraints or not self._asks(constraints, text, rest):
            return None
        said = _taken_out(text, rest)
        return Reading("", constraints=constraints, topic=self._topic(constraints, rest), said=said, hints=hints)

    def refined(self, text: str, before: Reading, replacing: bool) -> Reading | None:
        """The list asked before, with what a follow-up adds; its topic stays unless it is replaced."""
        newer, rest = self._constraints(text, wishing=True)
        if not newer or cues.ASKS_FACT.search(spelt_out(text)):
            return None
        merged = before.constraints.merged(newer, replacing)
        if before.topic and not (replacing and newer.interests):
            standalone = f"{before.standalone} ({merged.summary})"
            return Reading(standalone, constraints=merged, topic=before.topic, hints=before.hints)
        said = _taken_out(text, rest) if replacing else f"{before.said} {_taken_out(text, rest)}"
        return Reading(f"{text} ({merged.summary})", constraints=merged, said=said)

    def _constraints(self, text: str, wishing: bool = False) -> tuple[Constraints, str]:
        return self.constraints.read(text, wishing, self.tables.lexical.knows)

    def _asks(self, constraints: Constraints, text: str, rest: str) -> bool:
        """Whether a question with constraints looks for métiers, and does not describe one beside them."""
        asked = spelt_out(text)
        if cues.SEEKS_MANY.search(asked):
            return True
        telling, seeks = len(self._telling(rest)), cues.SEEKS_METIERS.search(asked)
        if not seeks and (cues.ASKS_FACT.search(asked) or cues.ASKS_WHETHER.search(asked)):
            return False
        if seeks:
            return telling < _VERY_MUCH or not cues.WHICH_ONE.search(asked)
        if telling >= _MUCH or (telling and cues.DESCRIBES.search(fold_words(text))):
            return False
        wished = bool(constraints.interests or constraints.domaines)
        if constraints.statuses or (constraints.levels and not constraints.levels.of_somebody):
            return wished or telling == len(_long_words(rest))  # a word that no fiche knows may name a métier
        return not self._has_object(rest) if wished else telling < _SOMETHING

    def _has_object(self, rest: str) -> bool:
        """Whether what is liked is done to something: "réparer les ascenseurs" is more than "réparer"."""
        return any(_long_words(found["noun"]) for found in cues.OBJECT.finditer(rest))

    def _telling(self, rest: str) -> set[str]:
        """The words that tell a métier, of those that are left of a question without its constraints."""
        return {key for key in _long_words(rest) if self.tables.names.knows(key)}

    def _topic(self, constraints: Constraints, rest: str) -> str:
        """The free topic beside the constraints: "métiers du son à bac+2", "le cuir me plaît"."""
        for pattern in cues.TOPICS if not (constraints.interests or constraints.domaines) else cues.TOPICS[:1]:
            for found in pattern.finditer(rest):
                if cues.UNWISHED.search(rest[: found.start()]):
                    continue
                said = takewhile(lambda word: word not in cues.TOPIC_ENDS, found["topic"].split())
                kept = [word for word in said if word not in cues.NO_TOPIC and len(word) > 1]
                while kept and not set(keys_of(kept[-1])) - cues.GLUE:
                    kept.pop()
                if set(keys_of(" ".join(kept))) - cues.GLUE:
                    return " ".join(kept)
        return ""


def _taken_out(text: str, rest: str) -> str:
    """The words of a question that its rest lacks."""
    left = set(words(rest))
    return " ".join(word for word in spelt_out(text).split() if word not in left)


def _long_words(rest: str) -> set[str]:
    return {key for key in keys_of(rest) if len(key) >= _TELLING_WORD} - cues.GLUE
