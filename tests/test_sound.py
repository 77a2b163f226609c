"""How French words sound: spellings of text messages share the key of the name they stand for."""

from __future__ import annotations

import pytest

from bot.understanding.sound import consonants_of, sound_of, sounds_of
from bot.understanding.spelling import HeardNames
from ingest.text import words

NAMES = (
    "expert-comptable",
    "conducteur de train",
    "conducteur d'engins de travaux publics",
    "ascensoriste",
    "skipper",
    "diététicienne",
    "infirmier",
    "technicien de maintenance éolienne",
    "conservateur du patrimoine",
    "percussionniste",
)


def said(text: str) -> str:
    return "".join(sound_of(word) for word in words(text))


@pytest.mark.parametrize(
    ("spelt", "name"),
    [
        ("eksper contable", "expert-comptable"),
        ("kondukteur de trin", "conducteur de train"),
        ("psikiatre", "psychiatre"),
        ("koregrafe", "chorégraphe"),
        ("arkeologue", "archéologue"),
        ("vitrayiste", "vitrailliste"),
        ("mikseur son", "mixeur son"),
        ("conservateure du patrimwane", "conservateur du patrimoine"),
        ("fotografe", "photographe"),
        ("jandarm", "gendarme"),
        ("kinézitérapeute", "kinésithérapeute"),
        ("cuizinié", "cuisinier"),
        ("kwafeur", "coiffeur"),
        ("aksessoiriste", "accessoiriste"),
        ("oto ecole", "auto-école"),
        ("payzajiste", "paysagiste"),
        ("tayeur de pierre", "tailleur de pierre"),
        ("konseyé", "conseiller"),
        ("probassion", "probation"),
        ("chosseur", "chausseur"),
    ],
)
def test_a_name_written_by_ear_sounds_like_the_name(spelt: str, name: str) -> None:
    assert said(spelt) == said(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [("chauffer", "chauffeur"), ("chercher", "chercheur"), ("boucher", "boulanger"), ("gare", "jare")],
)
def test_words_that_sound_unlike_keep_apart(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)


def test_an_english_er_is_also_said_eur() -> None:
    assert sound_of("skipeur") in sounds_of("skipper")
    assert sounds_of("notaire") == (sound_of("notaire"),)


def test_vowels_and_the_r_are_unsure_the_other_consonants_stay() -> None:
    assert consonants_of(said("assenseuriste")) == consonants_of(said("ascensoriste"))
    assert consonants_of(said("perfusionniste")) != consonants_of(said("percussionniste"))


@pytest.fixture(scope="module")
def heard_names() -> HeardNames:
    return HeardNames([words(name) for name in NAMES])


@pytest.mark.parametrize(
    ("question", "known", "name"),
    [
        ("eksper contable cb", "", "expert-comptable"),
        ("un kondukteur de trin la nuit", "la nuit un de", "conducteur de train"),
        ("condukter danjin de travo public", "de public", "conducteur d'engins de travaux publics"),
        ("assenseuriste", "", "ascensoriste"),
        ("skipeur", "", "skipper"),
        ("ditétissienne", "", "diététicienne"),
        ("infermyer", "", "infirmier"),
        ("teknissien de metenance eolyene", "de", "technicien de maintenance éolienne"),
        # nothing is unknown, nothing is near, or a known word would have to change
        ("conducteur de train", "conducteur de train", None),
        ("perfusionniste", "", None),
        ("bonjour", "", None),
        ("conducteur de trotinette", "conducteur de", None),
        ("", "", None),
    ],
)
def test_names_are_heard_in_words_of_which_some_are_unknown(
    heard_names: HeardNames, question: str, known: str, name: str | None
) -> None:
    said_words = words(question)
    heard = heard_names.find(said_words, [word not in words(known) for word in said_words])
    assert (NAMES[heard[0].name] if heard else None) == name
