"""The lexical signal: stems shared between a question and whole fiches."""

from __future__ import annotations

import pytest

from bot.lexical import LexicalIndex
from ingest.fiche import Appellation, Block, FicheMetier, FormationLink, Section
from ingest.lexicon import Entry
from ingest.library import Version


def metier(number: int, text: str, **facts: object) -> FicheMetier:
    section = Section(name="Présentation", blocks=(Block(text=text),))
    name = Appellation(title=f"essai {number}")
    return FicheMetier(id=f"MET.{number}", name=name, sections=(section,), **facts)  # type: ignore[arg-type]


def index(*fiches: FicheMetier) -> LexicalIndex:
    return LexicalIndex({fiche.id: fiche for fiche in fiches}, {})


BEES = metier(1, "Elle récolte le miel des ruches.")
BREAD = metier(2, "Il pétrit la pâte et cuit le pain.")
HONEY_BREAD = metier(3, "On y trouve du pain, du miel et des gâteaux, du sucre, des fruits, du chocolat.")


@pytest.mark.parametrize(
    ("text", "best", "others"),
    [
        ("les ruches", "MET.1", set()),
        ("récolter du miel", "MET.1", {"MET.3"}),  # by stems
        ("la ruche", "MET.1", set()),
        ("cuire le PAIN", "MET.2", {"MET.3"}),
        ("du pâté de pain", "MET.2", {"MET.3"}),
    ],
)
def test_the_fiche_that_shares_most_scores_one(text: str, best: str, others: set[str]) -> None:
    scores, _ = index(BEES, BREAD, HONEY_BREAD).scores(text)
    assert scores[best] == 1.0
    assert set(scores) == {best, *others}
    assert all(0 < score < 1 for fiche_id, score in scores.items() if fiche_id != best)


@pytest.mark.parametrize(
    ("text", "coverage"),
    [
        ("du miel", 1.0),
        ("du miel et de la gelée", 0.5),
        ("honey from the beehives", 0.0),
        ("c'est un métier où on est dans le travail", 0.0),  # words of every question
        ("", 0.0),
        ("?!", 0.0),
    ],
)
def test_coverage_is_the_share_of_the_words_that_the_fiches_know(text: str, coverage: float) -> None:
    scores, known = index(BEES, BREAD).scores(text)
    assert known == coverage
    assert bool(scores) is bool(coverage)


def test_names_of_schools_describe_no_work() -> None:
    link = FormationLink(id="FOR.1", label="école de Grenoble")
    assert index(metier(1, "Essaie.", formations=(link,)), BREAD).scores("Grenoble") == ({}, 0.0)


def test_an_empty_library_scores_nothing() -> None:
    assert index().scores("du miel") == ({}, 0.0)


def test_a_fiche_without_words_is_no_accident() -> None:
    assert set(index(metier(1, "?"), BEES).scores("miel")[0]) == {"MET.1", "MET.2"} - {"MET.2"}


@pytest.mark.parametrize(
    ("text", "fiche_id"),
    [
        ("quelqu'un qui s'occupe des abeilles et des ruches", "MET.70"),
        ("éteindre les incendies", "MET.572"),
        ("enduire, pétrir la farine au fournil", "MET.17"),
    ],
)
def test_descriptions_in_the_words_of_a_seed_find_it(seed_version: Version, text: str, fiche_id: str) -> None:
    scores, coverage = LexicalIndex(seed_version.fiches, {}).scores(text)
    assert max(scores, key=scores.__getitem__) == fiche_id
    assert 0 < coverage <= 1


def test_everyday_words_stand_for_a_fiche_that_the_lexicon_knows() -> None:
    lexicon = {"MET.1": Entry(id="MET.1", title="", descriptions=("ceux qui ont le miel",), words="abeille, essaim")}
    known = LexicalIndex({"MET.1": BEES, "MET.2": BREAD}, lexicon)
    assert known.scores("un essaim")[0] == {"MET.1": 1.0}
    assert known.scores("la ruche")[0] == {}
    assert known.scores("la pâte")[0] == {"MET.2": 1.0}
