"""What a question asks about a métier: intents, each tied to the section (and heading) where its answer stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from bot.understanding.sound import sound_of
from ingest.fiche import SectionName
from ingest.passages import Passage
from ingest.text import words

#: Shorter words sound like too many others.
_HEARD = 3


class Intent(BaseModel):
    """One thing that can be asked. `phrases` are matched on the folded words of the question."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    name: str
    section: SectionName
    heading: str = ""
    phrases: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of the phrases."""
        return pattern_of(self.phrases)

    def covers(self, passage: Passage) -> bool:
        """Whether a passage stands where the answer to this intent does."""
        return passage.section == self.section and passage.heading.startswith(self.heading)


@dataclass(frozen=True)
class Intents:
    """Every intent, in the order in which an answer tells them."""

    all: tuple[Intent, ...]

    def find(self, question: str) -> tuple[Intent, ...]:
        """The intents of a question, in the order of the file."""
        text = " ".join(words(question))
        return tuple(intent for intent in self.all if intent.pattern.search(text))

    def spelt(self, question: str, knows: Callable[[str], bool]) -> str:
        """Folded words, those that nobody knows written as the word of a phrase that sounds the same: `orère`, horaire.

        `knows` tells whether a folded word is one that fiches use.
        """
        return " ".join(
            self._by_sound.get(sound_of(word), word)
            if len(word) >= _HEARD and word not in self._vocabulary and not knows(word)
            else word
            for word in words(question)
        )

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        phrases = (phrase for intent in self.all for phrase in intent.phrases)
        return frozenset(word.rstrip("*") for phrase in phrases for word in phrase.split())

    @cached_property
    def _by_sound(self) -> dict[str, str]:
        return {sound_of(word): word for word in sorted(self._vocabulary) if len(word) > _HEARD}

    def without(self, text: str) -> str:
        """Folded words without those that ask for something."""
        for intent in self.all:
            text = intent.pattern.sub(" ", text)
        return " ".join(text.split())

    def named(self, name: str) -> Intent:
        """An intent by its name."""
        return next(intent for intent in self.all if intent.name == name)


def pattern_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of these phrases of folded words, as whole words; a star lets a word go on, a hash is a number."""
    escaped = (re.escape(phrase) for phrase in phrases)
    either = "|".join(phrase.replace(r"\*", r"\w*").replace(r"\#", r"\d+") for phrase in escaped)
    return re.compile(rf"\b(?:{either})\b")


def load_intents() -> Intents:
    """Read `intents.yaml` beside this module."""
    raw = yaml.safe_load(files("bot.understanding").joinpath("intents.yaml").read_text(encoding="utf-8"))
    return Intents(tuple(Intent(name=name, **fields) for name, fields in raw.items()))
