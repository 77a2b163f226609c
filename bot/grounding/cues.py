"""Little words that change what a sentence claims: `toujours`, `la plupart`, `garantit`, `plus que`, `ne … pas`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from ingest.text import words

#: Two negations that cancel out: "on ne peut pas exercer sans le Capa".
_TWICE = re.compile(
    r"\b(?:ne|n) (?:\w+ ){1,3}pas (?:\w+ ){0,5}?(?:sans|se passer)\b|\brien n est (?:exclu|impossible|interdit)\b"
)


@dataclass(frozen=True)
class Cue:
    """One kind of cue: what calls for support, and what else supports it."""

    called: re.Pattern[str]
    met: re.Pattern[str]


@cache
def load_cues() -> Mapping[str, Cue]:
    """The kinds of cues of `cues.yaml`."""
    raw = yaml.safe_load(files("bot.grounding").joinpath("cues.yaml").read_text(encoding="utf-8"))
    return {
        kind: Cue(_any_of(entry["cue"]), _any_of([*entry["cue"], *entry.get("support", [])]))
        for kind, entry in raw.items()
    }


def cues_of(text: str) -> frozenset[str]:
    """The kinds of cues that a text holds."""
    spoken = _spoken(text)
    return frozenset(kind for kind, cue in load_cues().items() if cue.called.search(spoken))


def meets(kind: str, text: str) -> bool:
    """Whether a text supports a sentence that holds a cue of that kind."""
    return bool(load_cues()[kind].met.search(_spoken(text)))


def denies(text: str) -> bool:
    """Whether a text is a denial; two negations make none."""
    spoken = _spoken(text)
    return bool(load_cues()["negation"].called.search(spoken)) and not _TWICE.search(spoken)


@lru_cache(maxsize=4096)
def _spoken(text: str) -> str:
    return " ".join(words(text.replace("dès", "aussitot").replace("Dès", "aussitot").replace(":", " deuxpoints ")))


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
