"""What no fiche says, and what Oriane leaves to the person who asks: said plainly, with what is known and who knows."""

from __future__ import annotations

import pytest

from bot.answer import Outcome, Question
from bot.chain import Oriane
from bot.understanding.limits import load_limits


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("combien coûte l'école pour devenir vétérinaire ?", "cost"),
        ("quelle est la meilleure école de notariat ?", "ranking"),
        ("quel est le taux d'admission en IFSI ?", "odds"),
        ("combien de places en BTS ?", "odds"),
        ("quand s'inscrire sur Parcoursup pour être infirmière ?", "calendar"),
        ("quel salaire après 10 ans de métier ?", "later_pay"),
        ("combien gagne un notaire en fin de carrière ?", "later_pay"),
        ("une école de coiffure près de chez moi", "place"),
        ("un lycée à Rennes pour apprendre l'horlogerie", "town"),
        ("une boulangerie qui cherche un apprenti", "openings"),
        ("je suis assez intelligente pour être médecin ?", "decision"),
        ("choisis pour moi entre boulanger et coiffeur", "decision"),
        ("c'est un métier d'homme ?", "gender"),
        ("combien gagne un boulanger ?", None),
        ("quelles études pour être notaire ?", None),
        ("combien d'heures par semaine ?", None),
        ("un métier à la mer", None),
        ("quels métiers à bac + 2 ?", None),
    ],
)
def test_what_is_asked_beyond_the_fiches_is_recognised(text: str, name: str | None) -> None:
    found = load_limits().find(text)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    "text",
    [
        "combien coûte la formation de coiffeur ?",
        "quel est le meilleur lycée pour devenir boulanger ?",
        "quel taux d'admission pour être infirmier ?",
        "boulanger à Brest, ils embauchent ?",
        "combien gagne un vétérinaire après 20 ans ?",
    ],
)
def test_a_fiche_that_does_not_say_it_is_cited_for_what_it_says(text: str, seed_oriane: Oriane) -> None:
    answer = seed_oriane.ask(Question(text=text))
    assert answer.outcome is Outcome.ABSENT
    assert answer.citations
    assert "ne dit rien sur" in answer.answer


@pytest.mark.parametrize(
    ("text", "fiches"),
    [
        ("décide pour moi entre boulanger et coiffeur", {"MET.17", "MET.39"}),
        ("suis-je assez intelligent pour être vétérinaire ?", {"MET.171"}),
        ("choisis un métier pour moi", set()),
    ],
)
def test_a_choice_is_given_back_with_facts(text: str, fiches: set[str], seed_oriane: Oriane) -> None:
    answer = seed_oriane.ask(Question(text=text))
    assert answer.outcome is Outcome.CLARIFY
    assert {citation.fiche_id for citation in answer.citations} == fiches
    assert "psy-EN" in answer.answer


def test_a_metier_is_for_women_and_men(seed_oriane: Oriane) -> None:
    answer = seed_oriane.ask(Question(text="coiffeur, c'est un métier de fille ?"))
    assert "coiffeuse" in answer.answer
    assert "coiffeur" in answer.answer
    assert "femmes comme aux hommes" in answer.answer
