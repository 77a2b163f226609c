"""What people write when they look for métiers, and what it asks for: `wordings/lists.jsonl`, one question a line.

Each line gives the facts that every métier listed must satisfy, as the evaluation's predicates do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer import Outcome, Question
from bot.chain import Oriane
from bot.evaluation.predicates import count_satisfying, satisfies
from bot.evaluation.questions import Predicate
from bot.understanding.constraints import Constraints
from bot.understanding.levels import Levels
from bot.understanding.reader import QuestionReader
from ingest.fiche import LEVEL_RANKS
from ingest.library import Version
from ingest.local_library import LocalLibrary
from tests.fakes import HashingEmbedder, asked_after

OUTDOORS, FASHION = "j'aimerais travailler dehors", "la mode me fait rêver"
ANIMALS, HEALTH = "je veux m'occuper d'animaux", "santé, social, sport"
OWN_BOSS, BELOW_BAC = ("indépendant", "artisan", "libéral"), Levels(high=4)
WORDINGS = Path(__file__).parent / "wordings" / "lists.jsonl"


def wordings() -> Iterator[tuple[str, Predicate]]:
    for line in WORDINGS.read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        question = asked.pop("question")
        yield question, Predicate.model_validate(asked)


ALL = list(wordings())


def constraints_of(wanted: Predicate) -> Constraints:
    low, high = (LEVEL_RANKS[label] if label else None for label in (wanted.level_min, wanted.level_max))
    interests = (wanted.interest,) if wanted.interest else ()
    domaines = (wanted.domaine,) if wanted.domaine else ()
    return Constraints(Levels(low, high), wanted.status, interests, domaines)


@pytest.mark.parametrize(("question", "wanted"), ALL)
def test_a_wording_asks_for_its_facts(seed_reader: QuestionReader, question: str, wanted: Predicate) -> None:
    reading = seed_reader.read(Question(text=question))
    assert (reading.kind, reading.topic) == ("list", "")
    asked = reading.constraints
    expected = constraints_of(wanted)
    assert (asked.levels, asked.interests, asked.domaines) == (expected.levels, expected.interests, expected.domaines)
    assert set(asked.statuses) == set(expected.statuses)


@pytest.mark.parametrize(("question", "wanted"), ALL)
def test_its_total_is_exact_over_the_seeds(
    seed_oriane: Oriane, seed_version: Version, question: str, wanted: Predicate
) -> None:
    answer = seed_oriane.ask(Question(text=question))
    total = count_satisfying(seed_version.fiches, wanted)
    assert answer.total == (total or None)
    assert answer.outcome is (Outcome.LIST if total else Outcome.NOT_FOUND)
    for citation in answer.citations:
        assert satisfies(seed_version.fiches[citation.fiche_id], wanted)


@pytest.mark.corpus
@pytest.mark.slow
def test_totals_are_exact_over_all_fiches(corpus_library: LocalLibrary) -> None:
    oriane = Oriane(corpus_library, HashingEmbedder())
    name = corpus_library.current()
    assert name
    fiches = corpus_library.open(name).fiches
    wrong = {}
    for question, wanted in ALL:
        answer = oriane.ask(Question(text=question))
        total = count_satisfying(fiches, wanted) or None
        stray = [c.fiche_id for c in answer.citations if not satisfies(fiches[c.fiche_id], wanted)]
        if answer.total != total or stray:
            wrong[question] = (answer.total, total, stray)
    assert not wrong


@pytest.mark.parametrize(
    ("question", "topic", "constraints"),
    [
        ("métiers du cheval avec un CAP", "cheval", Constraints(Levels(high=3))),
        ("travailler dans le vin sans faire plus de deux ans après le bac", "vin", Constraints(Levels(high=7))),
        ("des métiers autour du train, niveau bac maximum", "train", Constraints(Levels(high=5))),
        ("quelque chose dans la montagne comme saisonnier", "montagne", Constraints(statuses=("saisonnier",))),
        ("le cuir me plaît, quels métiers pour être artisan", "cuir", Constraints(statuses=("artisan",))),
        ("s'occuper des personnes âgées avec un CAP au plus", "personnes agees", Constraints(Levels(high=3))),
    ],
)
def test_a_free_topic_stands_beside_a_constraint(
    seed_reader: QuestionReader, question: str, topic: str, constraints: Constraints
) -> None:
    reading = seed_reader.read(Question(text=question))
    assert (reading.kind, reading.topic, reading.constraints) == ("list", topic, constraints)


@pytest.mark.parametrize(
    "question",
    [
        "celui qui soigne les animaux",
        "la personne qui s'occupe des enfants à la crèche",
        "celle qui dessine les vêtements",
        "je voudrais réparer des montres",
        "je veux conduire le tramway",
        "j'adore la biologie et les vieux cailloux",
        "combien gagne un fonctionnaire ?",
        "c'est quoi un artisan ?",
        "boulanger, on peut être salarié ?",
        "boulanger sans le bac, c'est possible ?",
        "bonjour",
    ],
)
def test_these_are_no_lists(seed_reader: QuestionReader, question: str) -> None:
    assert seed_reader.read(Question(text=question)).kind != "list"


@pytest.mark.parametrize(
    ("question", "statuses", "besides"),
    [
        ("quels métiers à la fois fonctionnaire et libéral ?", ("libéral",), ("fonctionnaire",)),
        ("artisan et salarié en même temps, quels métiers ?", ("artisan",), ("salarié",)),
        ("fonctionnaire ou libéral, les deux me vont, quels métiers ?", ("libéral", "fonctionnaire"), ()),
        ("artisan à mon compte, quels métiers ?", ("artisan",), ()),
    ],
)
def test_two_statuses_are_a_choice_unless_both_are_wanted(
    seed_reader: QuestionReader, question: str, statuses: tuple[str, ...], besides: tuple[str, ...]
) -> None:
    asked = seed_reader.read(Question(text=question)).constraints
    assert (asked.statuses, asked.besides) == (statuses, besides)


@pytest.mark.parametrize(
    ("before", "question", "constraints"),
    [
        ("quels métiers sans le bac ?", "et dehors ?", Constraints(BELOW_BAC, interests=(OUTDOORS,))),
        ("la mode me plaît", "et à mon compte ?", Constraints(statuses=OWN_BOSS, interests=(FASHION,))),
        ("des métiers manuels", "non, plutôt dehors", Constraints(interests=(OUTDOORS,))),
        (
            "métiers de la santé",
            "parmi ces métiers, lesquels sans le bac ?",
            Constraints(BELOW_BAC, domaines=(HEALTH,)),
        ),
        ("métiers de la santé", "bac+3 maxi", Constraints(Levels(high=8), domaines=(HEALTH,))),
        ("j'aime les animaux", "et si je vais jusqu'à bac+5 ?", Constraints(Levels(high=10), interests=(ANIMALS,))),
    ],
)
def test_a_follow_up_refines_the_list(
    seed_reader: QuestionReader, before: str, question: str, constraints: Constraints
) -> None:
    reading = seed_reader.read(asked_after(("user", before), text=question))
    assert (reading.kind, reading.constraints) == ("list", constraints)


def test_what_somebody_says_of_themselves_orders_no_list(seed_oriane: Oriane) -> None:
    asked = ("on est pauvres chez moi, j'aime la nature", "on est riches chez moi, j'aime la nature")
    one, other = (seed_oriane.ask(Question(text=text)) for text in asked)
    assert one.outcome is Outcome.LIST
    assert one.answer == other.answer
