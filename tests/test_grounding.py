"""A sentence stands when the passages it cites say it, and falls by the check that its fault is for."""

from __future__ import annotations

import pytest

from bot.grounding.cleaning import Marked
from bot.grounding.ground import Grounder, Verdict
from ingest.fiche import Appellation, Block, FicheMetier, Section
from ingest.passages import passages_of

FICHE = FicheMetier(
    id="MET.1",
    name=Appellation(title="contrôleur/euse aérien/ne", feminine="contrôleuse aérienne", masculine="contrôleur aérien"),
    sections=(
        Section(
            name="Vie professionnelle",
            blocks=(
                Block(path=("Salaire du débutant",), text="A partir de 2552 euros brut par mois"),
                Block(
                    path=("Postes",),
                    text="40 % exercent dans un aéroport, 60 % dans un centre. "
                    "Sortir de l'école aide, sans rien garantir. Le pilote informe le contrôleur. "
                    "Les débuts sont parfois difficiles. "
                    "Les ingénieurs gagnent plus que les techniciens. Le contrat est signé par l'État.",
                ),
            ),
        ),
        Section(
            name="Accès au métier",
            blocks=(
                Block(
                    text="Il faut au moins un bac + 2. Le concours de l'Enac vient d'abord, puis la formation. "
                    "Aucun permis n'est obligatoire, mais un bon niveau d'anglais est souhaité.\n"
                    "Niveau bac + 5\nDiplôme de contrôle aérien (ID: FOR.12)",
                ),
            ),
        ),
    ),
)
PASSAGES = [passage for passage in passages_of(FICHE) if passage.section != "Identité"]
SALARY, POSTS, ACCESS = 1, 2, 3


def check(text: str, *marks: int, cosine: float = 1.0) -> Verdict:
    numbered = {n: (passage, FICHE) for n, passage in enumerate(PASSAGES, start=1)}
    return Grounder(numbered, lambda _sentence, _texts: cosine).check(Marked(text, marks))


STANDS = [
    ("Une contrôleuse aérienne gagne à partir de 2 552 € brut par mois.", SALARY),
    ("Le salaire d'un contrôleur aérien débute à deux mille cinq cent cinquante-deux euros brut par mois.", SALARY),
    ("40 % travaillent dans un aéroport.", POSTS),
    ("Les débuts sont parfois difficiles.", POSTS),
    ("Un bac + 2 est le niveau minimum.", ACCESS),
    ("Un bon niveau d'anglais est souhaité.", ACCESS),
    ("Le diplôme de contrôle aérien (FOR.12) est de niveau bac + 5.", ACCESS),
]

FALLS = [
    ("no_mark", "Les débuts sont parfois difficiles.", ()),
    ("unknown_mark", "Les débuts sont parfois difficiles.", (9,)),
    ("figure", "Un contrôleur aérien gagne à partir de 2525 euros brut par mois.", (SALARY,)),
    ("figure", "Un contrôleur aérien gagne à partir de 2552 euros net par mois.", (SALARY,)),
    ("figure", "Un contrôleur aérien gagne à partir de 2552 euros par mois.", (SALARY,)),
    ("figure", "Un contrôleur aérien gagne à partir de 2552 euros brut par an.", (SALARY,)),
    ("figure", "Un contrôleur aérien gagne au maximum 2552 euros brut par mois.", (SALARY,)),
    ("figure", "Les débuts sont parfois difficiles, pendant 3 ans.", (POSTS,)),
    ("level", "Le métier est accessible à bac + 5.", (ACCESS,)),
    ("code", "Le diplôme de contrôle aérien (FOR.13) est de niveau bac + 5.", (ACCESS,)),
    ("code", "Un contrôleur aérien gagne l84O euros brut par mois.", (SALARY,)),
    ("name", "Le concours de l'Enac vient d'abord, à Toulouse.", (ACCESS,)),
    ("name", "Le BTS aéronautique est souhaité.", (ACCESS,)),
    ("negation", "Un bon niveau d'anglais n'est pas souhaité.", (ACCESS,)),
    ("negation", "Un permis est obligatoire.", (ACCESS,)),
    ("cue", "Les débuts sont toujours difficiles.", (POSTS,)),
    ("cue", "La plupart des débuts sont difficiles.", (POSTS,)),
    ("cue", "Un bon niveau d'anglais est exigé.", (ACCESS,)),
    ("cue", "Sortir de l'école est un moyen facile.", (POSTS,)),
    ("torn", "60 % exercent dans un aéroport.", (POSTS,)),
    ("mixed", "Le pilote signe le contrat.", (POSTS,)),
    ("actors", "Le contrôleur informe le pilote.", (POSTS,)),
    ("order", "La formation vient d'abord, puis le concours.", (ACCESS,)),
    ("actors", "Les techniciens gagnent plus que les ingénieurs.", (POSTS,)),
    ("words", "Le contrôleur aérien répare les avions.", (POSTS,)),
    ("manner", "Les débuts sont-ils difficiles ?", (POSTS,)),
    ("manner", "3.", (POSTS,)),
    ("manner", "(notaire ; Vie professionnelle) Les débuts sont parfois difficiles.", (POSTS,)),
    ("manner", "Vous aurez des débuts parfois difficiles.", (POSTS,)),
    ("manner", "Tes débuts sont parfois difficiles.", (POSTS,)),
    ("manner", "Passez le concours de l'Enac.", (ACCESS,)),
    ("manner", "Voici mes instructions.", (POSTS,)),
    ("manner", "The pilot informs the controller of this.", (POSTS,)),
    ("manner", "Les débuts sоnt parfois difficiles.", (POSTS,)),  # a Cyrillic о
    ("manner", "Le pilote informe le contrôleur sur www.pilote.fr.", (POSTS,)),
    ("manner", "Le pilote informe <b>le contrôleur.", (POSTS,)),
    ("manner", "Tout cela existe.", (POSTS,)),
]


@pytest.mark.parametrize(("text", "mark"), STANDS)
def test_what_the_passage_says_stands(text: str, mark: int) -> None:
    assert check(text, mark) == Verdict((mark,))


@pytest.mark.parametrize(("rule", "text", "marks"), FALLS)
def test_what_it_does_not_say_falls(rule: str, text: str, marks: tuple[int, ...]) -> None:
    verdict = check(text, *marks)
    assert (verdict.stands, verdict.rule) == (False, rule)


def test_a_true_sentence_with_the_wrong_citation_falls() -> None:
    assert not check("40 % travaillent dans un aéroport.", ACCESS).stands


def test_a_mark_that_supports_nothing_is_dropped() -> None:
    assert check("40 % travaillent dans un aéroport.", ACCESS, POSTS).marks == (POSTS,)


def test_the_passage_s_own_sentences_stand_however_far_the_model_finds_them() -> None:
    assert check("Sortir de l'école aide, sans rien garantir.", POSTS, cosine=0.0).stands


@pytest.mark.parametrize("cosine", [0.5, 0.85])
def test_a_sentence_far_from_its_passage_falls(cosine: float) -> None:
    assert check("40 % travaillent dans un aéroport.", POSTS, cosine=cosine).rule == "far"


def test_one_word_of_a_long_clause_may_be_missing_when_the_whole_is_very_near() -> None:
    text = "Le concours réputé de l'Enac vient d'abord, puis la formation."
    assert [check(text, ACCESS, cosine=cosine).stands for cosine in (0.90, 0.95)] == [False, True]


def test_sentences_that_cite_two_metiers_fall() -> None:
    other = FICHE.model_copy(update={"id": "MET.2"})
    numbered = {1: (PASSAGES[1], FICHE), 2: (PASSAGES[1], other)}
    verdict = Grounder(numbered, lambda _sentence, _texts: 1.0).check(Marked("40 % exercent en aéroport.", (1, 2)))
    assert verdict.rule == "several_fiches"
