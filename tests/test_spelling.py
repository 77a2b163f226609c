"""Misspelt names: which words are read as others, and which are left alone."""

from __future__ import annotations

import pytest

from bot.answer import Question
from bot.understanding.names import NameIndex
from bot.understanding.reader import QuestionReader
from bot.understanding.sound import sound_of
from bot.understanding.spelling import Speller
from ingest.library import Version
from ingest.text import fold

NAMES = [
    "infirmier",
    "infirmiere",
    "orthophoniste",
    "chirurgien",
    "veterinaire",
    "architecte",
    "kinesitherapeute",
    "chauffeur",
    "chercheur",
    "boulanger",
    "electricien",
    "coiffeuse",
    "pharmacien",
    "journaliste",
    "psychologue",
    "avocat",
    "notaire",
    "menuisier",
    "apiculteur",
    "dentiste",
    "maçon",
    "chef",
]
#: Words of the fiches that are in no name: known, and never a correction.
TEXT = ["chauffer", "chercher", "soigner", "animal", "maison", "notoire", "classe", "dentition"]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller([*NAMES, *TEXT], dict.fromkeys(NAMES, 1))


@pytest.mark.parametrize(
    ("word", "name"),
    [
        # by sound
        ("infirmié", "infirmier"),
        ("infirmiez", "infirmier"),
        ("ortophoniste", "orthophoniste"),
        ("orthofoniste", "orthophoniste"),
        ("farmacien", "pharmacien"),
        ("psicologue", "psychologue"),
        ("kinésitérapeute", "kinesitherapeute"),
        ("arkitecte", "architecte"),
        ("veterinère", "veterinaire"),
        ("avoca", "avocat"),
        ("notère", "notaire"),
        # by letters
        ("chirugien", "chirurgien"),
        ("chirurgein", "chirurgien"),
        ("vétérinare", "veterinaire"),
        ("boulangé", "boulanger"),
        ("boulnager", "boulanger"),
        ("architect", "architecte"),
        ("architecthe", "architecte"),
        ("journalliste", "journaliste"),
        ("menuisié", "menuisier"),
        ("apicultteur", "apiculteur"),
        ("electricen", "electricien"),
        ("coifeuse", "coiffeuse"),
        # an article left glued
        ("linfirmier", "infirmier"),
        ("larchitecte", "architecte"),
        ("davocat", "avocat"),
    ],
)
def test_a_misspelt_name_is_put_right(speller: Speller, word: str, name: str) -> None:
    assert speller.correct(fold(word)) == name


@pytest.mark.parametrize(
    "word",
    [
        # known words, however near a name
        "infirmier",
        "chauffer",
        "chercher",
        "soigner",
        "notoire",
        "dentition",
        # too short
        "che",
        "av",
        "a",
        "",
        # like nothing
        "licorne",
        "ordinateur",
        "bonjour",
        "combien",
        "salaire",
        "mason",
        # no words
        "2024",
        "3d",
        "met228",
    ],
)
def test_a_word_is_left_alone(speller: Speller, word: str) -> None:
    assert speller.correct(word) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("infirmier", "infirmie"),
        ("pharmacien", "farmacien"),
        ("orthophoniste", "ortofoniste"),
        ("boulangers", "boulanger"),
        ("eau", "o"),
        ("chaussee", "chauce"),
        ("kinesitherapeute", "quinesiterapeute"),
    ],
)
def test_words_that_sound_alike_share_their_sound(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("boulanger", "boucher"), ("chauffeur", "coiffeur"), ("notaire", "notoire"), ("gare", "jare")]
)
def test_words_that_sound_unlike_do_not(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)


# Over the seeds


@pytest.fixture(scope="module")
def names(seed_version: Version) -> NameIndex:
    return NameIndex(seed_version.fiches)


@pytest.mark.parametrize(
    ("question", "fiche_id"),
    [
        ("cb gagne un infirmié debutan", "MET.38"),
        ("salaire vétérinère", "MET.171"),
        ("kel etude pr etre vetérinnaire", "MET.171"),
        ("c koi un apicultteur", "MET.70"),
        ("boulangé", "MET.17"),
        ("comen devenir notère", "MET.558"),
        ("le métier de chirugien", "MET.332"),
        ("coifeuse", "MET.39"),
        ("sapeur-ponpier", "MET.572"),
        ("géomettre topographe", "MET.408"),
        ("salaire dun avoca", "MET.33"),
        ("lastrophysicien", "MET.24"),
        ("infermyer on peu bosser en liberal", "MET.38"),
        ("kontroleur aérien sa gagne cb", "MET.1"),
        ("aidsoignante la nuit", "MET.561"),
        ("profeseur d ékol salaire", "MET.557"),
        ("infirmière umanitaire", "MET.343"),  # the longer name, not the infirmière that is spelt right
    ],
)
def test_a_misspelt_metier_is_found(names: NameIndex, question: str, fiche_id: str) -> None:
    assert [match.fiches for match in names.find(question)] == [(fiche_id,)]


@pytest.mark.parametrize(
    "question",
    [
        "chauffer une maison",
        "chercher du travail",
        "je veux soigner des gens",
        "un métier pour voyager",
        "combien ça gagne ?",
        "servir les clients",
        "coiffer les gens",
        "animer un groupe",
        "un dompteur de lions",
        "quelque chose de manuel",
        "bonjour, merci",
        "what diploma do I need",
        "salère au début ?",
        "sa raporte combien",
    ],
)
def test_an_ordinary_word_names_no_metier(names: NameIndex, question: str) -> None:
    assert names.find(question) == ()


def test_a_misspelt_question_gets_the_right_metier_and_section(seed_reader: QuestionReader) -> None:
    reading = seed_reader.read(Question(text="cb gagne un infirmié debutan"))
    assert ([fiche.id for fiche in reading.fiches], [intent.name for intent in reading.intents]) == (
        ["MET.38"],
        ["salary"],
    )
