"""Names of formations as people say them: cut short, old, misspelt, by their initials or by a métier."""

from __future__ import annotations

import pytest

from bot.understanding.formation_names import FormationNames
from ingest.fiche import Appellation, FicheMetier, FormationLink

TITLES = {
    "FOR.1": "CAP monteur en installations sanitaires",
    "FOR.2": "CAP opérateur/opératrice logistique",
    "FOR.3": "bac pro carrossier peintre automobile",
    "FOR.4": "BTS fluides, énergies, domotique option A génie climatique et fluidique",
    "FOR.5": "BTS fluides, énergies, domotique option C domotique et bâtiments communicants",
    "FOR.6": "diplôme d'État d'accompagnant éducatif et social",
    "FOR.7": "licence mention psychologie",
    "FOR.8": "diplôme du programme grande école d'HEC Paris",
    "FOR.9": "licence mention sciences et techniques des activités physiques et sportives activité physique adaptée",
    "FOR.10": "licence mention sciences et techniques des activités physiques et sportives management du sport",
    "FOR.11": "certificat de capacité d'orthophoniste",
    "FOR.12": "bac pro aéronautique option systèmes",
    "FOR.13": "diplôme de l'Institut d'études politiques de Lille",
}


@pytest.fixture(scope="module")
def names() -> FormationNames:
    links = tuple(FormationLink(id=formation_id, label=title) for formation_id, title in TITLES.items())
    storeman = FicheMetier(id="MET.2", name=Appellation(title="magasinier/ère"), formations=links[1:2])
    everything = FicheMetier(id="MET.1", name=Appellation(title="conseiller/ère d'orientation"), formations=links)
    return FormationNames({"MET.1": everything, "MET.2": storeman}, {})


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("CAP plombier", {"FOR.1"}),
        ("CAP magasinier", {"FOR.2"}),  # named by the métier that recommends it
        ("bac pro carosserie", {"FOR.3"}),
        ("BTS FED option domotique", {"FOR.5"}),
        ("DEAES", {"FOR.6"}),
        ("fac de psycho", {"FOR.7"}),
        ("comment entrer à HEC", {"FOR.8"}),
        ("licence STAPS APA", {"FOR.9"}),
        ("école d'orthophonie", {"FOR.11"}),
        ("Sciences Po Lille", {"FOR.13"}),
        ("le bac, tu as quoi", set()),
        ("CAP magicien", set()),
    ],
)
def test_a_formation_is_known_by_what_people_call_it(names: FormationNames, said: str, ids: set[str]) -> None:
    assert {formation_id for name in names.find(said) for formation_id in name.ids} == ids


@pytest.mark.parametrize(("said", "is_firm"), [("CAP plombier", True), ("diplome accompagnant educatif", False)])
def test_some_kinds_tell_a_formation_from_a_metier_by_themselves(
    names: FormationNames, said: str, is_firm: bool
) -> None:
    assert [name.is_firm for name in names.find(said)] == [is_firm]
