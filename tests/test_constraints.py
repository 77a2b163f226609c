"""Constraints on facts: how they are said, what they keep, how a follow-up changes them."""

from __future__ import annotations

import pytest

from bot.understanding.constraints import ConstraintReader, Constraints, load_constraints
from bot.understanding.levels import BAC, CAP, Levels
from bot.understanding.wording import GAP
from ingest.fiche import Appellation, Domaine, FicheMetier
from ingest.library import Version

OUTDOORS = "j'aimerais travailler dehors"
ANIMALS = "je veux m'occuper d'animaux"
HANDS = "je veux travailler de mes mains"
CARE = "ma vocation est de soigner"
CHILDREN = "je veux m'occuper d'enfants"

STATUSES: list[tuple[str, tuple[str, ...]]] = [
    ("quels métiers pour être à son compte ?", ("indépendant", "artisan", "libéral")),
    ("je veux être mon propre patron", ("indépendant", "artisan", "libéral")),
    ("un métier en freelance", ("indépendant",)),
    ("travailler en indépendante", ("indépendant",)),
    ("monter ma boîte", ("indépendant", "artisan", "libéral")),
    ("auto-entrepreneur", ("indépendant", "artisan", "libéral")),
    ("exercer en libéral", ("libéral",)),
    ("les professions libérales", ("libéral",)),
    ("devenir artisane", ("artisan",)),
    ("quels métiers de fonctionnaire ?", ("fonctionnaire",)),
    ("dans la fonction publique", ("fonctionnaire",)),
    ("travailler pour l'État", ("fonctionnaire",)),
    ("un métier dans l'armée", ("militaire",)),
    ("les métiers militaires", ("militaire",)),
    ("intermittent du spectacle", ("intermittent du spectacle",)),
    ("un boulot saisonnier", ("saisonnier",)),
    ("un contrat de volontariat", ("contrat de volontariat",)),
    ("être salarié", ("salarié",)),
]
INTERESTS: list[tuple[str, str]] = [
    ("j'ai le sens du contact", "j'ai le sens du contact"),
    ("j'aime parler avec les gens", "j'ai le sens du contact"),
    ("j'aime organiser, gérer", "j'aime organiser, gérer"),
    ("j'adore tout planifier", "j'aime organiser, gérer"),
    ("j'aime bouger", "j'aime bouger"),
    ("je veux pas rester assise", "j'aime bouger"),
    ("je veux aider les gens", "je veux être utile aux autres"),
    ("j'aime bricoler", "réparer, bricoler, j'adore ça"),
    ("un métier artistique", "je rêve d'un métier artistique"),
    ("j'aime travailler de mes mains", HANDS),
    ("un métier manuel", HANDS),
    ("je veux travailler dehors", OUTDOORS),
    ("un métier en plein air", OUTDOORS),
    ("j'aime faire des expériences", "j'aime bien faire des expériences"),
    ("je veux travailler dans le commerce", "je veux travailler dans le commerce"),
    ("j'aime jongler avec les chiffres", "j'aime jongler avec les chiffres"),
    ("je suis forte en maths, quel métier ?", "j'aime jongler avec les chiffres"),
    ("je veux travailler à l'étranger", "je rêve de travailler à l'étranger"),
    ("un métier pour voyager", "je rêve de travailler à l'étranger"),
    ("j'aime communiquer", "J'aime communiquer"),
    ("j'aime les langues", "j'aime les langues"),
    ("j'aime enquêter", "enquêter, analyser l'information, je veux en faire mon travail"),
    ("les nouvelles technologies me passionnent", "je me passionne pour les nouvelles technologies"),
    ("je veux bosser dans le bâtiment", "je veux travailler dans le bâtiment"),
    ("je veux protéger la planète", "je veux protéger la planète"),
    ("je veux faire respecter la loi", "je veux faire respecter la loi"),
    ("j'aime la nature", "j'aime la nature"),
    ("j'adore dessiner", "j'ai un bon coup de crayon"),
    ("je veux m'occuper d'enfants", CHILDREN),
    ("j'aime les bébés", CHILDREN),
    ("je veux soigner", CARE),
    ("je suis accro au numérique", "je suis accro au numérique"),
    ("j'aime être aux commandes", "j'aime être aux commandes"),
    ("je voudrais faire de la télé", "TV, ciné, radios : ces univers me fascinent"),
    ("j'adore conduire", "j'adore conduire"),
    ("le sport est ma passion", "le sport est ma passion"),
    ("j'aime les sensations fortes", "j'aime les sensations fortes"),
    ("la mode me fait rêver", "la mode me fait rêver"),
    ("je veux m'occuper des animaux", ANIMALS),
    ("j'aime les animaux", ANIMALS),
    ("je veux monter sur scène", "je veux travailler dans le spectacle"),
]
DOMAINES: list[tuple[str, str]] = [
    ("un métier dans l'informatique", "informatique, Internet"),
    ("les métiers de l'agriculture", "agriculture, animaux"),
    ("les métiers de la banque et des assurances", "banque, assurances, immobilier"),
    ("je cherche un métier dans la banque", "banque"),
    ("hôtellerie et tourisme, quels métiers ?", "hôtellerie-restauration, tourisme"),
    ("les métiers du tourisme", "tourisme"),
    ("les métiers de la mécanique", "mécanique"),
    ("je veux travailler dans la santé", "santé, social, sport"),
    ("je cherche dans le transport ou la logistique", "logistique, transport"),
    ("je cherche dans la logistique", "logistique"),
    ("un métier dans l'enseignement", "enseignement"),
    ("les métiers du droit", "économie, droit, politique"),
    ("un métier dans la robotique", "électricité, électronique, robotique"),
    ("les métiers de la psychologie", "psychologie"),
]
#: Nobody looks for métiers here: the words describe one, or ask for something else.
NO_CONSTRAINT = [
    "",
    "celui qui soigne les animaux",
    "celle qui garde les enfants",
    "la personne qui travaille dehors",
    "combien gagne une soigneuse ?",
    "quel salaire ?",
    "bonjour",
]


@pytest.fixture(scope="module")
def reader() -> ConstraintReader:
    return load_constraints()


@pytest.mark.parametrize(("text", "statuses"), STATUSES)
def test_a_status_is_read(reader: ConstraintReader, text: str, statuses: tuple[str, ...]) -> None:
    assert reader.read(text)[0].statuses == statuses


@pytest.mark.parametrize(("text", "interest"), INTERESTS)
def test_an_interest_is_read(reader: ConstraintReader, text: str, interest: str) -> None:
    assert interest in reader.read(text)[0].interests


def test_every_interest_is_read_from_its_own_sentence(reader: ConstraintReader) -> None:
    assert len({interest for _, interest in INTERESTS}) == 32
    for interest in {interest for _, interest in INTERESTS}:
        assert interest in reader.read(interest, wishing=True)[0].interests


@pytest.mark.parametrize(("text", "domaine"), DOMAINES)
def test_a_domaine_is_read(reader: ConstraintReader, text: str, domaine: str) -> None:
    assert domaine in reader.read(text)[0].domaines


@pytest.mark.parametrize("text", NO_CONSTRAINT)
def test_a_description_sets_no_constraint(reader: ConstraintReader, text: str) -> None:
    assert not reader.read(text)[0]


def test_what_is_not_wished_counts_when_the_conversation_wishes(reader: ConstraintReader) -> None:
    assert reader.read("plutôt dehors")[0].interests == ()
    assert reader.read("plutôt dehors", wishing=True)[0].interests == (OUTDOORS,)


def test_several_constraints_are_read_together_and_their_words_taken_out(reader: ConstraintReader) -> None:
    constraints, rest = reader.read("un métier dehors avec les animaux, sans le bac, à son compte, du son")
    assert constraints == Constraints(
        levels=Levels(high=BAC - 1),
        statuses=("indépendant", "artisan", "libéral"),
        interests=(OUTDOORS, ANIMALS),
    )
    assert " ".join(rest.replace(GAP, "").split()) == "un metiers du son"


@pytest.mark.parametrize("text", ["", " ", "zzz", "|"])
def test_nothing_is_read_from_nothing(reader: ConstraintReader, text: str) -> None:
    assert not reader.read(text, wishing=True)[0]


# What they keep


def metier(level: str | None = "bac + 2", **facts: tuple[str, ...]) -> FicheMetier:
    domaines = tuple(Domaine(name=name) for name in facts.pop("domaines", ()))
    name = Appellation(title="essayeur de tests")
    return FicheMetier(id="MET.1", name=name, level=level, domaines=domaines, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("constraints", "fiche", "accepted"),
    [
        (Constraints(), metier(None), True),
        (Constraints(levels=Levels(high=BAC + 2)), metier("bac + 2"), True),
        (Constraints(levels=Levels(high=BAC + 1)), metier("bac + 2"), False),
        (Constraints(levels=Levels(low=BAC + 3)), metier("bac + 2"), False),
        (Constraints(levels=Levels(CAP, CAP)), metier("CAP ou équivalent"), True),
        (Constraints(levels=Levels(CAP, CAP)), metier("CAP ou équivalent + 1 an"), False),
        # a level without a rank never satisfies a level
        (Constraints(levels=Levels(high=BAC + 8)), metier("autre formation"), False),
        (Constraints(levels=Levels(low=0)), metier("autre formation"), False),
        (Constraints(levels=Levels(low=0)), metier(None), False),
        (Constraints(interests=(OUTDOORS,)), metier("autre formation", interests=(OUTDOORS,)), True),
        # one status of those asked is enough
        (Constraints(statuses=("artisan", "libéral")), metier(statuses=("salarié", "libéral")), True),
        (Constraints(statuses=("artisan", "libéral")), metier(statuses=("salarié",)), False),
        (Constraints(statuses=("artisan",)), metier(), False),
        # every interest is wanted
        (Constraints(interests=(OUTDOORS, ANIMALS)), metier(interests=(ANIMALS, OUTDOORS, CARE)), True),
        (Constraints(interests=(OUTDOORS, ANIMALS)), metier(interests=(OUTDOORS,)), False),
        # one domaine of those asked is enough
        (Constraints(domaines=("mécanique", "sciences")), metier(domaines=("sciences",)), True),
        (Constraints(domaines=("mécanique",)), metier(domaines=("sciences",)), False),
        # each kind is wanted
        (Constraints(Levels(high=BAC), ("artisan",)), metier("CAP ou équivalent", statuses=("artisan",)), True),
        (Constraints(Levels(high=BAC), ("artisan",)), metier("bac + 2", statuses=("artisan",)), False),
        (Constraints(Levels(high=BAC), ("artisan",)), metier("CAP ou équivalent", statuses=("salarié",)), False),
    ],
)
def test_a_fiche_is_kept_when_it_satisfies_every_kind(
    constraints: Constraints, fiche: FicheMetier, accepted: bool
) -> None:
    assert constraints.accept(fiche) is accepted


def test_what_is_read_keeps_the_right_seeds(reader: ConstraintReader, seed_version: Version) -> None:
    def kept(text: str) -> set[str]:
        constraints, _ = reader.read(text)
        return {fiche.id for fiche in seed_version.fiches.values() if constraints.accept(fiche)}

    assert kept("des métiers sans le bac avec des animaux") == {"MET.905"}
    assert kept("les métiers de l'armée") == {"MET.572", "MET.689"}
    assert kept("j'aime les enfants, bac+3 max") == {"MET.38", "MET.561"}
    assert kept("métiers à bac+7") == {"MET.33", "MET.558"}
    assert kept("des métiers sans diplôme") == {"MET.8094"}


# Follow-ups


BEFORE = Constraints(Levels(high=BAC + 2), ("salarié",), (ANIMALS,), ("sciences",))


@pytest.mark.parametrize(
    ("newer", "replacing", "merged"),
    [
        (Constraints(), False, BEFORE),
        (
            Constraints(Levels(high=BAC - 1)),
            False,
            Constraints(Levels(high=BAC - 1), ("salarié",), (ANIMALS,), ("sciences",)),
        ),
        (
            Constraints(statuses=("artisan",)),
            False,
            Constraints(Levels(high=BAC + 2), ("artisan",), (ANIMALS,), ("sciences",)),
        ),
        (
            Constraints(interests=(OUTDOORS,)),
            False,
            Constraints(Levels(high=BAC + 2), ("salarié",), (ANIMALS, OUTDOORS), ("sciences",)),
        ),
        (
            Constraints(interests=(OUTDOORS,)),
            True,
            Constraints(Levels(high=BAC + 2), ("salarié",), (OUTDOORS,), ("sciences",)),
        ),
        (Constraints(interests=(ANIMALS,)), False, BEFORE),
        (
            Constraints(domaines=("mécanique",)),
            False,
            Constraints(Levels(high=BAC + 2), ("salarié",), (ANIMALS,), ("mécanique",)),
        ),
        (
            Constraints(levels=Levels(high=BAC)),
            True,
            Constraints(Levels(high=BAC), ("salarié",), (ANIMALS,), ("sciences",)),
        ),
    ],
)
def test_a_follow_up_changes_only_what_it_speaks_of(newer: Constraints, replacing: bool, merged: Constraints) -> None:
    assert BEFORE.merged(newer, replacing) == merged


# How they are shown


@pytest.mark.parametrize(
    ("constraints", "shown"),
    [
        (Constraints(), {}),
        (Constraints(Levels(high=BAC - 1)), {"level_max": "cap ou équivalent + 1 an"}),
        (Constraints(Levels(low=0)), {"level_min": "sans diplôme"}),
        (Constraints(Levels(BAC + 2, BAC + 2)), {"level_min": "bac + 2", "level_max": "bac + 2"}),
        (
            Constraints(Levels(high=BAC), ("artisan",), (OUTDOORS,), ("sciences",)),
            {"level_max": "bac ou équivalent", "status": ["artisan"], "interest": [OUTDOORS], "domaine": ["sciences"]},
        ),
    ],
)
def test_constraints_are_shown(constraints: Constraints, shown: dict[str, object]) -> None:
    assert constraints.to_json() == shown


def test_the_summary_holds_every_constraint_in_one_line() -> None:
    summary = Constraints(Levels(high=BAC), ("artisan",), (OUTDOORS, ANIMALS)).summary
    assert summary == f"level_max bac ou équivalent, status artisan, interest {OUTDOORS}, {ANIMALS}"
    assert Constraints().summary == ""


@pytest.mark.parametrize("text", ["10 ans d'études maximum", "au moins 10 ans d'études", "plus de 10 ans d'études"])
def test_a_bound_above_every_level_is_still_shown(reader: ConstraintReader, text: str) -> None:
    constraints, _ = reader.read(text)
    assert constraints
    assert constraints.to_json()
