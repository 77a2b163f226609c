"""The French sentences of `prompts/`, loaded and checked once, filled in when said."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from string import Formatter
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError


class PhraseError(ValueError):
    """A sentence file that is missing, malformed, or says other variables than it declares."""


class Phrase(BaseModel):
    """A sentence and the variables it may use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variables: tuple[str, ...]
    text: str


class Phrases:
    """The sentences of one file of `prompts/`, by name."""

    def __init__(self, phrases: Mapping[str, Phrase], origin: str) -> None:
        self._phrases = phrases
        self._origin = origin

    def __contains__(self, phrase_name: object) -> bool:
        return phrase_name in self._phrases

    def say(self, phrase_name: str, /, **values: object) -> str:
        """Fill in a sentence.

        :raises PhraseError: when there is no sentence of that name, or a variable is missing or not declared.
        """
        phrase = self._phrases.get(phrase_name)
        if phrase is None:
            raise PhraseError(f"{self._origin} : la phrase « {phrase_name} » manque.")
        if set(values) != set(phrase.variables):
            raise PhraseError(
                f"{self._origin}, phrase « {phrase_name} » : variables attendues {sorted(phrase.variables)}."
            )
        return phrase.text.format(**values)


def load_phrases(name: str) -> Phrases:
    """Load `prompts/<name>.yaml`.

    :raises PhraseError: naming the file and the phrase, when either is missing or malformed.
    """
    origin = f"prompts/{name}.yaml"
    try:
        raw = yaml.safe_load(files("prompts").joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise PhraseError(f"{origin} : fichier absent ou illisible ({error}).") from error
    if not isinstance(raw, dict):
        raise PhraseError(f"{origin} : attendu une phrase par nom, avec « variables » et « text ».")
    return Phrases({key: _phrase(key, value, origin) for key, value in raw.items()}, origin)


def _phrase(name: str, raw: Any, origin: str) -> Phrase:
    try:
        phrase = Phrase.model_validate(raw)
        used = {field for _, field, _, _ in Formatter().parse(phrase.text) if field is not None}
    except (ValidationError, ValueError) as error:
        raise PhraseError(f"{origin}, phrase « {name} » : {error}") from error
    if used != set(phrase.variables):
        raise PhraseError(
            f"{origin}, phrase « {name} » : déclare {sorted(phrase.variables)} mais emploie {sorted(used)}."
        )
    return phrase
