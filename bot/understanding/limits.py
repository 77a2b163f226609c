"""What is asked beyond the fiches: costs, rankings, odds, dates, places… and decisions that belong to the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from bot.understanding.intents import pattern_of
from ingest.text import words

#: The limits that no fiche could ever pass: whether a métier suits a person, and whether it is for women or for men.
DECISION, GENDER = "decision", "gender"


class Limit(BaseModel):
    """One thing that fiches do not say.

    It is asked by one of `phrases`, none of `unless`, and one of `beside` where there are some. `said` are the words
    that a passage holds when it says it after all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    name: str
    phrases: tuple[str, ...]
    said: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
        return pattern_of(self.phrases), pattern_of(self.unless), pattern_of(self.beside)

    def is_asked(self, asked: str) -> bool:
        """Whether folded words ask for it."""
        phrases, unless, beside = self._patterns
        if not phrases.search(asked) or (self.unless and unless.search(asked)):
            return False
        return not self.beside or bool(beside.search(asked))

    def is_said(self, text: str) -> bool:
        """Whether a passage speaks of it."""
        folded = f" {' '.join(words(text))} "
        return any(f" {said} " in folded for said in self.said)


@dataclass(frozen=True)
class Limits:
    """Every limit, by its name; the first that fits a question counts."""

    by_name: Mapping[str, Limit]

    def find(self, question: str) -> Limit | None:
        """What a question asks beyond the fiches, None when nothing."""
        asked = " ".join(words(question))
        return next((limit for limit in self.by_name.values() if limit.is_asked(asked)), None)


def load_limits() -> Limits:
    """Read `limits.yaml` beside this module."""
    raw = yaml.safe_load(files("bot.understanding").joinpath("limits.yaml").read_text(encoding="utf-8"))
    return Limits({name: Limit(name=name, **fields) for name, fields in raw.items()})
