"""Search and filters over the métiers and formations of the seeds."""

from __future__ import annotations

import pytest

from bot.catalogue import Catalogue, Filters
from tests.seed_tables import seed_tables

CATALOGUE = Catalogue(seed_tables())


def ids(**filters: str) -> list[str]:
    return [fiche.id for fiche in CATALOGUE.search(Filters(**filters)).fiches]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("vétérinaire", "MET.171"),
        ("veterinere", "MET.171"),  # misspelt
        ("vétér", "MET.171"),  # not yet written to its end
        ("patissiere", "MET.152"),  # the other gender
        ("ingénieure cloud", "MET.228"),
        ("cloud ingénieur", "MET.228"),  # words in any order
        ("chef de projet cloud et virtualisation", "MET.228"),  # another appellation
        ("MET.228", "MET.228"),
        ("met 228", "MET.228"),
        ("boulangère", "MET.17"),
    ],
)
def test_a_metier_is_found_by_its_names(text: str, first: str) -> None:
    assert ids(text=text)[0] == first


def test_without_a_name_the_nearest_by_their_words_are_given_as_such() -> None:
    found = CATALOGUE.search(Filters(text="ruches et abeilles"))
    assert found.near
    assert found.fiches[0].id == "MET.70"


def test_a_short_word_begins_a_name_by_itself_and_stands_for_itself_in_a_phrase() -> None:
    assert "MET.33" in ids(text="avo")
    assert "MET.33" not in ids(text="métiers de avo")


def test_what_nothing_holds_gives_nothing() -> None:
    assert ids(text="xyzzy") == []


def test_without_filters_all_metiers_come_in_the_order_of_the_alphabet() -> None:
    found = CATALOGUE.search(Filters())
    assert len(found.fiches) == len(CATALOGUE.version.fiches)
    assert found.fiches[0].title == "aide-soignant/e"


@pytest.mark.parametrize(
    "filters",
    [
        Filters(level_max="cap ou équivalent"),
        Filters(level_min="bac + 5"),
        Filters(level_min="bac + 2", level_max="bac + 3"),
        Filters(status="fonctionnaire"),
        Filters(interest="je suis accro au numérique"),
        Filters(rome="M18"),
        Filters(rome="m1802"),
        Filters(status="salarié", level_max="bac + 3", interest="je veux m'occuper d'animaux"),
    ],
)
def test_filters_keep_exactly_the_metiers_whose_facts_pass(filters: Filters) -> None:
    kept = {fiche.id for fiche in CATALOGUE.search(filters).fiches}
    assert kept
    assert kept == {fiche.id for fiche in CATALOGUE.version.fiches.values() if filters.accept(fiche)}
    assert kept != set(CATALOGUE.version.fiches)


def test_levels_are_compared_by_rank_both_ends_included() -> None:
    kept = CATALOGUE.search(Filters(level_min="bac + 2", level_max="bac + 3")).fiches
    assert {fiche.level for fiche in kept} == {"bac + 2", "bac + 3"}


def test_a_text_and_filters_go_together() -> None:
    assert ids(text="infirmier", status="libéral") == ["MET.38"]


def test_formations_are_found_by_title_sigle_and_code() -> None:
    titles = [formation.title for formation in CATALOGUE.search_formations(Filters(text="bac pro restauration"))]
    assert titles == ["bac pro commercialisation et services en restauration"]
    assert [formation.id for formation in CATALOGUE.search_formations(Filters(text="FOR.427"))] == ["FOR.427"]
    assert len(CATALOGUE.search_formations(Filters())) == len(CATALOGUE.version.formations)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("cap boulangé", "CAP boulanger"), ("veterinere", "diplôme d'État de docteur vétérinaire"), ("xyzzy", None)],
)
def test_misspelt_formations_are_found(typed: str, found: str | None) -> None:
    titles = [formation.title for formation in CATALOGUE.search_formations(Filters(text=typed))]
    assert (found in titles) if found else titles == []


def test_a_formation_knows_the_metiers_that_either_fiche_links() -> None:
    metiers = {fiche.id for fiche in CATALOGUE.metiers_of(CATALOGUE.version.formations["FOR.427"])}
    assert "MET.535" in metiers


def test_choices_are_the_values_that_occur() -> None:
    choices = CATALOGUE.choices
    assert "fonctionnaire" in choices.statuses
    assert choices.levels[0] == "sans diplôme"
    assert all(CATALOGUE.search(Filters(interest=interest)).fiches for interest in choices.interests)
    assert all(CATALOGUE.search(Filters(level_min=level, level_max=level)).fiches for level in choices.levels)
