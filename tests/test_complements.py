"""Names of métiers that exist nowhere, though they are made of known words, and complements that make none."""

from __future__ import annotations

import pytest

from bot.answer import Question
from bot.understanding.reader import QuestionReader
from ingest.lexicon import Lexicon, load_lexicon
from ingest.library import Version
from tests.fakes import reader_over


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def reader(seed_version: Version, lexicon: Lexicon) -> QuestionReader:
    return reader_over(seed_version, lexicon)


@pytest.mark.parametrize(
    "question",
    [
        # a complement that neither the fiche nor its everyday words know
        "c'est quoi un boulanger spatial ?",
        "combien gagne un boulanger quantique ?",
        "infirmière pour robots, combien d'années d'études",
        "quel bac pour être vétérinaire de l'au-delà",
        "notaire pour chats : salaire ?",
        "avocate des fantômes quelles études svp",
        "coiffeuse pour statues : quelles études",
        "vétérinaire pour dinosaures, salaire débutant ?",
        "combien gagne un menuisier de rêves",
        # a word that nobody knows before the name
        "c'est quoi growth boulanger",
        # nothing of it is a name, but it is built like one
        "contrôleur de nuages, combien ça gagne",
        "professeur de bâillement quelles études",
        "iridologue, ça s'étudie où ?",
        "home stager, on apprend ça où ?",
    ],
)
def test_a_metier_that_exists_nowhere_is_not_taken_for_another(reader: QuestionReader, question: str) -> None:
    reading = reader.read(Question(text=question))
    assert (reading.kind, reading.fiches) == ("unknown_name", ())


@pytest.mark.parametrize(
    ("question", "fiche_id"),
    [
        ("infirmière à l'hôpital, quel salaire", "MET.38"),
        ("salaire d'une infirmière de nuit", "MET.38"),
        ("infirmier en libéral, quel revenu ?", "MET.38"),
        ("infirmier en Suisse salaire", "MET.38"),
        ("salaire infirmier belgique", "MET.38"),
        ("boulanger débutant, ça gagne combien", "MET.17"),
        ("boulanger en alternance, quel salaire ?", "MET.17"),
        ("un boulanger de 30 ans, quel salaire ?", "MET.17"),
        ("notaire à Toulouse salaire", "MET.558"),
        ("vétérinaire pour chevaux, quelles études ?", "MET.171"),
        ("vétérinaire pour devenir riche, quel salaire ?", "MET.171"),
        ("boulanger horaires et salaire", "MET.17"),
        ("VÉTÉRINAIRE DE CAMPAGNE SALAIRE", "MET.171"),
        ("coiffeur pour hommes, quel diplôme", "MET.39"),
    ],
)
def test_where_when_for_whom_and_what_is_asked_make_no_other_metier(
    reader: QuestionReader, question: str, fiche_id: str
) -> None:
    assert [fiche.id for fiche in reader.read(Question(text=question)).fiches] == [fiche_id]


@pytest.mark.parametrize(
    "question", ["assistante véto quel salaire", "aide soignant quel salaire", "vétérinaire auxiliaire, quel salaire"]
)
def test_words_that_one_name_alone_holds_stand_for_it(reader: QuestionReader, question: str) -> None:
    assert len(reader.read(Question(text=question)).fiches) == 1


@pytest.mark.parametrize(
    "question",
    [
        "soigner les gens, ça paye combien ?",
        "mon copain m'a quittée, je fais quoi",
        "imiter le galop d'un canasson avec des noix de coco",
        "être au service des familles en deuil",
    ],
)
def test_a_description_is_no_name(reader: QuestionReader, question: str) -> None:
    assert reader.read(Question(text=question)).kind == "described"
