"""The French that people read: data with declared variables, checked when it is loaded."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from bot.phrases import PhraseError, load_phrases
from ingest.text import fold

NAMES = sorted(path.name.removesuffix(".yaml") for path in files("prompts").iterdir() if path.name.endswith(".yaml"))


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Write the sentence file `essai`, in a folder that stands for `prompts/`."""
    monkeypatch.setattr("bot.phrases.files", lambda package: tmp_path)
    return lambda text: (tmp_path / "essai.yaml").write_text(text, encoding="utf-8") and None


@pytest.mark.parametrize("name", NAMES)
def test_every_file_loads(name: str) -> None:
    load_phrases(name)


def test_the_files_are_those_that_the_answer_needs() -> None:
    assert {"answers", "lists", "outcomes", "suggestions", "support", "page"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_says_its_variables(name: str) -> None:
    phrases = load_phrases(name)
    raw = yaml.safe_load(files("prompts").joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    for phrase, fields in raw.items():
        values = {variable: f"<{variable}>" for variable in fields["variables"]}
        said = phrases.say(phrase, **values)
        assert all(value in said for value in values.values())
        assert said.strip()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "generation"])  # said to a model, not to a person
def test_nobody_is_addressed_as_tu(name: str) -> None:
    raw = yaml.safe_load(files("prompts").joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    for phrase, fields in raw.items():
        found = re.findall(r"\b(?:tu|te|toi|ton|ta|tes|tien|tienne)\b|\bt'", fold(fields["text"]).replace("’", "'"))
        assert found == [], f"{name}.{phrase}"


def test_a_sentence_is_filled_in(write: Callable[[str], None]) -> None:
    write("bonjour: {variables: [nom], text: 'Bonjour {nom}.'}")
    assert load_phrases("essai").say("bonjour", nom="Ada") == "Bonjour Ada."


def test_a_value_is_data_and_not_a_template(write: Callable[[str], None]) -> None:
    write("bonjour: {variables: [nom], text: 'Bonjour {nom}.'}")
    assert load_phrases("essai").say("bonjour", nom="{nom} {autre}") == "Bonjour {nom} {autre}."


def test_a_missing_file_is_named() -> None:
    with pytest.raises(PhraseError, match=r"prompts/absent\.yaml"):
        load_phrases("absent")


@pytest.mark.parametrize("text", ["a: [", "", "- une liste", "seulement du texte", "a: \x00"])
def test_a_file_that_is_not_sentences_is_named(write: Callable[[str], None], text: str) -> None:
    write(text)
    with pytest.raises(PhraseError, match=r"prompts/essai\.yaml"):
        load_phrases("essai")


@pytest.mark.parametrize(
    "fields",
    [
        "{variables: []}",
        "{text: 'Sans variables.'}",
        "du texte",
        "{variables: [], text: 'Il dit {nom}.'}",
        "{variables: [nom], text: 'Il ne dit rien.'}",
        "{variables: [nom], text: 'Il dit {prenom}.'}",
        "{variables: [], text: 'Il dit {}.'}",
        "{variables: [], text: 'Une accolade {.'}",
        "{variables: [], text: 'En trop.', note: 'x'}",
        "{variables: nom, text: '{nom}'}",
    ],
)
def test_a_malformed_sentence_is_named_with_its_file(write: Callable[[str], None], fields: str) -> None:
    write(f"juste: {{variables: [], text: 'Juste.'}}\nfausse: {fields}")
    with pytest.raises(PhraseError, match=r"prompts/essai\.yaml, phrase « fausse »"):
        load_phrases("essai")


def test_a_sentence_that_is_not_there_is_named_with_its_file(write: Callable[[str], None]) -> None:
    write("bonjour: {variables: [], text: 'Bonjour.'}")
    with pytest.raises(PhraseError, match=r"prompts/essai\.yaml : la phrase « bonsoir »"):
        load_phrases("essai").say("bonsoir")


@pytest.mark.parametrize("values", [{}, {"nom": "Ada", "age": 36}, {"prenom": "Ada"}])
def test_a_variable_too_few_or_too_many_is_named(write: Callable[[str], None], values: dict[str, object]) -> None:
    write("bonjour: {variables: [nom], text: 'Bonjour {nom}.'}")
    with pytest.raises(PhraseError, match=r"prompts/essai\.yaml, phrase « bonjour » : variables attendues \['nom'\]"):
        load_phrases("essai").say("bonjour", **values)
