"""From a question to what is asked: the métiers it names, the sections it wants. Deterministic, no model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.answer import Question, Understood
from bot.understanding.intents import Intent, Intents
from bot.understanding.names import NameIndex, NameMatch, codes_in, without_names
from ingest.fiche import FicheMetier
from ingest.library import Version
from ingest.text import fold, words

#: A question of more words than this says enough by itself to stand without the conversation that went before.
_ELLIPTICAL_WORDS = 7
#: A name borne by more fiches than this is too vague to answer for each.
_MOST_BEARERS = 5
#: What makes a short question complete: it looks for métiers, or speaks of one that no fiche is named after.
_SEEKS_METIERS = re.compile(r"\b(?:metiers|quel metier)\b")
_OTHER_NOUN = re.compile(r"\b(?:un|une|devenir) (?P<noun>\w{5,})")
_NO_METIER = frozenset(
    ["annee", "autre", "debutant", "debutante", "fille", "femme", "garcon", "homme", "jeune", "metier", "personne"]
)


@dataclass(frozen=True)
class Reading:
    """What was understood: `fiches` named by the question or the conversation, `intents` in the order of the answer.

    `standalone` is the question as it reads without the conversation; `unknown` are codes that no fiche bears.
    """

    standalone: str
    fiches: tuple[FicheMetier, ...] = ()
    intents: tuple[Intent, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """`fact` for something precise, `portrait` for a métier in general, `described` when no métier is named."""
        if self.unknown and not self.fiches:
            return "unknown_code"
        if not self.fiches:
            return "described"
        return "fact" if any(intent.name != "portrait" for intent in self.intents) else "portrait"

    def to_json(self) -> Understood:
        """The part of it that answers show."""
        return Understood(
            kind=self.kind,
            fiches=tuple(fiche.id for fiche in self.fiches),
            sections=tuple(dict.fromkeys(intent.section for intent in self.intents)),
        )


def understand(question: Question, version: Version, names: NameIndex, intents: Intents) -> Reading:
    """Read a question against one version of the library; `names` must be the index of that version."""
    matches = names.find(question.text)
    found = _intents(question, without_names(question.text, matches), intents)
    if question.fiche_id:
        code = next(iter(codes_in(question.fiche_id)), question.fiche_id)
        chosen = _known([code], version)
        return Reading(question.text, chosen, found, () if chosen else (code,))
    codes = codes_in(question.text)
    fiches = tuple(dict.fromkeys((*_known(codes, version), *_named(matches, version))))
    unknown = tuple(code for code in codes if code.startswith("MET.") and code not in version.fiches)
    if fiches or unknown or not _is_elliptical(question.text, found, intents):
        return Reading(question.text, fiches, found, unknown)
    remembered = next(_from_conversation(question, version, names), ())
    standalone = f"{question.text} ({', '.join(f.title for f in remembered)})" if remembered else question.text
    return Reading(standalone, remembered, found)


def _intents(question: Question, asked_text: str, intents: Intents) -> tuple[Intent, ...]:
    found = intents.find(asked_text)
    if question.section is None:
        return found
    asked = tuple(intent for intent in found if intent.section == question.section)
    possible = tuple(intent for intent in intents.all if intent.section == question.section)
    return asked or possible or (Intent(name="section", section=question.section, phrases=()),)


def _known(codes: Iterable[str], version: Version) -> tuple[FicheMetier, ...]:
    return tuple(version.fiches[code] for code in codes if code in version.fiches)


def _named(matches: Iterable[NameMatch], version: Version) -> Iterator[FicheMetier]:
    for match in matches:
        if len(match.fiches) <= _MOST_BEARERS:
            yield from _known(match.fiches, version)


def _is_elliptical(text: str, found: tuple[Intent, ...], intents: Intents) -> bool:
    """Whether a question leans on what was said before: "et le salaire ?", "c'est long ?"."""
    asked = " ".join(words(text))
    if len(text.split()) > _ELLIPTICAL_WORDS or _SEEKS_METIERS.search(asked) or _speaks_of_another(asked, intents):
        return False
    return bool(found) or fold(text).startswith("et ")


def _speaks_of_another(asked: str, intents: Intents) -> bool:
    """Whether a noun may be a métier that no fiche is named after: the métier of the conversation is not meant."""
    nouns = {match["noun"] for match in _OTHER_NOUN.finditer(asked)} - _NO_METIER
    return any(not intents.find(noun) for noun in nouns)


def _from_conversation(question: Question, version: Version, names: NameIndex) -> Iterator[tuple[FicheMetier, ...]]:
    """The métiers of the conversation: those that the person named last, else those of the last answer."""
    spoken = [turn.content for turn in reversed(question.history) if turn.role == "user"]
    answered = [turn.content for turn in reversed(question.history) if turn.role == "assistant"]
    for text in (*spoken, *answered):
        fiches = (*_known(codes_in(text), version), *_named(names.find(text), version))
        if fiches:
            yield tuple(dict.fromkeys(fiches))
