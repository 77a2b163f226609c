"""From a question, its conversation and its filters to what is asked."""

from __future__ import annotations

import pytest

from bot.answer import Question, Turn
from bot.understanding.reader import QuestionReader
from bot.understanding.reading import Reading
from ingest.fiche import SectionName
from ingest.library import Version
from tests.fakes import reader_over, version_of


@pytest.fixture(scope="module")
def reader(seed_version: Version) -> QuestionReader:
    return reader_over(seed_version)


def read(
    reader: QuestionReader,
    text: str,
    *history: tuple[str, str],
    fiche_id: str | None = None,
    section: SectionName | None = None,
) -> Reading:
    turns = tuple(Turn.model_validate({"role": role, "content": content}) for role, content in history)
    question = Question(text=text, history=turns, fiche_id=fiche_id, section=section)
    return reader.read(question)


def ids(reading: Reading) -> list[str]:
    return [fiche.id for fiche in reading.fiches]


def asked(reading: Reading) -> list[str]:
    return [intent.name for intent in reading.intents]


@pytest.mark.parametrize(
    ("text", "fiches"),
    [
        ("Dans quelles régions du pays un boulanger trouve-t-il surtout des ateliers à reprendre ?", ["MET.17"]),
        ("Y a-t-il beaucoup de femmes chez les boulangers en ce moment dans les villes ?", ["MET.17"]),
        ("Avec quels autres artisans de la ville un boulanger collabore-t-il pour son magasin ?", ["MET.17"]),
        ("le monsieur qui apporte la farine chez les boulangers avec son camion", []),
        ("j'aimerais bien apporter la farine chez les boulangers avec mon camion", []),
    ],
)
def test_a_long_question_is_about_the_metier_that_it_names_and_a_description_is_not(
    reader: QuestionReader, text: str, fiches: list[str]
) -> None:
    reading = read(reader, text)
    assert (ids(reading), reading.is_open) == (fiches, bool(fiches))


@pytest.mark.parametrize(
    ("text", "kind", "fiches", "intents"),
    [
        ("Combien gagne une ingénieure cloud débutante ?", "fact", ["MET.228"], ["salary"]),
        ("Vétérinaire", "portrait", ["MET.171"], []),
        ("C'est quoi, un apiculteur ?", "portrait", ["MET.70"], ["portrait"]),
        ("salaire et horaires de boulanger", "fact", ["MET.17"], ["salary", "conditions"]),
        ("boulanger ou vétérinaire : quelles études ?", "comparison", ["MET.17", "MET.171"], ["access"]),
        ("quel salaire pour MET.17 ?", "fact", ["MET.17"], ["salary"]),
        ("MET.17, vétérinaire et MET.17", "comparison", ["MET.17", "MET.171"], []),
        ("l'architecte MET.258", "portrait", ["MET.258"], []),
        ("infographiste", "clarify", ["MET.5", "MET.778"], []),
        ("salaire d'un dompteur ?", "unknown_name", [], ["salary"]),
        ("un métier avec des abeilles", "described", [], []),
        ("quel métier gagne bien ?", "described", [], ["salary"]),
        ("MET.99999", "unknown_code", [], []),
        ("salaire de MET.99999 ?", "unknown_code", [], ["salary"]),
        ("MET.99999 ou boulanger ?", "portrait", ["MET.17"], []),
        ("", "described", [], []),
    ],
)
def test_a_question_is_read(
    reader: QuestionReader, text: str, kind: str, fiches: list[str], intents: list[str]
) -> None:
    reading = read(reader, text)
    assert (reading.kind, ids(reading), asked(reading)) == (kind, fiches, intents)
    assert reading.standalone == text


def test_a_name_of_several_fiches_gives_each(reader: QuestionReader) -> None:
    assert set(ids(read(reader, "salaire d'une infographiste ?"))) == {"MET.5", "MET.778"}


def test_the_words_of_a_name_ask_for_nothing(seed_version: Version) -> None:
    other = seed_version.fiches["MET.17"].model_copy(
        update={
            "id": "MET.2",
            "name": seed_version.fiches["MET.17"].name.model_copy(update={"title": "professeure des écoles"}),
        }
    )
    reading = read(reader_over(version_of(other)), "salaire d'une professeure des écoles ?")
    assert (ids(reading), asked(reading)) == (["MET.2"], ["salary"])


@pytest.mark.parametrize(
    ("text", "fiches"),
    [
        # the aim, not where somebody stands
        ("Ma sœur est infirmière : comment passer vétérinaire, quelles études ?", ["MET.171"]),
        ("Je suis boulanger, comment devenir notaire ?", ["MET.558"]),
        ("Boulangère, je pense à me reconvertir en coiffeuse, quel diplôme ?", ["MET.39"]),
        # "ou" joins, whatever the verb
        ("Devenir boulanger ou devenir notaire, quelles études ?", ["MET.17", "MET.558"]),
        # what stands before the colon
        ("Notaire : faut-il être avocat, journaliste, quoi d'autre ?", ["MET.558"]),
        ("Quelles différences : notaire, avocat ?", ["MET.558", "MET.33"]),
        # a list names each métier once, four at most
        ("boulanger, notaire, avocat ou journaliste : quelles études ?", ["MET.17", "MET.558", "MET.33", "MET.45"]),
        ("boulanger, notaire, avocat, journaliste, coiffeur : quel salaire", ["MET.17", "MET.558", "MET.33", "MET.45"]),
        # short forms
        ("véto ou auxiliaire véto, qui gagne le plus ?", ["MET.171", "MET.323"]),
    ],
)
def test_of_several_names_those_that_are_meant_count(reader: QuestionReader, text: str, fiches: list[str]) -> None:
    assert ids(read(reader, text)) == fiches


def test_the_metier_that_has_a_name_as_its_title_comes_first(seed_version: Version) -> None:
    baker, other = seed_version.fiches["MET.17"], seed_version.fiches["MET.38"]
    named_so = other.model_copy(update={"id": "MET.2", "other_names": (*other.other_names, baker.name)})
    reading = read(reader_over(version_of(named_so, baker)), "salaire d'un boulanger ?")
    assert ids(reading) == ["MET.17", "MET.2"]


def test_among_several_names_each_is_the_metier_whose_title_it_is(seed_version: Version) -> None:
    baker, other = seed_version.fiches["MET.17"], seed_version.fiches["MET.38"]
    named_so = other.model_copy(update={"id": "MET.2", "other_names": (*other.other_names, baker.name)})
    version = version_of(named_so, baker, seed_version.fiches["MET.558"])
    assert ids(read(reader_over(version), "boulanger ou notaire, quel salaire ?")) == ["MET.17", "MET.558"]


def test_a_correction_keeps_what_was_asked(reader: QuestionReader) -> None:
    reading = read(reader, "non je parlais du vétérinaire", ("user", "notaire, quelles qualités ?"))
    assert (ids(reading), asked(reading)) == (["MET.171"], ["skills"])


@pytest.mark.parametrize(
    "text",
    ["combien au début ?", "il faut parler combien de langues ?", "merci, et il y a un lycée à Lyon pour ça ?"],
)
def test_a_question_that_names_nothing_goes_on_about_the_metier_before(reader: QuestionReader, text: str) -> None:
    assert ids(read(reader, text, ("user", "Combien gagne un boulanger ?"))) == ["MET.17"]


BAKER = (("user", "Combien gagne un boulanger ?"), ("assistant", "Un boulanger ou une boulangère débute à …"))


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("et le salaire ?", ["salary"]),
        ("Et les études ?", ["access"]),
        ("ET LES HORAIRES", ["conditions"]),
        ("c'est long ?", ["level", "duration"]),
        ("quelles qualités il faut ?", ["skills"]),
        ("on travaille la nuit ?", ["conditions"]),
        ("est-ce un métier d'avenir ?", ["prospects"]),
        ("et au bout d'une année ?", ["salary"]),  # nothing else is asked: still the salary
        ("combien gagne une personne débutante ?", ["salary"]),
        ("ça recrute ?", ["prospects"]),
    ],
)
def test_an_elliptical_question_takes_its_metier_from_the_conversation(
    reader: QuestionReader, text: str, intents: list[str]
) -> None:
    reading = read(reader, text, *BAKER)
    assert (ids(reading), asked(reading)) == (["MET.17"], intents)
    assert reading.standalone == f"{text} (boulanger/ère)"


@pytest.mark.parametrize(
    "text",
    [
        "Combien gagne une vétérinaire ?",
        "et MET.171 ?",
        "MET.99999 ?",
        "Quels métiers paient bien ?",
        "quel métier sans le bac ?",
        "salaire d'un dompteur ?",
        "comment devenir astronaute ?",
        "un métier avec des animaux et des enfants dans la nature",
        "bonjour",
    ],
)
def test_a_complete_question_is_not_rewritten(reader: QuestionReader, text: str) -> None:
    reading = read(reader, text, *BAKER)
    assert reading.standalone == text
    assert "MET.17" not in ids(reading)


def test_without_a_conversation_an_elliptical_question_names_nothing(reader: QuestionReader) -> None:
    reading = read(reader, "et le salaire ?")
    assert (ids(reading), asked(reading), reading.standalone) == ([], ["salary"], "et le salaire ?")


@pytest.mark.parametrize(
    ("history", "fiches"),
    [
        # the last métier that the person named
        ((("user", "boulanger ?"), ("user", "et vétérinaire ?")), ["MET.171"]),
        ((("user", "vétérinaire ?"), ("user", "et le salaire ?")), ["MET.171"]),
        # what the person said before what Oriane said
        ((("user", "vétérinaire ?"), ("assistant", "Un apiculteur…")), ["MET.171"]),
        # else the last answer that names one
        ((("user", "un métier avec des abeilles"), ("assistant", "apiculteur/trice [1]")), ["MET.70"]),
        (
            (
                ("user", "une idée ?"),
                ("assistant", "apiculteur"),
                ("user", "autre chose ?"),
                ("assistant", "boulanger"),
            ),
            ["MET.17"],
        ),
        # codes, several métiers
        ((("user", "la fiche MET.171"),), ["MET.171"]),
        ((("user", "boulanger ou vétérinaire ?"),), ["MET.17", "MET.171"]),
        # a métier that the library does not hold
        ((("user", "MET.99999 ?"),), []),
    ],
)
def test_a_follow_up_remembers(reader: QuestionReader, history: tuple[tuple[str, str], ...], fiches: list[str]) -> None:
    assert ids(read(reader, "et les horaires ?", *history)) == fiches


def test_a_follow_up_asks_only_what_it_asks(reader: QuestionReader) -> None:
    assert asked(read(reader, "et les horaires ?", *BAKER)) == ["conditions"]


@pytest.mark.parametrize("code", ["MET.17", "met.17", "MET-17", "met 17"])
def test_the_metier_can_be_set_apart_from_the_question(reader: QuestionReader, code: str) -> None:
    reading = read(reader, "Combien gagne une vétérinaire ?", fiche_id=code)
    assert (ids(reading), asked(reading)) == (["MET.17"], ["salary"])


@pytest.mark.parametrize("code", ["MET.99999", "n'importe quoi"])
def test_a_set_metier_that_does_not_exist_is_said(reader: QuestionReader, code: str) -> None:
    reading = read(reader, "Quel salaire ?", fiche_id=code)
    assert (reading.kind, ids(reading), reading.unknown) == ("unknown_code", [], (code,))


@pytest.mark.parametrize(
    ("text", "section", "intents"),
    [
        ("boulanger : salaire et horaires ?", "Conditions de travail", ["conditions"]),
        ("boulanger : salaire ?", "Conditions de travail", ["conditions"]),
        ("boulanger", "Vie professionnelle", ["salary", "prospects"]),
        ("boulanger", "Accès au métier", ["level", "access"]),
        ("boulanger", "En bref", ["section"]),
        ("boulanger", "Identité", ["identity", "rome", "names"]),
    ],
)
def test_the_section_can_be_set_apart_from_the_question(
    reader: QuestionReader, text: str, section: SectionName, intents: list[str]
) -> None:
    reading = read(reader, text, section=section)
    assert asked(reading) == intents
    assert reading.to_json().sections == (section,)
