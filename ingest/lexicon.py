"""Everyday words for métiers, written for this project: matched and ranked, never quoted, cited or shown.

`seeds/lexique/*.yaml` gives a métier's id short forms, slang, English names, descriptions as a pupil would put
them, and the words around it. Names are matched at every question, descriptions and words ranked; descriptions are
embedded when a library is built. A library whose métiers have no entry works without.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

#: The kinds of expressions, which stand in their ids after the fiche's: `MET.228/descriptions/1`, `MET.228/words`.
DESCRIPTIONS, WORDS, ENGLISH = "descriptions", "words", "english"

YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads the 1,043 entries ten times as fast


class LexiconError(ValueError):
    """A lexicon file that is malformed; the message names the file and the entry."""


class Entry(BaseModel):
    """What people call one métier, how they describe it, and the words around it, separated by commas."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    words: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name people use, French and English."""
        return (*self.aliases, *self.english)


Lexicon = Mapping[str, Entry]


@dataclass(frozen=True)
class Expression:
    """A way in which people speak of a métier, as the index holds it: found, never quoted, cited or shown."""

    id: str
    fiche_id: str
    text: str

    @property
    def embedded_text(self) -> str:
        """What the model sees: the words alone, as a question."""
        return self.text

    @property
    def content_hash(self) -> str:
        """Identifies everything that the index holds of it."""
        return hashlib.sha256(f"{self.id}\0{self.text}".encode()).hexdigest()[:16]

    @property
    def metadata(self) -> dict[str, str]:
        """What stands beside its vector in the index."""
        return {"fiche_id": self.fiche_id}


def expressions_of(lexicon: Lexicon, fiche_ids: Iterable[str]) -> tuple[Expression, ...]:
    """What the lexicon says of those métiers that a library holds: each description, the words, the English names."""
    entries = (lexicon[fiche_id] for fiche_id in fiche_ids if fiche_id in lexicon)
    return tuple(
        Expression(f"{entry.id}/{place}", entry.id, text) for entry in entries for place, text in _texts(entry)
    )


def _texts(entry: Entry) -> Iterable[tuple[str, str]]:
    for number, text in enumerate(entry.descriptions, start=1):
        yield f"{DESCRIPTIONS}/{number}", text
    if entry.words:
        yield WORDS, f"{entry.title} : {entry.words}"
    if entry.english:
        yield ENGLISH, ", ".join(entry.english)


def load_lexicon(folder: Traversable | None = None) -> Lexicon:
    """The entries of a folder, by métier id; of the packaged lexicon when no folder is given.

    :raises LexiconError: naming the file and what is wrong.
    """
    folder = folder or files("seeds").joinpath("lexique")
    if not folder.is_dir():
        return {}
    return {entry.id: entry for path in lexicon_files(folder) for entry in _entries(path)}


def lexicon_files(folder: Traversable) -> list[Traversable]:
    """The lexicon files of a folder, by name; other files are left alone."""
    return sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)


def raw_entries(path: Traversable) -> list[Any]:
    """What a lexicon file holds, entry by entry, before any entry is validated.

    :raises LexiconError: naming the file that is no UTF-8, no YAML or no list.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=YAML_LOADER)  # both loaders are the safe ones
    except (yaml.YAMLError, ValueError, OSError) as error:
        raise LexiconError(f"{path.name} : {error}") from error
    if not isinstance(raw, list | None):
        raise LexiconError(f"{path.name} : une liste d'entrées est attendue")
    return raw or []


def _entries(path: Traversable) -> Iterable[Entry]:
    try:
        return [Entry.model_validate(item) for item in raw_entries(path)]
    except ValidationError as error:
        raise LexiconError(f"{path.name} : {error}") from error
