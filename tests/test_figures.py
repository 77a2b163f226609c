"""Figures are read however they are written, with their unit."""

from __future__ import annotations

import pytest

from bot.grounding.figures import figures_of

READ = [
    ("3 080 €", [(3080, "euro")]),
    ("3 080 euros", [(3080, "euro")]),
    ("trois mille quatre-vingts euros", [(3080, "euro")]),
    ("2.600,00 € brut", [(2600, "euro")]),
    ("20,5 %", [(20.5, "%")]),
    ("dix pour cent", [(10, "%")]),
    ("la moitié du temps", [(50, "%")]),
    ("bac+5 ou bac + 3", [(5, "ans"), (3, "ans")]),
    ("un bac + 2 ou + 3", [(2, "ans"), (3, "ans")]),
    ("de trois à cinq ans", [(3, "ans"), (5, "ans")]),
    ("Entre 1830 et 2579 euros", [(1830, "euro"), (2579, "euro")]),
    ("vingt-quatre mois", [(24, "mois")]),
    ("quatre-vingt-dix-sept %", [(97, "%")]),
    ("soixante et onze", [(71, None)]),
    ("vingt et un ans", [(21, "ans")]),
    ("Treize mille designers", [(13000, None)]),
    ("deux cent mille", [(200000, None)]),
    ("plus de 4 millions", [(4000000, None)]),
    ("une centaine d'heures", [(100, "heure")]),
    ("un an", [(12 / 12, "ans")]),
    ("une personne, un métier", []),
    ("la troisième année", [(3, "rang")]),
    ("après la 3e, le 1er janvier", []),
    ("deux mille cinq cents et trois mille", [(2500, None), (3000, None)]),
]

AGREE = [
    ("2 ans", "24 mois", True),
    ("bac + 5", "5 ans", True),
    ("6 mois", "6 ans", False),
    ("3 080 €", "3080 euros", True),
    ("3 080 €", "3 800 €", False),
    ("80 000", "80 000 producteurs", True),
    ("50 %", "50 kg", False),
    ("50 %", "50", False),
    ("8 semaines", "8", False),
]


@pytest.mark.parametrize(("text", "figures"), READ)
def test_figures_are_read_with_their_unit(text: str, figures: list[tuple[float, str | None]]) -> None:
    assert [(figure.value, figure.unit) for figure in figures_of(text)] == figures


@pytest.mark.parametrize(("one", "other", "agree"), AGREE)
def test_figures_agree_when_they_say_the_same(one: str, other: str, agree: bool) -> None:
    assert figures_of(one)[0].agrees_with(figures_of(other)[0]) is agree
