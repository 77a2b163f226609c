"""What a question means after others: told apart by position, carried over, or dropped when the subject changes."""

from __future__ import annotations

import pytest

from bot.answer import Answer, Outcome, Question, Turn
from bot.chain import Oriane
from bot.understanding.reader import QuestionReader
from bot.understanding.reading import Reading
from tests.fakes import asked_after

Turns = tuple[tuple[str, str], ...]

PLAIN_LIST = (
    "Voici quelques idées :\n1. boulanger/ère : niveau CAP [1]\n2. vétérinaire : bac + 6 [2]\n3. apiculteur/trice [3]"
)
TWO: Turns = (("user", "boulanger ou vétérinaire ?"), ("assistant", "| | boulanger | vétérinaire |"))
LIST: Turns = (("user", "des métiers avec des animaux"), ("assistant", PLAIN_LIST))
BAKER: Turns = (("user", "Combien gagne un boulanger ?"), ("assistant", "Un boulanger débute à 1801 euros [1]."))


def read(reader: QuestionReader, text: str, *history: tuple[str, str]) -> Reading:
    return reader.read(asked_after(*history, text=text))


def ids(reading: Reading) -> list[str]:
    return [fiche.id for fiche in reading.fiches]


def asked(reading: Reading) -> list[str]:
    return [intent.name for intent in reading.intents]


@pytest.mark.parametrize(
    ("text", "fiches"),
    [
        ("le premier", ["MET.17"]),
        ("le premier, il gagne combien ?", ["MET.17"]),
        ("la première ?", ["MET.17"]),
        ("parle-moi du deuxième", ["MET.171"]),
        ("le 2e", ["MET.171"]),
        ("et le second ?", ["MET.171"]),
        ("c'est quoi le salaire du troisième ?", ["MET.70"]),
        ("le dernier", ["MET.70"]),
        ("et pour le 3ème ?", ["MET.70"]),
        ("the second", ["MET.171"]),
    ],
)
@pytest.mark.parametrize("history", [LIST])
def test_a_position_means_the_metier_of_the_last_list(
    seed_reader: QuestionReader, history: Turns, text: str, fiches: list[str]
) -> None:
    reading = read(seed_reader, text, *history)
    assert ids(reading) == fiches
    assert reading.fiches[0].title in reading.standalone


@pytest.mark.parametrize("text", ["le quatrième", "le sixième ?"])
def test_a_position_that_the_list_does_not_have_means_nothing(seed_reader: QuestionReader, text: str) -> None:
    assert ids(read(seed_reader, text, *LIST)) == []


@pytest.mark.parametrize(
    ("text", "history", "fiches", "intents"),
    [
        # side by side: a position, all of them, the other one
        ("le deuxième, il gagne combien ?", TWO, ["MET.171"], ["salary"]),
        ("leurs salaires ?", TWO, ["MET.17", "MET.171"], ["salary"]),
        ("quel est leur salaire ?", TWO, ["MET.17", "MET.171"], ["salary"]),
        ("et les études pour les deux ?", TWO, ["MET.17", "MET.171"], ["access"]),
        ("les horaires de chacun", TWO, ["MET.17", "MET.171"], ["conditions"]),
        ("et le salaire ?", TWO, ["MET.17", "MET.171"], ["salary"]),
        (
            "et l'autre ?",
            (*TWO, ("user", "le salaire du premier ?"), ("assistant", "1801 euros [1].")),
            ["MET.171"],
            ["salary"],
        ),
        (
            "et pour l'autre, quels horaires ?",
            (*TWO, ("user", "le salaire du deuxième ?"), ("assistant", "2300 euros [1].")),
            ["MET.17"],
            ["conditions"],
        ),
        # one after the other
        (
            "lequel des deux gagne le plus ?",
            (*BAKER, ("user", "et vétérinaire ?"), ("assistant", "2300 euros [1].")),
            ["MET.17", "MET.171"],
            ["salary"],
        ),
        # the section is inherited when only the métier changes
        ("et vétérinaire ?", BAKER, ["MET.171"], ["salary"]),
        ("et pour un notaire ?", BAKER, ["MET.558"], ["salary"]),
        ("pareil pour apicultrice", BAKER, ["MET.70"], ["salary"]),
        ("et les horaires d'un notaire ?", BAKER, ["MET.558"], ["conditions"]),
        # the métier is inherited when only the section changes
        ("et les horaires ?", BAKER, ["MET.17"], ["conditions"]),
        ("c'est long ?", BAKER, ["MET.17"], ["level", "duration"]),
        ("des débouchés ?", BAKER, ["MET.17"], ["prospects"]),
        ("ok merci, et les études ?", BAKER, ["MET.17"], ["access"]),
        ("ça donne quoi ?", BAKER, ["MET.17"], ["salary"]),
    ],
)
def test_a_follow_up_leans_on_the_conversation(
    seed_reader: QuestionReader, text: str, history: Turns, fiches: list[str], intents: list[str]
) -> None:
    reading = read(seed_reader, text, *history)
    assert (ids(reading), asked(reading)) == (fiches, intents)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("rien à voir : le salaire ?", "unknown_name"),
        ("autre question, quels métiers sans le bac ?", "list"),
        ("Quels métiers sans le bac ?", "list"),
        ("le CAP pâtissier mène à quoi ?", "reverse"),
        ("MET.99999", "unknown_code"),
        ("un métier où on enterre les gens", "described"),
        ("combien gagne un dompteur de licornes ?", "unknown_name"),
    ],
)
def test_a_change_of_subject_forgets_the_metier(seed_reader: QuestionReader, text: str, kind: str) -> None:
    reading = read(seed_reader, text, *BAKER)
    assert reading.kind == kind
    assert "MET.17" not in ids(reading)
    assert "boulanger" not in reading.standalone


@pytest.mark.parametrize(
    ("question", "text", "constraints"),
    [
        (
            "quels métiers avec les animaux ?",
            "et sans le bac ?",
            {"level_max": "cap ou équivalent + 1 an", "interest": ["je veux m'occuper d'animaux"]},
        ),
        (
            "quels métiers sans le bac ?",
            "plutôt dehors",
            {"level_max": "cap ou équivalent + 1 an", "interest": ["j'aimerais travailler dehors"]},
        ),
        (
            "quels métiers avec les animaux ?",
            "non, plutôt dehors",
            {"interest": ["j'aimerais travailler dehors"]},
        ),
        (
            "quels métiers avec les animaux ?",
            "et dehors ?",
            {"interest": ["je veux m'occuper d'animaux", "j'aimerais travailler dehors"]},
        ),
        ("quels métiers à bac+5 ?", "et à bac+3 ?", {"level_min": "bac + 3", "level_max": "bac + 3"}),
        (
            "quels métiers de fonctionnaire ?",
            "à son compte plutôt",
            {"status": ["indépendant", "artisan", "libéral"]},
        ),
    ],
)
def test_a_list_takes_more_constraints(
    seed_oriane: Oriane, question: str, text: str, constraints: dict[str, object]
) -> None:
    answer = after(seed_oriane, text, question)
    assert answer.understood.kind == "list"
    assert answer.understood.constraints == constraints
    assert text in answer.standalone_question


def test_a_complete_list_question_takes_nothing_over(seed_oriane: Oriane) -> None:
    answer = after(seed_oriane, "quels métiers de fonctionnaire ?", "quels métiers avec les animaux ?")
    assert answer.understood.constraints == {"status": ["fonctionnaire"]}


def after(oriane: Oriane, text: str, *questions: str) -> Answer:
    """The answer to a question asked after others, which Oriane really answered."""
    history: tuple[Turn, ...] = ()
    for question in questions:
        said = oriane.ask(Question(text=question, history=history)).answer
        history = (*history, Turn(role="user", content=question), Turn(role="assistant", content=said))
    return oriane.ask(Question(text=text, history=history))


def test_positions_work_after_a_real_list(seed_oriane: Oriane) -> None:
    listed = seed_oriane.ask(Question(text="quels métiers pour soigner ?"))
    titles = [line.split(". ", 1)[1].split(" : ")[0] for line in listed.answer.splitlines()[1:]]
    for place, word in enumerate(["premier", "deuxième", "troisième", "quatrième", "cinquième"]):
        answer = after(seed_oriane, f"le {word}, quel salaire ?", "quels métiers pour soigner ?")
        assert {citation.title for citation in answer.citations} == {titles[place]}


def test_a_topic_is_kept_when_a_level_is_added(seed_reader: QuestionReader) -> None:
    history = (("user", "quels métiers du son ?"), ("assistant", "1. ingénieur/e du son : … [1]"))
    reading = read(seed_reader, "et à bac+2 ?", *history)
    assert (reading.kind, bool(reading.topic), reading.constraints.to_json()) == (
        "list",
        True,
        {"level_min": "bac + 2", "level_max": "bac + 2"},
    )
    assert "son" in reading.standalone


# Histories from elsewhere


@pytest.mark.parametrize(
    "answer",
    [
        "1. boulanger/ère\n2. vétérinaire\n3. apiculteur/trice",
        "1) boulanger\n2) vétérinaire\n3) apicultrice",
        "Voici :\n\n  1. Boulangère [source 1]\n  2. Vétérinaire (1)\n  3. Apiculteur (2)\n\nBonne chance !",
        "1. Boulanger : du pain.\n2. Vétérinaire : des soins.\n3. Apiculteur : du miel.",
        "1. **Boulanger**\n2. **Vétérinaire**\n3. **Apiculteur**",
        "1. Boulanger – MET.17\n2. Vétérinaire – MET.171\n3. Apiculteur – MET.70",
    ],
)
def test_a_list_written_elsewhere_has_positions_too(seed_reader: QuestionReader, answer: str) -> None:
    history = (("user", "des idées de métiers ?"), ("assistant", answer))
    assert ids(read(seed_reader, "le deuxième, quel salaire ?", *history)) == ["MET.171"]


@pytest.mark.parametrize(
    "answer",
    [
        "L'apiculteur élève des abeilles.",
        "Je pense au métier d'apicultrice (source : Onisep).",
        "apiculteur/trice¹",
        "Voir la fiche « apiculteur/trice » [MET.70].",
    ],
)
def test_a_metier_named_by_an_answer_from_elsewhere_is_remembered(seed_reader: QuestionReader, answer: str) -> None:
    history = (("user", "un métier avec des abeilles"), ("assistant", answer))
    assert ids(read(seed_reader, "et le salaire ?", *history)) == ["MET.70"]


@pytest.mark.parametrize(
    "history",
    [
        (),
        (("assistant", "Bonjour ! Que puis-je faire ?"),),
        (("user", ""), ("assistant", "")),
        (("user", "bonjour"), ("user", "ça va ?"), ("assistant", "Oui.")),
        (("assistant", "1. licorne\n2. dragon"),),
        (("user", "x" * 5000), ("assistant", "\n" * 2000)),
    ],
)
def test_an_empty_or_odd_history_changes_nothing(seed_reader: QuestionReader, history: Turns) -> None:
    for text in ("Combien gagne un boulanger ?", "le deuxième", "montre la suite", "et l'autre ?"):
        assert ids(read(seed_reader, text, *history)) == ids(read(seed_reader, text))


def test_going_on_without_a_list_lists_nothing(seed_oriane: Oriane) -> None:
    assert seed_oriane.ask(Question(text="montre la suite")).outcome is not Outcome.LIST
    assert after(seed_oriane, "montre la suite", "combien gagne un boulanger ?").outcome is not Outcome.LIST
