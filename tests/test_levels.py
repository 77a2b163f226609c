"""Levels of study in a question: which bounds its words set, and which words set none."""

from __future__ import annotations

import pytest

from bot.understanding.levels import BAC, CAP, HIGHEST, LONG_STUDIES, SHORT_STUDIES, Levels, find_levels
from bot.understanding.wording import spelt_out
from ingest.fiche import LEVEL_RANKS

BELOW_BAC = BAC - 1
NOTHING = LEVEL_RANKS["sans diplôme"]
BREVET = LEVEL_RANKS["diplôme national du brevet"]

CEILINGS: list[tuple[str, int]] = [
    # no bac
    ("quels métiers sans le bac ?", BELOW_BAC),
    ("un métier sans bac", BELOW_BAC),
    ("j'ai pas le bac", BELOW_BAC),
    ("je n'ai pas mon bac", BELOW_BAC),
    ("sans avoir le bac", BELOW_BAC),
    ("sans passer le bac", BELOW_BAC),
    ("pas besoin du bac", BELOW_BAC),
    ("avant le bac", BELOW_BAC),
    ("sans le baccalauréat", BELOW_BAC),
    # no diploma at all
    ("un boulot sans diplôme", NOTHING),
    ("sans aucun diplôme", NOTHING),
    ("pas de diplôme", NOTHING),
    ("un métier sans études", NOTHING),
    # no studies after the bac
    ("sans études supérieures", BAC),
    ("sans faire d'études après le bac", BAC),
    ("sans passer par la fac", BAC),
    # bac + n
    ("bac+2 max", BAC + 2),
    ("bac + 2 maximum", BAC + 2),
    ("BAC+2 MAXI", BAC + 2),
    ("maximum bac + 3", BAC + 3),
    ("bac +3 au plus", BAC + 3),
    ("au plus bac+3", BAC + 3),
    ("pas plus que bac+2", BAC + 2),
    ("pas plus de bac+5", BAC + 5),
    ("jusqu'à bac+3", BAC + 3),
    ("bac+3 ou moins", BAC + 3),
    ("bac+2 grand max", BAC + 2),
    ("je veux m'arrêter à bac+3", BAC + 3),
    ("m'arrêter au bac", BAC),
    # years
    ("pas plus de trois ans après le bac", BAC + 3),
    ("3 ans d'études max", BAC + 3),
    ("2 ans après le bac maximum", BAC + 2),
    ("moins de 5 ans d'études", BAC + 4),
    ("ne pas dépasser deux ans d'études", BAC + 2),
    ("jveux bosser avec les animaux mais pas 8 ans d'etude", BAC + 7),
    # diplomas that one has
    ("avec un CAP", CAP),
    ("avec juste un CAP", CAP),
    ("j'ai un CAP, quels métiers ?", CAP),
    ("avec un BEP", CAP),
    ("après un bac, sans plus", BAC),
    ("avec le brevet", BREVET),
    ("avec un BTS", BAC + 2),
    ("j'ai une licence", BAC + 3),
    ("j'aurai mon bac", BAC),
    # in general
    ("des études courtes", SHORT_STUDIES),
    ("de courtes études", SHORT_STUDIES),
    ("peu d'études", SHORT_STUDIES),
    ("pas de longues études", SHORT_STUDIES),
    ("un métier pas trop long", SHORT_STUDIES),
]
FLOORS: list[tuple[str, int]] = [
    ("bac+5 minimum", BAC + 5),
    ("au moins bac+3", BAC + 3),
    ("bac + 3 au moins", BAC + 3),
    ("à partir de bac+2", BAC + 2),
    ("bac+5 et plus", BAC + 5),
    ("bac+5 ou plus", BAC + 5),
    ("au minimum bac + 4", BAC + 4),
    ("plus de 5 ans d'études", BAC + 6),
    ("au moins un master", BAC + 5),
    ("un métier à longues études", LONG_STUDIES),
    ("des études longues", LONG_STUDIES),
]
EXACT: list[tuple[str, int]] = [
    ("des métiers à bac+2", BAC + 2),
    ("métiers du son à bac + 2", BAC + 2),
    ("niveau CAP", CAP),
    ("niveau bac", BAC),
    ("niveau bac+5", BAC + 5),
    ("exactement bac+3", BAC + 3),
    ("bac+2 pile", BAC + 2),
]
BETWEEN: list[tuple[str, int, int]] = [
    ("entre bac+2 et bac+5", BAC + 2, BAC + 5),
    ("de bac+3 à bac+5", BAC + 3, BAC + 5),
    ("entre 2 et 3 ans après le bac", BAC + 2, BAC + 3),
]
NO_LEVEL = [
    "",
    "quel métier dehors ?",
    "combien gagne un boulanger ?",
    "un travail à côté de chez moi",
    "je travaille depuis deux ans",
    "le niveau de la mer",
    "deux métiers",
    "c'est long ?",
    "le diplôme d'infirmier",
    "un métier qui capte l'attention",
    "le baccarat",
    "la licence d'un bar à vins",
]


def bounds(text: str) -> tuple[int | None, int | None]:
    levels, _ = find_levels(spelt_out(text))
    return levels.low, levels.high


@pytest.mark.parametrize(("text", "high"), CEILINGS)
def test_a_ceiling(text: str, high: int) -> None:
    assert bounds(text) == (None, high)


@pytest.mark.parametrize(("text", "low"), FLOORS)
def test_a_floor(text: str, low: int) -> None:
    assert bounds(text) == (low, None)


@pytest.mark.parametrize(("text", "rank"), EXACT)
def test_the_level_itself(text: str, rank: int) -> None:
    assert bounds(text) == (rank, rank)


@pytest.mark.parametrize(("text", "low", "high"), BETWEEN)
def test_two_bounds(text: str, low: int, high: int) -> None:
    assert bounds(text) == (low, high)


@pytest.mark.parametrize("text", NO_LEVEL)
def test_other_words_set_no_bound(text: str) -> None:
    assert bounds(text) == (None, None)
    assert find_levels(spelt_out(text))[1] == spelt_out(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("métiers du son à bac+2", "metiers du son |"),
        ("un métier sans le bac avec des animaux", "un metiers | avec des animaux"),
        ("bac+2 max, dehors", "| dehors"),
        ("des études courtes pour soigner", "des | pour soigner"),
    ],
)
def test_a_gap_stands_for_the_words_of_a_level(text: str, rest: str) -> None:
    assert find_levels(spelt_out(text))[1] == rest


@pytest.mark.parametrize("label", LEVEL_RANKS)
def test_a_rank_is_accepted_inside_its_bounds_only(label: str) -> None:
    rank = LEVEL_RANKS[label]
    assert Levels(rank, rank).accept(rank)
    assert Levels(low=rank).accept(rank)
    assert Levels(high=rank).accept(rank)
    assert not Levels(low=rank + 1).accept(rank)
    assert not Levels(high=rank - 1).accept(rank)


@pytest.mark.parametrize("levels", [Levels(high=HIGHEST), Levels(low=0), Levels(0, HIGHEST), Levels(high=0)])
def test_a_level_without_rank_satisfies_no_bound(levels: Levels) -> None:
    assert levels
    assert not levels.accept(None)


def test_without_bounds_everything_is_accepted() -> None:
    assert not Levels()
    assert Levels().accept(None)
    assert Levels().accept(0)
