"""From a question to what is asked: the métiers it names, the sections it wants. Deterministic, no model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.answer import Question, Understood
from bot.understanding.intents import Intent, Intents
from bot.understanding.names import NameIndex, codes_in, keys_of
from ingest.fiche import FicheMetier
from ingest.library import Version

#: A question of more words than this says enough by itself to stand without the conversation that went before.
_ELLIPTICAL_WORDS = 7
#: A name borne by more fiches than this is too vague to answer for each.
_MOST_BEARERS = 5


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
    found = _intents(question, intents)
    if question.fiche_id:
        chosen = _known([question.fiche_id], version)
        return Reading(question.text, chosen, found, () if chosen else (question.fiche_id,))
    codes = codes_in(question.text)
    fiches = tuple(dict.fromkeys((*_known(codes, version), *_named(question.text, version, names))))
    unknown = tuple(code for code in codes if code.startswith("MET.") and code not in version.fiches)
    if fiches or unknown or not _is_elliptical(question.text, found):
        return Reading(question.text, fiches, found, unknown)
    remembered = next(_from_conversation(question, version, names), ())
    standalone = f"{question.text} ({', '.join(f.title for f in remembered)})" if remembered else question.text
    return Reading(standalone, remembered, found)


def _intents(question: Question, intents: Intents) -> tuple[Intent, ...]:
    if question.section is None:
        return intents.find(question.text)
    asked = tuple(intent for intent in intents.find(question.text) if intent.section == question.section)
    possible = tuple(intent for intent in intents.all if intent.section == question.section)
    return asked or possible or (Intent(name="section", section=question.section, phrases=()),)


def _known(codes: Iterable[str], version: Version) -> tuple[FicheMetier, ...]:
    return tuple(version.fiches[code] for code in codes if code in version.fiches)


def _named(text: str, version: Version, names: NameIndex) -> Iterator[FicheMetier]:
    for match in names.find(text):
        if len(match.fiches) <= _MOST_BEARERS:
            yield from _known(match.fiches, version)


def _is_elliptical(text: str, intents: tuple[Intent, ...]) -> bool:
    """Whether a question leans on what was said before: "et le salaire ?", "c'est long ?"."""
    keys = keys_of(text)
    return bool(keys) and len(text.split()) <= _ELLIPTICAL_WORDS and (bool(intents) or text.lower().startswith("et "))


def _from_conversation(question: Question, version: Version, names: NameIndex) -> Iterator[tuple[FicheMetier, ...]]:
    """The métiers of the conversation: those that the person named last, else those of the last answer."""
    spoken = [turn.content for turn in reversed(question.history) if turn.role == "user"]
    answered = [turn.content for turn in reversed(question.history) if turn.role == "assistant"]
    for text in (*spoken, *answered):
        fiches = (*_known(codes_in(text), version), *_named(text, version, names))
        if fiches:
            yield tuple(dict.fromkeys(fiches))
